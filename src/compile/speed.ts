import { CallbackManager } from "@langchain/core/callbacks/manager";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { isCommand, START } from "@langchain/langgraph";
import type { WalkableGraph } from "./direct.ts";
import { nodesOf } from "./speed-nodes.ts";

/**
 * How a compiled swarm runs. `"auto"` (default): `invoke` and `stream` walk the nodes directly where nothing asks for
 * LangGraph's engine, see `canWalk` and `canStream`. `"stepped"`: always one superstep of the engine for each node.
 */
export type Speed = "auto" | "stepped";

/** The part of a compiled swarm that decides how it runs. */
export interface SpeedyGraph extends WalkableGraph {
  readonly speed?: Speed | undefined;
  readonly checkpointer?: unknown;
  readonly store?: unknown;
  readonly cache?: unknown;
  readonly debug?: boolean | undefined;
  readonly stepTimeout?: number | undefined;
  readonly retryPolicy?: unknown;
  readonly interruptBefore?: unknown;
  readonly interruptAfter?: unknown;
  readonly streamMode?: unknown;
}

/** What a run may be told without asking for the engine. Whatever else somebody sets is LangGraph's to know. */
const HARMLESS_OPTIONS: ReadonlySet<string> = new Set([
  "configurable",
  "context",
  "metadata",
  "recursionLimit",
  "signal",
  "tags",
]);

/** Modes that tell of nothing but a walk: its states, its updates, and what nodes write. */
const DIRECT_MODES: ReadonlySet<unknown> = new Set(["custom", "updates", "values"]);

/** The tag of runs that LangGraph says nothing of in most of its modes. */
const HIDDEN = "langsmith:hidden";

/**
 * Keys of `configurable` that say that a run belongs to a thread, to a server or to another run. By the one that is left
 * out `swarmEvents` has itself told more than others.
 */
const ENGINE_KEY = /^(__(?!swarm_watch$).*|checkpoint_.*|thread_id|task_id|run_id|assistant_id|graph_id|langgraph_.*)$/;

/**
 * Whether a run comes to the same without LangGraph's engine. It does not where something could be told apart: a
 * checkpointer, a thread, a store or a cache, an interrupt before or after nodes, callbacks or tracing (set in the call,
 * by the environment or around it), a run within another one, an agent that is a graph, a channel of a kind with a life of
 * its own, input that is no state, or any option that is not known to be harmless. Cheap: looks at names alone.
 */
export function canWalk(graph: SpeedyGraph, input: unknown, options: object = {}): boolean {
  return (
    graph.speed !== "stepped" &&
    isState(input) &&
    isHarmless(options) &&
    isHarmless(graph.config ?? {}) &&
    isPlain(graph) &&
    !isWatched()
  );
}

/**
 * Whether a stream comes to the very same chunks without LangGraph's engine: where its run `canWalk`, and is streamed in
 * modes that a walk can serve. `"messages"` and `"tools"` are made of callbacks, `"debug"`, `"tasks"` and `"checkpoints"`
 * of the engine's own doings; subgraphs, an encoding and a version are not known to be harmless.
 */
export function canStream(graph: SpeedyGraph, input: unknown, options: StreamOptions = {}): boolean {
  const { streamMode = graph.streamMode, outputKeys, ...others } = options;
  const modes: readonly unknown[] = Array.isArray(streamMode) ? streamMode : [streamMode];
  return (
    modes.every((mode) => DIRECT_MODES.has(mode)) &&
    (outputKeys === undefined || areChannels(outputKeys, graph)) &&
    !isHidden(options) &&
    !isHidden(graph.config) &&
    canWalk(graph, input, others)
  );
}

/** What an engine's run may be told without anybody asking for what happens on its way. */
const QUIET_OPTIONS: ReadonlySet<string> = new Set([
  ...HARMLESS_OPTIONS,
  "checkpointDuring",
  "durability",
  "interruptAfter",
  "interruptBefore",
  "maxConcurrency",
  "onBusy",
  "runId",
  "runName",
  "store",
  "timeout",
]);

/**
 * Whether all that is asked of a run in LangGraph's engine is its end: nobody follows it, and its end is the state of its
 * channels. That is so where the input writes messages or goes on from a stored state; a run that writes nothing has none.
 */
export function isQuiet(graph: SpeedyGraph, input: unknown, options: QuietOptions = {}): boolean {
  return (
    (input === null || isCommand(input) || saysSomething(input)) &&
    Object.entries(graph.config ?? {}).every(
      ([key, value]) => value === undefined || (key !== "signal" && isQuietOption(key, value)),
    ) &&
    Object.entries(options).every(([key, value]) => value === undefined || isQuietOption(key, value)) &&
    options.signal?.aborted !== true &&
    !stopsAtStart(options.interruptBefore) &&
    nodesOf(graph.definition).hasPlainChannels &&
    AsyncLocalStorageProviderSingleton.getInstance().getStore() === undefined &&
    !isWatched()
  );
}

interface QuietOptions {
  readonly signal?: AbortSignal | undefined;
  readonly interruptBefore?: unknown;
}

/** Whether a run ends before its input is written, and so without a state. */
function stopsAtStart(names: unknown): boolean {
  return Array.isArray(names) && names.includes(START);
}

/** Keys of `configurable` by which a run around this one reads along. */
const READERS = ["__pregel_read", "__pregel_stream"] as const;

function isQuietOption(key: string, value: unknown): boolean {
  if (key === "configurable")
    return READERS.every((reader) => (value as Record<string, unknown>)[reader] === undefined);
  return QUIET_OPTIONS.has(key) || (key === "streamMode" && value === "values");
}

function saysSomething(input: unknown): boolean {
  if (!isState(input)) return false;
  const { messages } = input as { messages?: unknown };
  return messages !== undefined && messages !== null && (!Array.isArray(messages) || messages.length > 0);
}

function areChannels(keys: unknown, { streamChannels }: SpeedyGraph): boolean {
  return Array.isArray(keys) && keys.every((key) => (streamChannels as readonly unknown[]).includes(key));
}

interface StreamOptions {
  readonly streamMode?: unknown;
  readonly outputKeys?: unknown;
  readonly tags?: readonly string[] | undefined;
}

function isHidden(options: StreamOptions | undefined): boolean {
  return options?.tags?.includes(HIDDEN) === true;
}

function isState(input: unknown): input is object {
  return typeof input === "object" && input !== null && !Array.isArray(input) && !isCommand(input);
}

function isHarmless(options: object): boolean {
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || HARMLESS_OPTIONS.has(key)) continue;
    // Without handlers there is nobody to be called back.
    if (key === "callbacks" && Array.isArray(value) && value.length === 0) continue;
    return false;
  }
  const { configurable, recursionLimit } = options as { configurable?: object; recursionLimit?: number };
  const isPositive = recursionLimit === undefined || recursionLimit >= 1;
  return isPositive && Object.keys(configurable ?? {}).every((key) => !ENGINE_KEY.test(key));
}

function isPlain(graph: SpeedyGraph): boolean {
  const { checkpointer, store, cache, stepTimeout, retryPolicy } = graph;
  const asked = [checkpointer === false ? undefined : checkpointer, store, cache, stepTimeout, retryPolicy];
  return (
    asked.every((part) => part === undefined) &&
    graph.debug !== true &&
    !stopsAt(graph.interruptBefore) &&
    !stopsAt(graph.interruptAfter) &&
    nodesOf(graph.definition).isPlain
  );
}

function stopsAt(names: unknown): boolean {
  return names !== undefined && (!Array.isArray(names) || names.length > 0);
}

/** Whether somebody follows the run: a run around it, callbacks, or tracing of whatever origin. */
function isWatched(): boolean {
  return (
    AsyncLocalStorageProviderSingleton.getRunnableConfig() !== undefined || CallbackManager.configure() !== undefined
  );
}
