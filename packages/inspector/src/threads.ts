import type { InspectableGraph, ThreadConfig } from "./options.ts";
import { plainState } from "./plain-state.ts";
import type { PlainState } from "./plain-state.ts";
import { Refusal } from "./respond.ts";

/** Checkpoints in an answer, where the request does not say. */
const HISTORY = 100;

/** Whether the graph keeps threads that can be read. */
export function keepsThreads(graph: InspectableGraph | undefined): graph is Required<InspectableGraph> {
  const { checkpointer } = graph ?? {};
  return (
    typeof checkpointer === "object" &&
    checkpointer !== null &&
    typeof graph?.getState === "function" &&
    typeof graph.getStateHistory === "function" &&
    typeof graph.updateState === "function"
  );
}

/** A thread's newest state, or that at a checkpoint. */
export async function stateOf(
  graph: InspectableGraph | undefined,
  threadId: string,
  checkpointId: string | undefined,
): Promise<PlainState> {
  const threads = threadsOf(graph);
  if (checkpointId !== undefined) await assertKnown(threads, threadId, checkpointId);
  return plainState(await threads.getState(at(threadId, checkpointId)));
}

/** A thread's checkpoints, the newest first. */
export async function historyOf(
  graph: InspectableGraph | undefined,
  threadId: string,
  limit: number = HISTORY,
): Promise<readonly PlainState[]> {
  const states: PlainState[] = [];
  for await (const snapshot of threadsOf(graph).getStateHistory(at(threadId), { limit })) {
    states.push(plainState(snapshot));
  }
  return states;
}

/** Makes a copy of a checkpoint the thread's newest: the next run goes on from there. What came after it is kept. */
export async function forkAt(
  graph: InspectableGraph | undefined,
  threadId: string,
  checkpointId: string,
): Promise<PlainState> {
  const threads = threadsOf(graph);
  await assertKnown(threads, threadId, checkpointId);
  await threads.updateState(at(threadId, checkpointId), null as never, "__copy__");
  return stateOf(graph, threadId, undefined);
}

/** LangGraph's own words for a checkpoint that is not there depend on the saver. */
async function assertKnown(threads: Required<InspectableGraph>, threadId: string, checkpointId: string): Promise<void> {
  for await (const snapshot of threads.getStateHistory(at(threadId))) {
    if (plainState(snapshot).checkpointId === checkpointId) return;
  }
  throw new Refusal(404, "CHECKPOINT_UNKNOWN", `Thread "${threadId}" has no checkpoint "${checkpointId}".`);
}

function threadsOf(graph: InspectableGraph | undefined): Required<InspectableGraph> {
  if (keepsThreads(graph)) return graph;
  throw new Refusal(
    404,
    "THREADS_MISSING",
    "The graph keeps no threads: compile it with a checkpointer, compile({ checkpointer }).",
  );
}

function at(threadId: string, checkpointId?: string): ThreadConfig {
  return { configurable: { thread_id: threadId, ...(checkpointId !== undefined && { checkpoint_id: checkpointId }) } };
}
