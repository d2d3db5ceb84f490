import type { CheckpointTuple } from "@langchain/langgraph-checkpoint";
import { rangesNamed } from "swarmgraph";
import type { LogRange } from "swarmgraph";
import { PersistError } from "./errors.ts";
import { findGaps } from "./gaps.ts";
import type { LogGap, NamedLog } from "./gaps.ts";
import { timeOf } from "./time-of.ts";

/** What is to be kept of each thread. What either limit lets go is removed; one of them has to be given. */
export interface PruneOptions {
  /** Prunes this thread alone. Default: every thread. */
  readonly threadId?: string | undefined;
  /** How many of the newest checkpoints are kept. A run writes one for each step, so this counts steps, not turns. */
  readonly keepLast?: number | undefined;
  /** Checkpoints older than so many milliseconds are let go. */
  readonly maxAge?: number | undefined;
}

/** What was removed. */
export interface PruneResult {
  /** How many checkpoints were removed, with their pending writes. */
  readonly checkpoints: number;
  /** Threads left as they are because a run holds them. */
  readonly busy: readonly string[];
}

/** Which checkpoint of a thread. */
export interface CheckpointKey {
  readonly namespace: string;
  readonly id: string;
}

/** What a thread can do without. */
export interface Retention {
  readonly checkpoints: readonly CheckpointKey[];
  /** Runs of log entries that only the removed checkpoints named, or their pending writes. */
  readonly log: readonly LogGap[];
}

export type { LogGap } from "./gaps.ts";

interface Stored extends CheckpointKey {
  readonly parentId: string | undefined;
  /** The checkpoint of the outermost graph during whose step this one was written, for a subgraph's. */
  readonly rootId: string | undefined;
  readonly needsParent: boolean;
  readonly named: ReadonlyMap<string, readonly LogRange[]>;
}

/**
 * Refuses {@link PruneOptions} that do not say what to keep.
 *
 * @throws PersistError `OPTION_INVALID`.
 */
export function assertPruneOptions({ keepLast, maxAge }: PruneOptions): void {
  const isValid =
    (keepLast !== undefined || maxAge !== undefined) &&
    (keepLast === undefined || (Number.isInteger(keepLast) && keepLast >= 1)) &&
    (maxAge === undefined || (Number.isFinite(maxAge) && maxAge >= 0));
  if (isValid) return;
  throw new PersistError(
    "OPTION_INVALID",
    `prune({ keepLast: ${keepLast}, maxAge: ${maxAge} }) says not what to keep. Pass keepLast, a whole number from 1 on, or maxAge, milliseconds from 0 on, or both.`,
  );
}

/**
 * Says what of one thread can be removed. The newest checkpoint of each namespace stays, and with each checkpoint that
 * stays: the ancestors that its state is computed from (LangGraph's `DeltaChannel`), and the subgraphs' checkpoints that
 * were written during its step. Of the log stays what kept checkpoints name, or their pending writes. A saver's `prune` goes by it, after {@link assertPruneOptions}.
 *
 * @param tuples every checkpoint of the thread as it is stored, in any order.
 */
export async function planRetention(
  tuples: AsyncIterable<CheckpointTuple>,
  { keepLast, maxAge, now }: PruneOptions & { readonly now: number },
): Promise<Retention> {
  const all: Stored[] = [];
  for await (const tuple of tuples) all.push(read(tuple));
  all.sort((a, b) => (a.id < b.id ? 1 : -1));
  const kept = new Set<Stored>();
  const seen = new Map<string, number>();
  for (const checkpoint of all.filter((one) => !isOfTask(one))) {
    const position = seen.get(checkpoint.namespace) ?? 0;
    seen.set(checkpoint.namespace, position + 1);
    const time = timeOf(checkpoint.id);
    const isOld = maxAge !== undefined && time !== undefined && now - time > maxAge;
    if (position === 0 || (position < (keepLast ?? Infinity) && !isOld)) kept.add(checkpoint);
  }
  addNeeded(kept, all);
  const isKept = new Set([...kept].filter(({ namespace }) => namespace === "").map(({ id }) => id));
  for (const checkpoint of all) {
    if (isOfTask(checkpoint) && checkpoint.rootId !== undefined && isKept.has(checkpoint.rootId)) kept.add(checkpoint);
  }
  addNeeded(kept, all);
  return {
    checkpoints: all.filter((one) => !kept.has(one)).map(({ namespace, id }) => ({ namespace, id })),
    log: findGaps(all.map(toNamed), [...kept].map(toNamed)),
  };
}

function toNamed({ namespace, named }: Stored): NamedLog {
  return { namespace, named };
}

/** Adds the parents that kept checkpoints cannot be read without, and theirs. */
function addNeeded(kept: Set<Stored>, all: readonly Stored[]): void {
  const byKey = new Map(all.map((one) => [keyOf(one.namespace, one.id), one]));
  // A set is walked in the order of insertion, and reaches what is added meanwhile.
  for (const { needsParent, namespace, parentId } of kept) {
    const parent = needsParent && parentId !== undefined ? byKey.get(keyOf(namespace, parentId)) : undefined;
    if (parent !== undefined) kept.add(parent);
  }
}

function keyOf(namespace: string, id: string): string {
  return JSON.stringify([namespace, id]);
}

/** Whether it is of a subgraph that lives as long as one task: such a namespace ends in the task's id. */
function isOfTask({ namespace, rootId }: Stored): boolean {
  return rootId !== undefined && (namespace.split("|").at(-1) ?? "").includes(":");
}

function read({ config, parentConfig, metadata, checkpoint, pendingWrites = [] }: CheckpointTuple): Stored {
  const { checkpoint_ns: namespace = "", checkpoint_id: id } = config.configurable ?? {};
  const counters = (metadata as { counters_since_delta_snapshot?: object } | undefined)?.counters_since_delta_snapshot;
  return {
    namespace,
    id,
    parentId: parentConfig?.configurable?.["checkpoint_id"],
    rootId: metadata?.parents?.[""],
    // Before version 4 what a step was to do stood with the parent's pending writes.
    needsParent:
      checkpoint.v < 4 ||
      Object.keys(counters ?? {}).some((channel) => !Object.hasOwn(checkpoint.channel_values, channel)),
    named: rangesNamed(
      checkpoint.channel_values,
      pendingWrites.map(([, channel, value]) => [channel, value]),
    ),
  };
}
