import type { RunnableConfig } from "@langchain/core/runnables";
import { INTERRUPT } from "@langchain/langgraph";
import { walkDirect } from "./direct.ts";
import { followerFor } from "./direct-stream.ts";
import type { StreamableGraph } from "./direct-stream.ts";
import { WATCH_KEY } from "../observe/run-signal.ts";
import type { Watch } from "../observe/run-signal.ts";
import type { Stop } from "../run/stop.ts";
import { watchedBy } from "../run/telling.ts";
import { runQuietly } from "./quiet-run.ts";
import type { Listener, QuietGraph } from "./quiet-run.ts";
import { ToldChunks } from "./told-chunks.ts";
import type { Chunk } from "./told-chunks.ts";

/** A run's options, as its events give them to a stream. */
export interface ToldOptions extends RunnableConfig {
  readonly streamMode: readonly string[];
  readonly outputKeys?: readonly string[];
}

/** The modes that are told here. */
const MODES = ["custom", "values"] as const;

/** Whether a stream's options ask for no more than what nodes write and for states. */
export function isTold({ streamMode }: ToldOptions): boolean {
  return streamMode.every((mode) => (MODES as readonly string[]).includes(mode));
}

/** The chunks of a run that needs no engine: as `directChunks`, without a stream around them. */
export function walkedChunks(graph: StreamableGraph, input: () => object, options: ToldOptions): ToldChunks {
  return told(options, async (push, { watch, stop, options: { streamMode: modes, outputKeys, ...own } }) => {
    const follower = followerFor(graph, { modes, outputKeys }, (mode, chunk) => push([mode, chunk]));
    if (follower.writer !== undefined) watchedBy(watch, follower.writer);
    await walkDirect(graph, input(), { ...own, signal: stop.signal, follower });
  });
}

/**
 * The chunks of a run in LangGraph's engine: what nodes write, before it the messages that they were given where
 * these are others than before, and the state in the end. Of a signal LangGraph makes several for each step, which costs a
 * twentieth of the turn: without one of the caller's, nodes alone learn that the run was left.
 */
export function steppedChunks(graph: QuietGraph, input: unknown, options: ToldOptions): ToldChunks {
  return told(options, async (push, { watch: given, stop, options: own }) => {
    // A policy of LangGraph's might run a node again that fails.
    const isGiven = options.signal !== undefined || graph.retryPolicy !== undefined;
    const watch: Watch = isGiven ? given : { ...given, left: stop };
    let known: unknown;
    const hear: Listener["hear"] = (chunk, state) => {
      const messages = state.get("messages");
      if (messages !== known) push(["values", { messages }]);
      known = messages;
      push(["custom", chunk]);
    };
    const config = isGiven ? { ...own, signal: stop.signal } : own;
    const { [INTERRUPT]: stops, ...values } = await runQuietly(graph, input, config, { watch, hear });
    push(["values", values]);
    if (stops !== undefined) push(["values", { [INTERRUPT]: stops }]);
  });
}

/** A run that is watched. */
interface Watching {
  readonly watch: Watch;
  /** Ends the run: the caller's has fired, or nobody reads any more. */
  readonly stop: Stop;
  /** Without a signal. */
  readonly options: Omit<ToldOptions, "signal">;
}

/** Runs, watched, and pushes chunks. */
type WatchedRun = (push: (chunk: Chunk) => void, watching: Watching) => Promise<void>;

/** Starts a run that ends when it is left, too. */
function told({ signal: callers, ...options }: ToldOptions, run: WatchedRun): ToldChunks {
  return new ToldChunks((push, stop) => {
    const { [WATCH_KEY]: watch, ...configurable } = options.configurable ?? {};
    // A chunk costs no more than what is said in it.
    const own: Watch = { ...(watch as Watch), inBatches: false };
    return run(push, { watch: own, stop, options: { ...options, configurable } });
  }, callers);
}
