import { PersistError } from "@swarmgraph/persist-core";
import BetterSqlite3 from "better-sqlite3";
import type { Database } from "better-sqlite3";

/** How long a file that somebody else is at is left before it is tried again. */
const WAL_RETRY_MS = 5;

/**
 * Opens a database file, which is created where there is none.
 *
 * @throws PersistError `DATABASE_UNREACHABLE`, where the file cannot be opened.
 */
export function openDatabase(path: string): Database {
  try {
    return new BetterSqlite3(path);
  } catch (error) {
    throw new PersistError(
      "DATABASE_UNREACHABLE",
      `the SQLite file "${path}" cannot be opened: ${messageOf(error)}. Create its directory, or pass a path that this process may write.`,
      { cause: error },
    );
  }
}

/**
 * Runs statements as one transaction that writes. It takes the file's write lock at once: one that reads first and
 * writes later would fail where another process wrote in between.
 *
 * @throws PersistError `DATABASE_BUSY` where another process holds the write lock for longer than the connection's
 * `timeout`, `DATABASE_REFUSED` where the file cannot be written; what `run` throws.
 */
export function transact<T>(db: Database, run: () => T): T {
  try {
    return db.transaction(run).immediate();
  } catch (error) {
    throw explained(error, db.name);
  }
}

/**
 * Lets others read a file while one process writes. A file that is in this mode already stays in it.
 *
 * SQLite turns to it only while nobody else is at the file, and where somebody is it fails at once instead of waiting as
 * it does elsewhere; so the waiting is done here. Processes that start together on a new file would fail otherwise.
 *
 * @throws PersistError `DATABASE_BUSY` where others are at the file for longer than the connection's `timeout`,
 * `DATABASE_REFUSED` where the file cannot be written.
 */
export function useWriteAheadLog(db: Database): void {
  const until = Date.now() + Number(db.pragma("busy_timeout", { simple: true }));
  const clock = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (;;) {
    try {
      db.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() >= until) throw explained(error, db.name);
      Atomics.wait(clock, 0, 0, WAL_RETRY_MS);
    }
  }
}

function isBusy(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^SQLITE_(?:BUSY|LOCKED)/u.test(code);
}

/** An error of SQLite as one that says what to do; others as they are. */
export function explained(error: unknown, name: string): unknown {
  const { code } = error as { code?: unknown };
  if (typeof code !== "string") return error;
  if (isBusy(error)) {
    return new PersistError(
      "DATABASE_BUSY",
      `another process kept the SQLite file "${name}" locked: ${messageOf(error)}. Try again, or open it with a longer timeout.`,
      { retryable: true, cause: error },
    );
  }
  if (/^SQLITE_(?:READONLY|FULL|IOERR|CANTOPEN|PERM|CORRUPT|NOTADB)/u.test(code)) {
    return new PersistError(
      "DATABASE_REFUSED",
      `the SQLite file "${name}" cannot be used: ${messageOf(error)} (${code}). See to its permissions, the disk's free space, and that it is a SQLite file.`,
      { cause: error },
    );
  }
  return error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
