import { PersistError } from "@swarmgraph/persist-core";
import pg from "pg";
import { PatientPool } from "./pool.ts";

/** How long a connection may take to open: node-postgres itself waits for ever. */
const CONNECT_TIMEOUT_MS = 10_000;

const NOT_REACHABLE = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/** What node-postgres says, without a code, of a connection that did not open or broke off. */
const BROKEN_OFF =
  /^(?:timeout expired|timeout exceeded when trying to connect|Connection terminated|Client has encountered)/u;

/** Shutting down, starting, too many clients, and the class of connection errors. */
const NOT_SERVING = /^(?:08...|57P0[123]|53300)$/u;

/** Rows of one statement. */
export type Rows = readonly Readonly<Record<string, unknown>>[];

/**
 * A pool for a connection string, whose idle connections may be lost without ending the process.
 *
 * @throws PersistError `OPTION_INVALID`, where the string cannot be read.
 */
export function openPool(connectionString: string): pg.Pool {
  assertReadable(connectionString);
  const pool = new PatientPool({ connectionString, connectMs: CONNECT_TIMEOUT_MS });
  // The pool opens another connection for the next query; without a listener Node ends the process.
  pool.on("error", () => {});
  return pool;
}

/** The error has no cause: what a URL parser throws may hold the whole string, with the password. */
function assertReadable(connectionString: string): void {
  try {
    void new pg.Client({ connectionString });
  } catch {
    throw new PersistError(
      "OPTION_INVALID",
      "the connection string is no URL. Write postgresql://user:password@host:5432/database, with special characters of the password percent-encoded.",
    );
  }
}

/**
 * Runs one statement, which is a transaction of its own: a process that is stopped in the middle leaves none open, and
 * so no lock on a thread that others want.
 *
 * @throws PersistError, see {@link explained}; PostgreSQL's own errors.
 */
export async function query(pool: pg.Pool, text: string, values: readonly unknown[] = []): Promise<Rows> {
  try {
    const { rows } = await pool.query<Record<string, unknown>>(text, [...values]);
    return rows;
  } catch (error) {
    throw explained(error, pool);
  }
}

/** An error of PostgreSQL or of the way to it as one that says what to do; others as they are. */
export function explained(error: unknown, pool: pg.Pool): unknown {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const name = typeof code === "string" ? code : "";
  const said = typeof message === "string" && message !== "" ? message : name;
  if (NOT_REACHABLE.has(name) || NOT_SERVING.test(name) || BROKEN_OFF.test(said)) {
    return new PersistError(
      "DATABASE_UNREACHABLE",
      `${addressOf(pool)} is not reachable: ${said}. Start the server, or correct the address in the connection string.`,
      { retryable: true, cause: error },
    );
  }
  if (name === "42P01" || name === "3F000") {
    return new PersistError(
      "DATABASE_NOT_SET_UP",
      `${addressOf(pool)} has no tables for threads yet: ${said}. Call \`await saver.setup()\` once before the first run.`,
      { cause: error },
    );
  }
  if (/^(?:28...|3D000|42501)$/u.test(name)) {
    return new PersistError(
      "DATABASE_REFUSED",
      `${addressOf(pool)} refused: ${said}. Correct user, password or database in the connection string, or grant what is missing.`,
      { cause: error },
    );
  }
  return error;
}

/** Names a pool's server as people know it, without the password. */
export function addressOf(pool: pg.Pool): string {
  const { host, port, database, user } = new pg.Client(pool.options);
  return `PostgreSQL at ${host}:${port} (database "${database}", user "${user}")`;
}

/** node-postgres sends a `Buffer` as bytes; of other byte arrays older releases make text. */
export function bytesOf(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
