import type { Retention } from "@swarmgraph/persist-core";
import type { Tables } from "./tables.ts";
import { fenced, VERDICT } from "./write.ts";
import type { FenceValues, Statement } from "./write.ts";

/** Removes what a thread can do without, and the channels' values that no checkpoint left refers to. */
export function pruneStatement(tables: Tables, fence: FenceValues, { checkpoints, log }: Retention): Statement {
  const isGone = (alias: string) =>
    `EXISTS (SELECT FROM gone WHERE gone.namespace = ${alias}.checkpoint_ns AND gone.id = ${alias}.checkpoint_id)`;
  const text = `${fenced(tables)}
    , gone AS MATERIALIZED (
      SELECT namespace, id FROM fence, unnest($3::text[], $4::text[]) AS one (namespace, id) WHERE open
    ), gaps AS MATERIALIZED (
      SELECT namespace, channel, first, last
      FROM fence, unnest($5::text[], $6::text[], $7::bigint[], $8::bigint[]) AS gap (namespace, channel, first, last)
      WHERE open
    ), referred AS MATERIALIZED (
      SELECT checkpoint_ns, version.key AS channel, version.value AS version
      FROM ${tables.checkpoints} AS old, jsonb_each_text(checkpoint -> 'channel_versions') AS version
      WHERE thread_id = $1 AND NOT ${isGone("old")}
    ), checkpoints AS (
      DELETE FROM ${tables.checkpoints} AS old WHERE thread_id = $1 AND ${isGone("old")}
    ), writes AS (
      DELETE FROM ${tables.writes} AS old WHERE thread_id = $1 AND ${isGone("old")}
    ), blobs AS (
      DELETE FROM ${tables.blobs} AS old USING fence
      WHERE open AND thread_id = $1 AND NOT EXISTS (
        SELECT FROM referred
        WHERE (referred.checkpoint_ns, referred.channel, referred.version) = (old.checkpoint_ns, old.channel, old.version)
      )
    ), entries AS (
      DELETE FROM ${tables.log} AS old USING gaps
      WHERE thread_id = $1 AND checkpoint_ns = namespace AND old.channel = gaps.channel
      AND number BETWEEN first AND last
    )
    ${VERDICT}`;
  const values = [
    ...fence,
    checkpoints.map(({ namespace }) => namespace),
    checkpoints.map(({ id }) => id),
    log.map(({ namespace }) => namespace),
    log.map(({ channel }) => channel),
    log.map(({ first }) => first),
    log.map(({ last }) => last),
  ];
  return { text, values };
}

/** Removes a thread, and takes it from a run that still has it. */
export function deleteStatement({ blobs, checkpoints, leases, log, writes }: Tables, threadId: string): Statement {
  const text = `
    WITH lease AS (
      UPDATE ${leases} SET token = token + 1, owner = NULL, expires_at = '-infinity' WHERE thread_id = $1
    ), blobs AS (DELETE FROM ${blobs} WHERE thread_id = $1),
    checkpoints AS (DELETE FROM ${checkpoints} WHERE thread_id = $1),
    writes AS (DELETE FROM ${writes} WHERE thread_id = $1)
    DELETE FROM ${log} WHERE thread_id = $1`;
  return { text, values: [threadId] };
}
