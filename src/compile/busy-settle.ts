import type { BaseMessage } from "@langchain/core/messages";
import { copyCheckpoint, emptyCheckpoint, START } from "@langchain/langgraph";
import type { CheckpointMetadata } from "@langchain/langgraph";
import { keepLeftStep } from "./left-run.ts";
import type { Keeper } from "./left-run.ts";
import { FENCE_KEY } from "./thread-lock.ts";
import type { Takeover } from "./thread-lock.ts";

/** The part of a compiled swarm that reads a thread and puts it in order. */
export interface ThreadState {
  getState(config: unknown): Promise<{
    readonly values: unknown;
    readonly next: readonly string[];
    readonly tasks: readonly {
      readonly id: string;
      readonly name: string;
      readonly error?: unknown;
      readonly interrupts: readonly unknown[];
    }[];
  }>;
  updateState(config: unknown, values: unknown, asNode: string): Promise<unknown>;
}

/** A run that a newer one has ended. */
export interface Superseded extends Keeper {
  readonly configurable: Readonly<Record<string, unknown>> & { readonly thread_id: string };
  readonly takeover: Takeover;
  /** A checkpoint id from before the run: what is greater is the run's. */
  readonly since: string;
  /** What the user said with the run. */
  readonly said: readonly BaseMessage[];
}

/**
 * Leaves the thread of a superseded run as the next run is to find it: after a rollback as it was before the run, always
 * with what the user said. The next run's own input comes after it.
 */
export async function settle(run: Superseded): Promise<void> {
  const { graph, configurable, said } = run;
  if (run.takeover === "rollback") await takeBack(run);
  if (said.length === 0) return;
  const { values } = await graph.getState({ configurable });
  const log = (values as { messages?: readonly BaseMessage[] } | undefined)?.messages ?? [];
  const known = new Set(log.map(({ id }) => id));
  const missing = said.filter(({ id }) => !known.has(id));
  if (missing.length === 0) return;
  // Of the run before it: its own ended before it began, or is taken back.
  await keepLeftStep(run);
  await graph.updateState({ configurable }, { messages: missing }, START);
}

/**
 * Makes the checkpoint before the run the thread's newest, as a fork of it, since no checkpointer deletes single
 * checkpoints. A run that was the thread's first leaves nothing, or an empty checkpoint: removing the thread would end the
 * run's own lease, and what its user said could not be written any more.
 */
async function takeBack({ checkpointer, configurable, since }: Superseded): Promise<void> {
  const thread = { thread_id: configurable.thread_id, checkpoint_ns: "" };
  const head = await checkpointer.getTuple({ configurable: thread });
  if (head === undefined || head.checkpoint.id < since) return;
  const before = { configurable: { ...thread, checkpoint_id: since } };
  for await (const base of checkpointer.list({ configurable: thread }, { before, limit: 1 })) {
    const { id, ts } = emptyCheckpoint();
    const metadata: CheckpointMetadata = {
      ...base.metadata,
      source: "fork",
      step: (base.metadata?.step ?? -1) + 1,
      parents: base.metadata?.parents ?? {},
    };
    const { checkpoint_id } = base.parentConfig?.configurable ?? {};
    const place = { ...thread, ...(checkpoint_id !== undefined && { checkpoint_id }), ...fenceOf(configurable) };
    await checkpointer.put({ configurable: place }, { ...copyCheckpoint(base.checkpoint), id, ts }, metadata, {});
    return;
  }
  if (!(FENCE_KEY in configurable)) return checkpointer.deleteThread(configurable.thread_id);
  const start: CheckpointMetadata = { source: "fork", step: -2, parents: {} };
  await checkpointer.put({ configurable: { ...thread, ...fenceOf(configurable) } }, emptyCheckpoint(), start, {});
}

function fenceOf(configurable: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return FENCE_KEY in configurable ? { [FENCE_KEY]: configurable[FENCE_KEY] } : {};
}
