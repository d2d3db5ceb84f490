import { InvalidUpdateError } from "@langchain/langgraph";
import type { BaseChannel, Command } from "@langchain/langgraph";
import type { NodeState } from "../run/runtime.ts";

/** The part of a compiled graph that says what its state is. */
export interface StatefulGraph {
  readonly channels: object;
  /** Names of the state's channels. */
  readonly streamChannels?: unknown;
  readonly outputChannels: unknown;
}

/** The state of one direct run. */
export interface DirectState {
  /** Applies what a node gave as one step: each channel gets all its values at once. */
  apply(update: unknown): void;
  /** The state as a node or an edge sees it: a new object each time. */
  read(shown?: readonly string[]): NodeState;
  /** What a caller gets: `undefined` as long as nothing of it was written. */
  output(): Record<string, unknown> | undefined;
}

/** One value for one channel. */
export type Write = readonly [channel: string, value: unknown];

/** Channels of a graph by their names. */
export type Channels = Readonly<Record<string, BaseChannel>>;

/** Opens the state of a run: the graph's own channels, empty, with their own reducers. */
export function openState(graph: StatefulGraph): DirectState {
  const names = graph.streamChannels as readonly string[];
  const shown = graph.outputChannels as readonly string[];
  const channels = new Map(
    names.map((name) => [name, (graph.channels as Channels)[name]?.fromCheckpoint(undefined) as BaseChannel]),
  );
  const read = (keys: readonly string[]): Record<string, unknown> => {
    const values: Record<string, unknown> = {};
    for (const key of keys) {
      const channel = channels.get(key);
      if (channel?.isAvailable()) values[key] = channel.get();
    }
    return values;
  };
  let isShown = false;
  return {
    apply(update) {
      const give = (name: string, values: unknown[]): void => {
        const channel = channels.get(name);
        if (channel === undefined) return;
        write(channel, name, values);
        isShown ||= shown.includes(name);
      };
      if (Array.isArray(update)) for (const [name, values] of byChannel(writesOf(update))) give(name, values);
      else for (const name of Object.keys(update as object)) give(name, [(update as Record<string, unknown>)[name]]);
    },
    read: (only = names) => read(only) as NodeState,
    output: () => (isShown ? read(shown) : undefined),
  };
}

/** A state after one step's update, as LangGraph reads it for an edge; the given state stays as it is. */
export function stateAfter(channels: Channels, state: NodeState, update: object): NodeState {
  const values: Record<string, unknown> = { ...state };
  for (const [name, value] of Object.entries(update)) {
    if (!Object.hasOwn(channels, name)) continue;
    const channel = channels[name]?.fromCheckpoint(values[name]) as BaseChannel;
    write(channel, name, [value]);
    if (channel.isAvailable()) values[name] = channel.get();
    else delete values[name];
  }
  return values as NodeState;
}

/** What a node gives, as single writes: an update, or several commands. */
export function writesOf(update: unknown): Write[] {
  if (!Array.isArray(update)) return Object.entries(update as object);
  return (update as Command[]).flatMap((command) => Object.entries(command.update as object));
}

function byChannel(writes: readonly Write[]): Map<string, unknown[]> {
  const values = new Map<string, unknown[]>();
  for (const [name, value] of writes) {
    const earlier = values.get(name);
    if (earlier === undefined) values.set(name, [value]);
    else earlier.push(value);
  }
  return values;
}

/** Updates a channel, and says which one where it does not take the values, in LangGraph's own words. */
function write(channel: BaseChannel, name: string, values: unknown[]): void {
  try {
    channel.update(values);
  } catch (error) {
    if (!(error instanceof InvalidUpdateError)) throw error;
    const told = `Invalid update for channel "${name}" with values ${JSON.stringify(values)}: ${error.message}`;
    throw Object.assign(new InvalidUpdateError(told), { lc_error_code: error.lc_error_code });
  }
}
