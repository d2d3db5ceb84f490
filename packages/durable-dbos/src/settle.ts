import { DBOS } from "@dbos-inc/dbos-sdk";
import type { BaseMessage } from "@langchain/core/messages";
import { copyCheckpoint, emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import type { BaseCheckpointSaver, CheckpointMetadata } from "@langchain/langgraph-checkpoint";
import { SwarmError } from "swarmgraph";
import type { EndedRun } from "./ended.ts";
import { headOf, leftMarksOf, STUB, THREAD_STEP } from "./head.ts";
import type { Head } from "./head.ts";
import type { HeldThread } from "./held-thread.ts";
import type { Packing } from "./packing.ts";
import { withSaid } from "./said.ts";
import { inJournal } from "./steps.ts";
import type { DurableGraph, RebasedGraph, RunOrder } from "./workflow.ts";

/** What is needed to put what an ended run leaves into its thread. */
export interface SettleOptions {
  readonly graph: RebasedGraph;
  readonly packing: Packing;
  /** The program's version. */
  readonly version: string;
  /** What is noted of a call beside the journal; `undefined` where nothing is. */
  readonly outcomeOf: (key: string) => Promise<unknown>;
}

/** An ended run, and its thread. */
interface Leaving {
  readonly runId: string;
  readonly threadId: string;
  /** Where the thread stood when the run began. */
  readonly base: Head;
  readonly head: Head;
  readonly saver: BaseCheckpointSaver;
  readonly graph: DurableGraph;
}

/**
 * Leaves the thread of a run that a newer one has ended as the next one is to find it: with what the run had come to, or as
 * it was before it, always with what the user said. By the run's journal and not by what its process has written or would
 * write, which may be frozen or dead: so it can be done again as well, to the same end.
 *
 * @throws what a write fails with: SwarmError `LEASE_LOST` where the thread is somebody else's by now.
 */
export async function settle(
  { runId, takeover, threadId }: EndedRun & { readonly threadId: string },
  held: HeldThread,
  { graph: base, packing, version, outcomeOf }: SettleOptions,
): Promise<void> {
  // It is still open where the process that was to end it has died before.
  await DBOS.cancelWorkflow(runId);
  const known = await DBOS.getWorkflowStatus(runId);
  if (known?.status !== "CANCELLED") return;
  const order = known.input?.[0] as RunOrder;
  const { input, said } = withSaid(await packing.unpack(order.input), runId);
  const steps = (await DBOS.listWorkflowSteps(runId)) ?? [];
  const saver = held.saver(leftMarksOf(runId));
  const graph = base.withCheckpointer(saver);
  const head = await headOf(saver, threadId);
  const begun = steps.find(({ name }) => name === THREAD_STEP)?.output as Head | null | undefined;
  // Where somebody else has written since there is nothing of the run's to be seen any more.
  const isNewest = head.runId === runId || head.leftBy === runId || head.checkpointId === begun?.checkpointId;
  if (begun != null && isNewest) {
    const run: Leaving = { runId, threadId, base: begun, head, saver, graph };
    // Another version may lose its way in the journal: what the run's own process has written is better then.
    const isReadable = known.applicationVersion === version || head.runId !== runId || head.isStub;
    if (takeover === "rollback") await takeBack(run);
    else if (isReadable) {
      const journal = new Map(steps.map(({ name, output, error }) => [name, { output, error }]));
      const stop = new AbortController();
      const left = { runId, journal, stop, outcomeOf: (call: string) => outcomeOf(`${threadId}:${call}`) };
      await inJournal(left, () => goThrough(run, input, stop.signal));
    }
  }
  await keepSaid(graph, threadId, said);
  held.assertWritten();
}

/** Goes through a run again, up to where its journal ends, and writes what it came to. */
async function goThrough(run: Leaving, input: unknown, signal: AbortSignal): Promise<void> {
  const { threadId, base, head, saver, graph } = run;
  const place = { thread_id: threadId, ...(base.checkpointId !== null && { checkpoint_id: base.checkpointId }) };
  const isWritten = head.checkpointId !== base.checkpointId;
  if (isWritten && base.checkpointId === null) await putEmpty(run);
  // Where a retention has removed the beginning, what the run's own process has written is all there is.
  else if (isWritten && (await saver.getTuple({ configurable: place })) === undefined) return;
  const configurable = isWritten ? place : { thread_id: threadId };
  try {
    await graph.invoke(input as never, { configurable, durability: "exit", signal } as never);
  } catch (error) {
    // What it failed with is its own affair, and it has told nobody.
    if (!signal.aborted && !SwarmError.is(error)) throw error;
  }
}

/** Makes the checkpoint before the run the thread's newest, by a fork of it, since no checkpointer deletes single ones. */
async function takeBack(run: Leaving): Promise<void> {
  const { threadId, base, head, saver } = run;
  if (head.checkpointId === base.checkpointId) return;
  if (base.checkpointId === null) return putEmpty(run);
  const thread = { thread_id: threadId, checkpoint_ns: "" };
  const before = await saver.getTuple({ configurable: { ...thread, checkpoint_id: base.checkpointId } });
  // A retention has removed it.
  if (before === undefined) return;
  const { id, ts } = emptyCheckpoint();
  const metadata: CheckpointMetadata = {
    ...before.metadata,
    source: "fork",
    step: (before.metadata?.step ?? -1) + 1,
    parents: before.metadata?.parents ?? {},
  };
  const { checkpoint_id } = before.parentConfig?.configurable ?? {};
  const place = { ...thread, ...(checkpoint_id !== undefined && { checkpoint_id }) };
  await saver.put({ configurable: place }, { ...copyCheckpoint(before.checkpoint), id, ts }, metadata, {});
}

/** Makes a thread that did not exist before the run one without anything in it: to remove it would end its lease as well. */
async function putEmpty({ threadId, saver }: Leaving): Promise<void> {
  const start: CheckpointMetadata = { source: "fork", step: STUB, parents: {} };
  await saver.put({ configurable: { thread_id: threadId, checkpoint_ns: "" } }, emptyCheckpoint(), start, {});
}

/** Writes what a thread does not have yet of what its user said. */
async function keepSaid(graph: DurableGraph, threadId: string, said: readonly BaseMessage[]): Promise<void> {
  if (said.length === 0) return;
  const thread = { configurable: { thread_id: threadId } };
  const { values } = await graph.getState(thread as never);
  const log = (values as { readonly messages?: readonly BaseMessage[] } | undefined)?.messages ?? [];
  const known = new Set(log.map(({ id }) => id));
  const missing = said.filter(({ id }) => !known.has(id));
  if (missing.length > 0) await say(graph, threadId, missing);
}

/**
 * Adds messages to a thread, and stops before anybody answers them. What a run left of its last step is kept first, as with
 * each message that comes to a thread.
 */
export async function say(graph: DurableGraph, threadId: string, messages: readonly BaseMessage[]): Promise<void> {
  const config = { configurable: { thread_id: threadId }, durability: "exit", interruptBefore: "*" };
  await graph.invoke({ messages } as never, config as never);
}
