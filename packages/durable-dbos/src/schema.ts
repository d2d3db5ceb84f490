import type pg from "pg";
import { DbosSwarmError } from "./errors.ts";
import { placeOf } from "./reach.ts";

/** The version of the system tables that the pinned SDK makes; a test compares it with what the SDK does. */
const SCHEMA_VERSION = 123;

/**
 * Refuses tables that a newer SDK has made: this one would go on with them, without knowing what has changed. Older ones
 * the SDK brings up to date when it starts.
 *
 * @returns Whether the SDK will leave them as they are.
 * @throws DbosSwarmError `ENGINE_VERSION`.
 */
export async function assertSchema(pool: pg.Pool, databaseUrl: string): Promise<boolean> {
  const theirs = await schemaVersion(pool);
  if (theirs <= SCHEMA_VERSION) return theirs === SCHEMA_VERSION;
  throw new DbosSwarmError(
    "ENGINE_VERSION",
    `the system tables of DBOS at ${placeOf(databaseUrl)} are of version ${theirs}, and this package's SDK knows them up to version ${SCHEMA_VERSION}: nothing was begun. Use the version of this package that the database was made with, or an empty database.`,
  );
}

/** 0 where there are no tables yet. */
async function schemaVersion(pool: pg.Pool): Promise<number> {
  const { rows: tables } = await pool.query<{ isThere: boolean }>(
    `SELECT to_regclass('dbos.dbos_migrations') IS NOT NULL AS "isThere"`,
  );
  if (tables[0]?.isThere !== true) return 0;
  const { rows } = await pool.query<{ version: string | null }>(
    "SELECT max(version)::text AS version FROM dbos.dbos_migrations",
  );
  return Number(rows[0]?.version ?? 0);
}
