import { PersistError } from "@swarmgraph/persist-core";
import BetterSqlite3 from "better-sqlite3";
import type { Database } from "better-sqlite3";

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

/** An error of SQLite as one that says what to do; others as they are. */
export function explained(error: unknown, name: string): unknown {
  const { code } = error as { code?: unknown };
  if (typeof code !== "string") return error;
  if (/^SQLITE_(?:BUSY|LOCKED)/u.test(code)) {
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
