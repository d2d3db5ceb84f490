import type pg from "pg";
import type { LogEntry, LogStore } from "swarmgraph";
import { bytesOf, query } from "./database.ts";
import type { Tables } from "./tables.ts";

/** Keeps the items of lists in a table, one row each. */
export function postgresLogStore(pool: pg.Pool, { log, logHeads }: Tables): LogStore {
  return {
    append: async ({ threadId, namespace, channel }, entries) => {
      const sql = `
        WITH head AS (
          INSERT INTO ${logHeads} AS head (thread_id, checkpoint_ns, channel, next) VALUES ($1, $2, $3, $4)
          ON CONFLICT (thread_id, checkpoint_ns, channel) DO UPDATE SET next = head.next + excluded.next
          RETURNING next - $4 AS first
        ), written AS (
          INSERT INTO ${log} (thread_id, checkpoint_ns, channel, number, type, body)
          SELECT $1, $2, $3, head.first + entry.index, entry.type, entry.body
          FROM head, (VALUES ${rowsOf(entries.length)}) AS entry (index, type, body)
        )
        SELECT first::text FROM head`;
      const values = entries.flatMap(({ type, body }) => [type, bytesOf(body)]);
      const [row] = await query(pool, sql, [threadId, namespace, channel, entries.length, ...values]);
      return Number(row?.["first"]);
    },
    read: async ({ threadId, namespace, channel }, ranges) => {
      if (ranges.length === 0) return [];
      const sql = `
        SELECT type, body FROM unnest($4::bigint[], $5::bigint[]) WITH ORDINALITY AS wanted (first, last, position)
        JOIN ${log} ON thread_id = $1 AND checkpoint_ns = $2 AND channel = $3 AND number BETWEEN first AND last
        ORDER BY position, number`;
      const bounds = [ranges.map(([first]) => first), ranges.map(([, last]) => last)];
      return (await query(pool, sql, [threadId, namespace, channel, ...bounds])) as unknown as LogEntry[];
    },
  };
}

function rowsOf(count: number): string {
  const row = (index: number) => `(${index}, $${5 + 2 * index}::text, $${6 + 2 * index}::bytea)`;
  return Array.from({ length: count }, (_, index) => row(index)).join(", ");
}
