import type pg from "pg";
import { DbosSwarmError } from "./errors.ts";

/** How long a connection may take to open: node-postgres itself waits for ever. */
export const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Asks the database for a sign of life.
 *
 * @throws DbosSwarmError `ENGINE_UNREACHABLE`, retryable; `OPTION_INVALID`, where the address is no URL.
 */
export async function assertReachable(pool: pg.Pool, databaseUrl: string): Promise<void> {
  // Without a cause: what a URL parser throws holds the whole address, with the password.
  if (locationOf(databaseUrl) === undefined) {
    throw new DbosSwarmError(
      "OPTION_INVALID",
      "databaseUrl is no URL. Write postgresql://user:password@host:5432/database, with special characters of the password percent-encoded.",
    );
  }
  try {
    await pool.query("SELECT 1");
  } catch (cause) {
    throw unreachable(databaseUrl, cause);
  }
}

/** {@link assertReachable} for a pool whose connections many want: those that ask at the same time share an answer. */
export function reachability(pool: pg.Pool, databaseUrl: string): () => Promise<void> {
  let look: Promise<void> | undefined;
  return () => {
    look ??= assertReachable(pool, databaseUrl).finally(() => (look = undefined));
    return look;
  };
}

/** What is told of a database that cannot be reached, or not any more. */
export function unreachable(databaseUrl: string, cause: unknown): DbosSwarmError {
  const { code, message } = cause as { readonly code?: string; readonly message: string };
  return new DbosSwarmError(
    "ENGINE_UNREACHABLE",
    `the database of DBOS at ${placeOf(databaseUrl)} does not answer: ${message || code}. Start PostgreSQL there, or set databaseUrl.`,
    { retryable: true, cause },
  );
}

/** Host, port and name of a database, without who logs in to it. */
export function placeOf(databaseUrl: string): string {
  return locationOf(databaseUrl) ?? "an address that is no URL";
}

/** What follows a password with a slash in it is taken for a path. */
function locationOf(databaseUrl: string): string | undefined {
  if (!URL.canParse(databaseUrl)) return undefined;
  const { host, pathname } = new URL(databaseUrl);
  return pathname.includes("@") ? undefined : `${host}${pathname}`;
}
