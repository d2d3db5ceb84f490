import type { RunnableConfig } from "@langchain/core/runnables";
import { INTERRUPT } from "@langchain/langgraph";
import { walkDirect } from "./direct.ts";
import { followerFor } from "./direct-stream.ts";
import type { StreamableGraph } from "./direct-stream.ts";
import { WATCH_KEY } from "../observe/run-signal.ts";
import { watchOf } from "../run/telling.ts";
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
  return told(options, async (push, { streamMode: modes, outputKeys, ...own }) => {
    const follower = followerFor(graph, { modes, outputKeys }, (mode, chunk) => push([mode, chunk]));
    await walkDirect(graph, input(), { ...own, follower });
  });
}

/**
 * The chunks of a run in LangGraph's engine: what nodes write, before it the state that they were given where that is
 * another one than before, and the state in the end.
 */
export function steppedChunks(graph: QuietGraph, input: unknown, options: ToldOptions): ToldChunks {
  return told(options, async (push, own) => {
    let known: unknown;
    const listener: Listener = (chunk, state) => {
      const messages = state.get("messages");
      if (messages !== known) push(["values", state.read()]);
      known = messages;
      push(["custom", chunk]);
    };
    const { [INTERRUPT]: stops, ...values } = await runQuietly(graph, input, own, listener);
    push(["values", values]);
    if (stops !== undefined) push(["values", { [INTERRUPT]: stops }]);
  });
}

/** Starts a run that ends when it is left, too. */
function told(
  options: ToldOptions,
  run: (push: (chunk: Chunk) => void, options: ToldOptions) => Promise<void>,
): ToldChunks {
  return new ToldChunks((push, signal) => {
    // A chunk costs no more than what is said in it.
    const watch = { ...watchOf(options), inBatches: false };
    const configurable = { ...options.configurable, [WATCH_KEY]: watch };
    return run(push, { ...options, configurable, signal });
  }, options.signal);
}
