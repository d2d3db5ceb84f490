import { bytesOf } from "./database.ts";
import type { Tables } from "./tables.ts";

/** What a channel holds from a version on, as LangGraph's saver dumps it. */
export type BlobRow = readonly [
  threadId: string,
  namespace: string,
  channel: string,
  version: string,
  type: string,
  blob: Uint8Array | undefined,
];

/** A pending write, as LangGraph's saver dumps it. */
export type WriteRow = readonly [
  threadId: string,
  namespace: string,
  checkpointId: string,
  taskId: string,
  index: number,
  channel: string,
  type: string,
  blob: Uint8Array,
];

/** The parameters that every fenced statement begins with: the thread and the writer's token, `null` without one. */
export type FenceValues = readonly [threadId: string, token: number | null];

/** A statement and its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * The head of a statement that writes only where no newer lease was given out. It locks the lease's row: whoever wants
 * the thread meanwhile waits for the end of this one statement, so that no late write lands in a newer run's thread.
 */
export function fenced({ leases }: Tables): string {
  return `
    WITH lease AS MATERIALIZED (
      SELECT token FROM ${leases} WHERE thread_id = $1 AND $2::bigint IS NOT NULL FOR SHARE
    ), fence AS MATERIALIZED (
      SELECT max(token)::text AS newest, coalesce(max(token) <= $2::bigint, true) AS open FROM lease
    )`;
}

/** The foot of a fenced statement: one row, with whether it wrote and the newest token. */
export const VERDICT = "SELECT open, newest FROM fence";

/** Writes a checkpoint and the channels' values that are new with it. */
export function putStatement(
  tables: Tables,
  fence: FenceValues,
  {
    blobs,
    checkpoint,
  }: {
    readonly blobs: readonly BlobRow[];
    /** Namespace, id, parent's id, checkpoint, metadata. */
    readonly checkpoint: readonly [string, string, string | undefined, unknown, unknown];
  },
): Statement {
  const values: unknown[] = [...fence, ...checkpoint];
  const blobsWritten = `
    , blobs AS (
      INSERT INTO ${tables.blobs} (thread_id, checkpoint_ns, channel, version, type, blob)
      SELECT $1, $3, row.* FROM fence, (VALUES ${rowsOf(
        blobs.map(([, , ...row]) => row),
        ["text", "text", "text", "bytea"],
        values,
      )}) AS row (channel, version, type, blob) WHERE open
      ON CONFLICT (thread_id, checkpoint_ns, channel, version) DO NOTHING
    )`;
  const text = `${fenced(tables)}${blobs.length === 0 ? "" : blobsWritten}
    , put AS (
      INSERT INTO ${tables.checkpoints} AS old
      (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, checkpoint, metadata)
      SELECT $1, $3, $4, $5, $6::jsonb, $7::jsonb FROM fence WHERE open
      ON CONFLICT (thread_id, checkpoint_ns, checkpoint_id)
      DO UPDATE SET checkpoint = excluded.checkpoint, metadata = excluded.metadata
    )
    ${VERDICT}`;
  return { text, values };
}

/** Writes what tasks have done so far. Special writes, such as an interrupt, replace the ones before. */
export function putWritesStatement(
  tables: Tables,
  fence: FenceValues,
  { rows, replace }: { readonly rows: readonly WriteRow[]; readonly replace: boolean },
): Statement {
  const values: unknown[] = [...fence];
  // One statement must not write a row twice: where writes replace each other the last one counts.
  const kept = replace ? [...new Map(rows.map((row) => [row[4], row])).values()] : rows;
  const types = ["text", "text", "text", "integer", "text", "text", "bytea"];
  const written = rowsOf(
    kept.map(([, ...row]) => row),
    types,
    values,
  );
  const text = `${fenced(tables)}
    , put AS (
      INSERT INTO ${tables.writes} (thread_id, checkpoint_ns, checkpoint_id, task_id, idx, channel, type, blob)
      SELECT $1, row.* FROM fence, (VALUES ${written}) AS row (checkpoint_ns, checkpoint_id, task_id, idx, channel, type, blob)
      WHERE open
      ON CONFLICT (thread_id, checkpoint_ns, checkpoint_id, task_id, idx) DO ${
        replace ? "UPDATE SET channel = excluded.channel, type = excluded.type, blob = excluded.blob" : "NOTHING"
      }
    )
    ${VERDICT}`;
  return { text, values };
}

/** Rows as a VALUES list, their parameters added to those before. */
function rowsOf(rows: readonly (readonly unknown[])[], types: readonly string[], values: unknown[]): string {
  return rows
    .map((row) => `(${types.map((type, column) => `$${values.push(toParameter(row[column]))}::${type}`).join(", ")})`)
    .join(", ");
}

function toParameter(value: unknown): unknown {
  return value instanceof Uint8Array ? bytesOf(value) : value;
}
