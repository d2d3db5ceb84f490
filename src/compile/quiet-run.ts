import { ensureConfig } from "@langchain/core/runnables";
import type { RunnableConfig } from "@langchain/core/runnables";
import { INTERRUPT, isInterrupted } from "@langchain/langgraph";
import type { BaseChannel } from "@langchain/langgraph";
import type { Watch } from "../observe/run-signal.ts";
import { following, raced } from "../run/abort.ts";
import { LAST_STATE, NOBODY_LISTENS } from "../run/runtime.ts";
import type { Writer } from "../run/runtime.ts";
import { watchedBy } from "../run/telling.ts";
import type { Channels } from "./direct-state.ts";

/** The channels of one run of LangGraph's engine, as they are at any time. */
export class LastState {
  readonly #names: readonly string[];
  readonly #live = new Map<string, BaseChannel>();

  /** @param names of the channels that are read in the end. */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** The channels for the run: the engine opens them once, and those that are to be read are remembered. */
  watch(channels: object): Channels {
    const watched: Record<string, BaseChannel> = { ...(channels as Channels) };
    for (const name of this.#names) {
      const channel = watched[name] as BaseChannel;
      const fromCheckpoint = (stored: unknown): unknown => {
        const live = channel.fromCheckpoint(stored) as BaseChannel;
        this.#live.set(name, live);
        return live;
      };
      watched[name] = Object.create(channel, { fromCheckpoint: { value: fromCheckpoint } }) as BaseChannel;
    }
    return watched;
  }

  /** What a channel holds; `undefined` where that is nothing. */
  get(name: string): unknown {
    const channel = this.#live.get(name);
    return channel?.isAvailable() === true ? channel.get() : undefined;
  }

  /** The values that there are. */
  read(): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const name of this.#names) {
      const channel = this.#live.get(name);
      if (channel?.isAvailable() === true) values[name] = channel.get();
    }
    return values;
  }
}

/** The part of a compiled graph that a quiet run uses. */
export interface QuietGraph {
  readonly config?: RunnableConfig | undefined;
  readonly outputChannels: unknown;
  readonly retryPolicy?: unknown;
  _streamIterator(input: never, options: never): AsyncGenerator<unknown>;
}

/** Somebody who follows a run. */
export interface Listener {
  /** What nodes are to say. */
  readonly watch: Watch;
  /** Takes what nodes write to the run's custom stream, with the state as it was before their step. */
  readonly hear: (chunk: unknown, state: LastState) => void;
}

/**
 * Runs a turn in LangGraph's engine without a chunk for each step, of which its own `invoke` keeps the last: what the
 * channels hold in the end is the same. Contract: only for runs that `isQuiet` lets through; with a listener the signal is
 * the run's own.
 *
 * @throws what the run throws; the signal's reason.
 */
export async function runQuietly(
  graph: QuietGraph,
  input: unknown,
  options: RunnableConfig = {},
  listener?: Listener,
): Promise<Record<string, unknown>> {
  const last = new LastState(graph.outputChannels as readonly string[]);
  const { recursionLimit } = graph.config ?? {};
  const config = ensureConfig({
    ...(recursionLimit !== undefined && { recursionLimit }),
    ...options,
    outputKeys: [],
    streamMode: "values",
    writer: listener === undefined ? NOBODY_LISTENS : writerFor(listener, last),
    [LAST_STATE]: last,
  } as RunnableConfig);
  const { signal } = config;
  const stops: unknown[] = [];
  const read = async (given: RunnableConfig): Promise<void> => {
    const chunks = graph._streamIterator(input as never, given as never);
    for await (const chunk of chunks) if (isInterrupted(chunk)) stops.push(chunk[INTERRUPT]);
  };
  if (signal === undefined) await read(config);
  else if (listener === undefined) await apart(signal, (own) => read({ ...config, signal: own }));
  else await raced(read(config), signal);
  const values = last.read();
  return stops.length > 0 ? { ...values, [INTERRUPT]: stops.flat() } : values;
}

function writerFor({ watch, hear }: Listener, state: LastState): Writer {
  return watchedBy(watch, (chunk) => hear(chunk, state));
}

/**
 * Waits for a run, or rejects as soon as a signal fires. The run gets another one: LangGraph never lets go of one, and one
 * that outlives the run would hold on to every run.
 */
async function apart(signal: AbortSignal, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const own = new AbortController();
  await following(signal, own, () => run(own.signal));
}
