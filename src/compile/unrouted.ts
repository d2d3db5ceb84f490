import { checkpointOf } from "./resume.ts";
import type { ResumePlace } from "./resume.ts";

/** LangGraph's channel of a task's error. */
const ERROR = "__error__";

/**
 * Asks the edge again where a run broke off because a routing function failed, so that `null` as input goes on from there:
 * what the node wrote is kept, and it is not run again. LangGraph holds the node's writes without the way that it never
 * learnt, and would take the turn for over.
 *
 * @throws SwarmError `ROUTE_FAILED` or `ROUTE_UNKNOWN_TARGET` where the function fails once more; the thread stays as it was.
 */
export async function routeAgain(input: unknown, place: ResumePlace): Promise<void> {
  if (input !== null) return;
  const { graph, checkpointer } = place;
  const thread = checkpointOf(place);
  const tuple = await checkpointer.getTuple({ configurable: { ...thread, checkpoint_ns: "" } });
  const writes = tuple?.pendingWrites ?? [];
  const failed = new Set(writes.filter(([, channel]) => channel === ERROR).map(([task]) => task));
  // A node that failed itself has written nothing but what LangGraph notes of it.
  if (!writes.some(([task, channel]) => failed.has(task) && !channel.startsWith("__"))) return;
  const configurable = { ...thread, __pregel_checkpointer: checkpointer };
  const { next, tasks } = await graph.getState({ configurable });
  const unrouted = next.length > 0 ? undefined : tasks.find(({ error }) => error !== undefined);
  if (unrouted !== undefined) await graph.updateState({ configurable }, {}, unrouted.name);
}
