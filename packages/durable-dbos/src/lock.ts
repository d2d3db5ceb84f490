import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { DbosSwarmError } from "./errors.ts";
import { CONNECT_TIMEOUT_MS, placeOf, unreachable } from "./reach.ts";

/** Milliseconds between two tries for a lock that somebody else has. */
const TRY_EVERY_MS = 100;

/** Where a lock is, and how long it is waited for. */
export interface UnderLockOptions {
  /** The database, which nobody else's locks of the same name concern. */
  readonly databaseUrl: string;
  /** Milliseconds after which waiting for the lock is given up. */
  readonly waitMs: number;
}

/**
 * Runs something while no other process runs anything under the same key in that database. The lock is a connection's own,
 * so that whoever dies has it no more.
 *
 * @throws DbosSwarmError `ENGINE_UNREACHABLE`, where the connection is lost while it waits; `ENGINE_SETUP_FAILED`, retryable,
 * where the lock does not come free in time; whatever `work` throws.
 */
export async function underLock<T>(
  key: string,
  work: () => Promise<T>,
  { databaseUrl, waitMs }: UnderLockOptions,
): Promise<T> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
  });
  // A connection that breaks meanwhile fails the next query; without a listener it ends the process.
  client.on("error", () => {});
  try {
    await acquire(client, key, { databaseUrl, waitMs });
    return await work();
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Tries again and again: a statement that waits for a lock is a transaction that stays open, and `CREATE INDEX CONCURRENTLY`,
 * which DBOS makes its tables with, waits for the end of all of those. Neither would ever end.
 */
async function acquire(client: pg.Client, key: string, { databaseUrl, waitMs }: UnderLockOptions): Promise<void> {
  const end = performance.now() + waitMs;
  const isOurs = async (): Promise<boolean> => {
    try {
      return await tryLock(client, key);
    } catch (cause) {
      throw unreachable(databaseUrl, cause);
    }
  };
  await client.connect().catch((cause: unknown) => Promise.reject(unreachable(databaseUrl, cause)));
  while (!(await isOurs())) {
    if (performance.now() >= end) {
      throw new DbosSwarmError(
        "ENGINE_SETUP_FAILED",
        `another executor has been setting up the database of DBOS at ${placeOf(databaseUrl)} for more than ${waitMs} ms. Look what becomes of it, and start this one again, or give it a longer setupWaitMs.`,
        { retryable: true },
      );
    }
    await sleep(TRY_EVERY_MS);
  }
}

async function tryLock(client: pg.Client, key: string): Promise<boolean> {
  const { rows } = await client.query<{ isOurs: boolean }>(
    `SELECT pg_try_advisory_lock(hashtext('swarmgraph'), hashtext($1)) AS "isOurs"`,
    [key],
  );
  return rows[0]?.isOurs === true;
}
