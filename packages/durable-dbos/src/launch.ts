import { DBOS } from "@dbos-inc/dbos-sdk";
import type pg from "pg";
import { DbosSwarmError } from "./errors.ts";
import { ENDED_TABLE } from "./ended.ts";
import { LEDGER_TABLE } from "./ledger.ts";
import { underLock } from "./lock.ts";
import { PLACES } from "./order.ts";
import { placeOf, unreachable } from "./reach.ts";
import { assertSchema } from "./schema.ts";

/** Milliseconds: with nothing in its way all of the set-up takes a few seconds. */
const SETUP_WAIT_MS = 60_000;

/** What is missing, or not as the version of the system tables says: classes of PostgreSQL's errors, without 42501. */
const OTHER_TABLES = /^(?:3F000|42(?!501)...)$/u;

/** A connection that broke off or was refused: codes of PostgreSQL and of Node, and what has no code. */
const LOST = /^(?:08...|57P0[123]|53300|E[A-Z]+)$/u;
const BROKEN_OFF = /Connection terminated|timeout (?:exceeded|expired)|Client has encountered/u;

/** Deadlocks, serialization, locks that did not come free, and statements that were cancelled. */
const PASSING = /^(?:40P01|40001|55P03|57014)$/u;

/** What a launch is told. */
export interface LauncherOptions {
  readonly databaseUrl: string;
  readonly setupWaitMs?: number | undefined;
}

/**
 * Looks at a database, and gives what starts DBOS on it. Where tables are missing, or older, one executor after the other
 * starts: DBOS makes its tables without a lock, and two that do it at once end in a deadlock. Where all is there nobody waits.
 *
 * @throws DbosSwarmError `ENGINE_VERSION`, where a newer SDK has made the tables.
 */
export async function launcher(pool: pg.Pool, options: LauncherOptions): Promise<() => Promise<void>> {
  const { databaseUrl, setupWaitMs = SETUP_WAIT_MS } = options;
  const isCurrent = await assertSchema(pool, databaseUrl);
  const launch = () => DBOS.launch().catch((cause: unknown) => Promise.reject(refused(databaseUrl, cause)));
  if (isCurrent && (await hasOurs(pool))) return launch;
  const setUp = async (): Promise<void> => {
    for (const sql of [LEDGER_TABLE, PLACES, ENDED_TABLE]) {
      await pool.query(sql).catch((cause: unknown) => Promise.reject(refused(databaseUrl, cause)));
    }
    await launch();
  };
  return () => underLock("set-up of dbos", setUp, { databaseUrl, waitMs: setupWaitMs });
}

async function hasOurs(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ areThere: boolean }>(
    `SELECT to_regclass('swarm_tool_calls') IS NOT NULL AND to_regclass('swarm_run_places') IS NOT NULL
       AND to_regclass('swarm_ended_runs') IS NOT NULL AS "areThere"`,
  );
  return rows[0]?.areThere === true;
}

function refused(databaseUrl: string, thrown: unknown): DbosSwarmError {
  // What DBOS throws has the error of PostgreSQL beside it.
  const origin = (thrown as { readonly error?: unknown }).error ?? thrown;
  const { code = "", message } = origin as { readonly code?: string; readonly message: string };
  if (LOST.test(code) || BROKEN_OFF.test(message)) return unreachable(databaseUrl, origin);
  const said = `DBOS did not start on ${placeOf(databaseUrl)}: ${message || code}.`;
  if (OTHER_TABLES.test(code)) {
    return new DbosSwarmError(
      "ENGINE_VERSION",
      `${said} Use the version of this package that the database was made with, or an empty database.`,
      { cause: thrown },
    );
  }
  const retryable = PASSING.test(code);
  const wayOut =
    code === "42501"
      ? "Let its user make schemas, tables and functions there, or have its owner start an executor first."
      : retryable
        ? "Start again."
        : "See to that, and start again.";
  return new DbosSwarmError("ENGINE_SETUP_FAILED", `${said} ${wayOut}`, { retryable, cause: thrown });
}
