import { RunnableLambda } from "@langchain/core/runnables";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { PregelNode } from "@langchain/langgraph";
import { Channel } from "@langchain/langgraph/pregel";
import { END } from "../route/route-handoffs.ts";
import { raced, reasonOf } from "../run/abort.ts";
import type { NodeState } from "../run/runtime.ts";
import { stateAfter } from "./direct-state.ts";
import type { Channels } from "./direct-state.ts";
import type { Place } from "./engine-node.ts";
import { toldBeforeFailing } from "./engine-runnables.ts";
import { nodeConfig, runWith } from "./engine-step.ts";
import type { SwarmNode } from "./speed-nodes.ts";
import { addLeft, leftBy, leftWith } from "./way-out.ts";

/** One value for one channel, as LangGraph's writers take it. */
interface ChannelEntry {
  readonly channel: string;
  readonly value: unknown;
}

/** How LangGraph's nodes write into channels, by its class of writers. */
const { doWrite } = Channel.writeTo([]).constructor as unknown as {
  doWrite(config: RunnableConfig, entries: readonly ChannelEntry[]): Promise<void>;
};

/** Whether LangGraph still has it: it is no part of what its packages export by name. */
const canWrite = typeof doWrite === "function";

/** Takes a step of LangGraph's: in one go where nobody watches it, else by its own runnables. Gives what the node gave. */
export function takeStep(place: Place, state: object, options: RunnableConfig): Promise<unknown> {
  const { node, ordinary } = place;
  if (!canWrite) return ordinary().invoke(state, options);
  return node === undefined ? begin(place, state, options) : pass(place, node, state as NodeState, options);
}

/** The first step of a turn: the input into the channels, and the edge to the agent that has the conversation. */
async function begin({ made, ordinary, channels }: Place, input: object, options: RunnableConfig): Promise<unknown> {
  if (options.callbacks !== undefined || !isUpdate(input)) return ordinary().invoke(input, options);
  await doWrite(options, entriesOf(input, channels));
  return made.writers.at(-1)?.invoke(input, options);
}

async function pass(place: Place, node: SwarmNode, state: NodeState, options: RunnableConfig): Promise<unknown> {
  const { made, ordinary, channels, graph } = place;
  const left = leftBy(options);
  if (left?.aborted === true) throw reasonOf(left);
  const ordinarily = (): Promise<unknown> =>
    ordinary().invoke(state, left === undefined ? options : leftWith(options, left));
  if (!isTriggered(made, options)) return ordinarily();
  // The run's id is not that of its steps.
  const { runId: _ofRun, ...own } = options;
  const config = nodeConfig(own);
  if (config === undefined) return ordinarily();
  if (left !== undefined) addLeft(config.configurable as Record<string, unknown>, left);
  const { signal } = options;
  // Functions of the user's get the state itself: what they do to it is nothing that an edge may see.
  const before = { ...state };
  const update = await raced(
    toldBeforeFailing(() => runWith(node.run, state, config), options),
    signal,
    left,
  );
  if (signal?.aborted === true) throw reasonOf(signal);
  if (!isUpdate(update)) {
    for (const writer of made.getWriters()) await writer.invoke(update, options);
    return update;
  }
  await doWrite(options, entriesOf(update, channels));
  await leave(place, node, stateAfter(graph.channels as Channels, before, update), options);
  return update;
}

/** Whether a node is run for a channel that triggers it, on the state of the channels: what is sent to it is a state of its own. */
function isTriggered({ triggers }: PregelNode, { metadata }: RunnableConfig): boolean {
  const [by]: unknown[] = (metadata?.["langgraph_triggers"] as unknown[] | undefined) ?? [];
  return by === triggers[0];
}

/** Asks the edge, and triggers the node that it leads to. */
async function leave(
  { name, graph }: Place,
  { edge, asksUser, ends }: SwarmNode,
  state: NodeState,
  options: RunnableConfig,
): Promise<void> {
  // A function of the user's may look for the config, which LangChain sets up for it.
  const next = asksUser ? await RunnableLambda.from<NodeState, string>(edge).invoke(state, options) : edge(state);
  // A thread may have been left by an agent that nobody hands off to any more.
  if (!ends.has(next)) throw new Error("Branch condition returned unknown or null destination");
  if (next === END) return;
  const { triggers } = graph.nodes[next] as PregelNode;
  const [channel] = triggers as [string];
  await doWrite(options, [{ channel, value: name }]);
}

/** Whether a step's update is one that names channels, and neither a command nor several. */
function isUpdate(update: unknown): update is object {
  return typeof update === "object" && update !== null && Object.getPrototypeOf(update) === Object.prototype;
}

function entriesOf(update: object, channels: object): ChannelEntry[] {
  const entries: ChannelEntry[] = [];
  for (const [channel, value] of Object.entries(update)) {
    if (Object.hasOwn(channels, channel)) entries.push({ channel, value });
  }
  return entries;
}
