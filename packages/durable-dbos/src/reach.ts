import type pg from "pg";
import { DbosSwarmError } from "./errors.ts";

/**
 * Asks the database for a sign of life.
 *
 * @throws DbosSwarmError `ENGINE_UNREACHABLE`, retryable.
 */
export async function assertReachable(pool: pg.Pool, databaseUrl: string): Promise<void> {
  try {
    await pool.query("SELECT 1");
  } catch (cause) {
    const { code, message } = cause as { readonly code?: string; readonly message: string };
    throw new DbosSwarmError(
      "ENGINE_UNREACHABLE",
      `the database of DBOS at ${placeOf(databaseUrl)} does not answer: ${message || code}. Start PostgreSQL there, or set databaseUrl.`,
      { retryable: true, cause },
    );
  }
}

/** Host, port and name of a database, without who logs in to it. */
export function placeOf(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return "the given address, which is no URL";
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
}
