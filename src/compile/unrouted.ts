import { Command } from "@langchain/langgraph";
import { isOfState } from "./left-run.ts";
import type { LeftPlace } from "./left-run.ts";
import { checkpointOf } from "./resume.ts";

/** LangGraph's channel of a task's error. */
const ERROR = "__error__";

/**
 * Asks the edge again where a run broke off because a routing function failed, so that it can go on from there: what the
 * node wrote is kept, and it is not run again. LangGraph holds the node's writes without the way that it never learnt, and
 * would take the turn for over.
 *
 * @throws SwarmError `ROUTE_FAILED` or `ROUTE_UNKNOWN_TARGET` where the function fails once more; the thread stays as it was.
 */
export async function routeAgain(place: LeftPlace): Promise<void> {
  const { graph, checkpointer } = place;
  const thread = { ...place.configurable, ...checkpointOf(place), checkpoint_ns: "" };
  const tuple = await checkpointer.getTuple({ configurable: thread });
  const writes = tuple?.pendingWrites ?? [];
  const failed = new Set(writes.filter(([, channel]) => channel === ERROR).map(([task]) => task));
  // A node that failed itself has written nothing but what LangGraph notes of it.
  if (!writes.some(([task, channel]) => failed.has(task) && isOfState(channel))) return;
  const configurable = { ...thread, __pregel_checkpointer: checkpointer };
  const { next, tasks } = await graph.getState({ configurable });
  const unrouted = next.length > 0 ? undefined : tasks.find(({ error }) => error !== undefined);
  if (unrouted === undefined) return;
  const update = writes.flatMap(([task, channel, value]): [string, unknown][] =>
    task === unrouted.id && isOfState(channel) ? [[channel, value]] : [],
  );
  // At a checkpoint that is named LangGraph leaves the pending writes to us: its own way does not number the channels that
  // they change, and a checkpointer that stores each channel by its number would keep the values from before.
  const head = { ...configurable, checkpoint_id: tuple?.checkpoint.id };
  await graph.updateState({ configurable: head }, new Command({ update }), unrouted.name);
}
