import { Command, START } from "@langchain/langgraph";
import type { BaseCheckpointSaver, CheckpointTuple } from "@langchain/langgraph";
import type { SwarmDefinition } from "../define/definition.ts";
import { agentOfNode } from "../define/node-names.ts";
import { combine, openCalls } from "../run/tool-node.ts";
import type { NodeState } from "../run/runtime.ts";
import type { ThreadState } from "./busy-settle.ts";
import { BRANCH } from "./compatible-resume.ts";
import { answersOf } from "./left-calls.ts";
import { checkpointOf } from "./resume.ts";
import { nodesOf } from "./speed-nodes.ts";

/** The part of a run that puts a thread in order. */
export interface Keeper {
  readonly graph: ThreadState;
  readonly checkpointer: BaseCheckpointSaver;
  readonly definition: SwarmDefinition;
  readonly threadId: string;
  /** Writes down a step that is over, and runs nothing. */
  readonly finishStep: (configurable: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** A thread that may hold what a run came to which its process has left. */
export interface LeftPlace extends Keeper {
  /** Where it is not the newest. */
  readonly checkpointId?: unknown;
  /** What the run brings along, its fence too. */
  readonly configurable: Readonly<Record<string, unknown>>;
}

/** The newest checkpoint of a thread, if it has one. */
export interface Head {
  readonly tuple: CheckpointTuple | undefined;
}

/**
 * Keeps what a run came to that its process left before the next checkpoint: what a user said, an answer, results of tools.
 * LangGraph keeps them as pending writes for a run that goes on, and drops them where a thread is given a new input. Calls
 * of which nothing is known are answered with that: a model that reads of none would make them again.
 *
 * @returns the thread's head as it was read, where nothing had to be kept.
 */
export async function keepLeftStep(place: LeftPlace): Promise<Head | undefined> {
  const { graph, checkpointer, definition } = place;
  if ("checkpoint_id" in checkpointOf(place)) return undefined;
  const tuple = await checkpointer.getTuple({ configurable: { ...place.configurable, checkpoint_ns: "" } });
  if (tuple === undefined || !mayBeLeft(tuple)) return { tuple };
  const writes = tuple.pendingWrites ?? [];
  const written = new Set(writes.flatMap(([task, channel]) => (isOfState(channel) ? [task] : [])));
  const configurable = { ...place.configurable, __pregel_checkpointer: checkpointer };
  const { values, tasks } = await graph.getState({ configurable });
  if (tasks.length > 0 && tasks.every(({ id, name }) => name === START || written.has(id))) {
    await place.finishStep(place.configurable);
    return undefined;
  }
  if (!isBeforeTools(tuple)) return { tuple };
  const answers = answersOf(openCalls(values as NodeState, definition.limits.maxToolCalls), writes);
  if (answers.length === 0) return { tuple };
  const { combined } = combine(
    answers.map(({ update }) => update),
    nodesOf(definition).hasReducer,
  );
  const messages: [string, unknown] = ["messages", answers.map(({ message }) => message)];
  // All at once: a process that dies here as well leaves either the thread as it was, or nothing to keep.
  const update = [messages, ...combined.flatMap((one) => Object.entries(one))];
  await graph.updateState({ configurable }, new Command({ update }), START);
  return undefined;
}

/** Whether a pending write is one of a node to the state, and not a note of somebody's. */
export function isOfState(channel: string): boolean {
  return !channel.startsWith("__");
}

/** Whether a step has begun, as far as a checkpoint shows it: one that only waits for a model has nothing to keep. */
function mayBeLeft(tuple: CheckpointTuple): boolean {
  const { checkpoint, pendingWrites = [] } = tuple;
  const isStarting = START in checkpoint.channel_values;
  return isStarting || isBeforeTools(tuple) || pendingWrites.some(([, channel]) => isOfState(channel));
}

/** Whether tools are next, also those of an agent that a deploy has removed. */
function isBeforeTools({ checkpoint }: CheckpointTuple): boolean {
  const next = Object.keys(checkpoint.channel_values).filter((channel) => channel.startsWith(BRANCH));
  return next.some((channel) => agentOfNode(channel) !== channel);
}
