import { INTERRUPT } from "@langchain/langgraph";
import { walkDirect } from "./direct.ts";
import type { Follower, Given, WalkableGraph } from "./direct.ts";
import type { CallOptions } from "./direct-config.ts";
import { writesOf } from "./direct-state.ts";
import type { DirectState, Write } from "./direct-state.ts";

/** A graph whose runs can be streamed directly. */
export interface StreamableGraph extends WalkableGraph {
  /** The modes of a stream that is told none. */
  readonly streamMode: readonly string[];
}

/** What a direct stream may be told. */
export type DirectStreamOptions = CallOptions & {
  readonly streamMode?: string | readonly string[] | undefined;
  /** The channels that states and updates are told of. Default: those of the state. */
  readonly outputKeys?: readonly string[] | undefined;
  /** Called when the run is over, however it ended. */
  readonly ended?: (() => void) | undefined;
};

/**
 * The chunks of a direct run, as LangGraph's engine gives them to its streams: the `_streamIterator` of a graph whose
 * stream `canStream`. All around it stays LangGraph's. Contract: the run begins with the first read, and goes on whether or
 * not somebody reads on. A run that fails gives all chunks that came before, of which the engine drops those that a slow
 * reader has not taken yet; a signal that fires drops these here as there, and how far they were depends on the moment.
 *
 * @param input gives the run's input, or throws what is wrong with it.
 * @throws what `walkDirect` throws, after the chunks that came before.
 */
export function directChunks(
  graph: StreamableGraph,
  input: () => object,
  { streamMode, outputKeys, ended, ...options }: DirectStreamOptions,
): AsyncGenerator<never> {
  const modes = streamMode ?? graph.streamMode;
  const isSingle = streamMode === undefined || typeof streamMode === "string";
  const chunks = openChunks();
  const follower = followerFor(graph, { modes, outputKeys }, (mode, chunk) => {
    chunks.push(isSingle ? chunk : [mode, chunk]);
  });
  const walk = async (): Promise<void> => {
    try {
      await walkDirect(graph, input(), { ...options, follower });
    } finally {
      ended?.();
    }
  };
  return chunks.of(walk);
}

/** What of a walk is told, as a stream's options have it. */
interface Asked {
  readonly modes: string | readonly string[];
  readonly outputKeys: readonly string[] | undefined;
}

/** Tells a walk as the chunks of a stream, mode by mode. */
export function followerFor(
  graph: WalkableGraph,
  { modes, outputKeys }: Asked,
  push: (mode: string, chunk: unknown) => void,
): Follower {
  const asked: ReadonlySet<string> = new Set(typeof modes === "string" ? [modes] : modes);
  const tell: Tell = (mode, make) => {
    if (asked.has(mode)) push(mode, make());
  };
  const writer = (chunk: unknown): void => push("custom", chunk);
  return { ...followerOf(graph, outputKeys, tell), ...(asked.has("custom") && { writer }) };
}

/** Makes a chunk where its mode is asked for. */
type Tell = (mode: "custom" | "updates" | "values", make: () => unknown) => void;

/** Tells what LangGraph tells of each step: first the update of the node, then the state with it. */
function followerOf(graph: WalkableGraph, outputKeys: readonly string[] | undefined, tell: Tell) {
  const known = graph.streamChannels as readonly string[];
  const shown = new Set(outputKeys ?? known);
  const tellState = (state: DirectState, written: readonly string[]): void => {
    if (written.some((channel) => shown.has(channel))) tell("values", () => state.read(outputKeys));
  };
  const tellUpdate = ({ node }: Given, writes: readonly Write[]): void =>
    tell("updates", () => ({ [node]: updateOf(writes.filter(([channel]) => shown.has(channel))) }));
  return {
    entered: tellState,
    left(given, settle) {
      const writes = writesOf(given.update).filter(([channel]) => known.includes(channel));
      let next: string;
      try {
        next = settle();
      } catch (error) {
        // An edge fails after its node has written.
        if (writes.length > 0) tellUpdate(given, writes);
        throw error;
      }
      tellUpdate(given, writes);
      tellState(
        given.state,
        writes.map(([channel]) => channel),
      );
      return next;
    },
    stopped(interrupts) {
      const chunk = () => ({ [INTERRUPT]: interrupts });
      tell("updates", chunk);
      tell("values", chunk);
    },
  } satisfies Follower;
}

/** A node's writes as LangGraph shows them: one object, or one for each write where a channel has several. */
function updateOf(writes: readonly Write[]): unknown {
  const update = Object.fromEntries(writes);
  return Object.keys(update).length === writes.length ? update : writes.map(([name, value]) => ({ [name]: value }));
}

interface Chunks {
  /** Adds a chunk; does nothing once the run is over. */
  push(chunk: unknown): void;
  /** Starts a run with the first read, and gives all its chunks as they come; then throws what the run throws. */
  of(start: () => Promise<void>): AsyncGenerator<never>;
}

function openChunks(): Chunks {
  let waiting: unknown[] = [];
  let state: "going" | "over" = "going";
  let wake: (() => void) | undefined;
  return {
    push(chunk) {
      if (state === "over") return;
      waiting.push(chunk);
      wake?.();
    },
    async *of(start) {
      const over = start().finally(() => {
        state = "over";
        wake?.();
      });
      // Where the stream was left, nobody hears of it any more.
      over.catch(() => undefined);
      for (;;) {
        const chunks = waiting;
        waiting = [];
        for (const chunk of chunks) yield chunk as never;
        if (waiting.length > 0) continue;
        if (state === "over") break;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      await over;
    },
  };
}
