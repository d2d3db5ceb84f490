import type { Database } from "better-sqlite3";
import type { LogEntry, LogKey, LogRange, LogStore } from "swarmgraph";
import { transact } from "./database.ts";

/** Keeps the items of lists in a table, one row each. */
export function sqliteLogStore(db: Database): LogStore {
  return {
    append: async (key, entries) => transact(db, () => append(db, key, entries)),
    read: async ({ threadId, namespace, channel }, ranges) => {
      const statement = db.prepare(`
        SELECT type, body FROM swarm_log
        WHERE thread_id = ? AND checkpoint_ns = ? AND channel = ? AND number BETWEEN ? AND ? ORDER BY number`);
      return ranges.flatMap(
        ([first, last]: LogRange) => statement.all(threadId, namespace, channel, first, last) as LogEntry[],
      );
    },
  };
}

function append(db: Database, { threadId, namespace, channel }: LogKey, entries: readonly LogEntry[]): number {
  const sql = `
    INSERT INTO swarm_log_heads (thread_id, checkpoint_ns, channel, next) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET next = next + excluded.next RETURNING next`;
  const { next } = db.prepare(sql).get(threadId, namespace, channel, entries.length) as { next: number };
  const first = next - entries.length;
  const insert = db.prepare(
    "INSERT INTO swarm_log (thread_id, checkpoint_ns, channel, number, type, body) VALUES (?, ?, ?, ?, ?, ?)",
  );
  for (const [index, { type, body }] of entries.entries()) {
    insert.run(threadId, namespace, channel, first + index, type, body);
  }
  return first;
}
