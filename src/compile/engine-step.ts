import type { Runnable, RunnableConfig } from "@langchain/core/runnables";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { StateGraph } from "@langchain/langgraph";
import type { NodeConfig, NodeState } from "../run/runtime.ts";
import { withAmbient } from "./ambient.ts";
import type { NodeRun } from "./speed-nodes.ts";
import { SwarmState } from "./state.ts";
import { unlessLeft } from "./way-out.ts";

/**
 * What LangGraph may put into a node's config where nobody traces it, beside what every step has. What a node gets of any
 * other key is LangGraph's to say.
 */
const CONFIG_KEYS: ReadonlySet<string> = new Set([
  "checkpointDuring",
  "context",
  "control",
  "durability",
  "executionInfo",
  "heartbeat",
  "interrupt",
  "interruptAfter",
  "interruptBefore",
  "maxConcurrency",
  "outputKeys",
  "runId",
  "runName",
  "serverInfo",
  "signal",
  "store",
  "streamMode",
  "writer",
]);

/** What LangGraph copies from a node's `configurable` to its metadata, where it is not there from the run's beginning. */
const COPIED_KEYS = [
  "assistant_id",
  "checkpoint_id",
  "checkpoint_ns",
  "graph_id",
  "run_id",
  "task_id",
  "thread_id",
] as const;

/** LangGraph's own runnables, of the nodes that somebody has watched. */
const ordinaries = new WeakMap<NodeRun, Runnable<NodeState, unknown>>();

/**
 * Runs a node's function with what LangGraph would give it, in LangChain's storage too. Where nobody traces the run, without
 * the root that LangChain makes for it, which is most of what a node costs; else in LangGraph's own way.
 */
export function runNode(
  node: { readonly name: string; readonly run: NodeRun },
  state: NodeState,
  options: RunnableConfig = {},
): Promise<unknown> {
  return unlessLeft(options, (own) => runUntilLeft(node, state, own));
}

async function runUntilLeft(
  { name, run }: { readonly name: string; readonly run: NodeRun },
  state: NodeState,
  options: RunnableConfig,
): Promise<unknown> {
  const config = nodeConfig(options);
  if (config !== undefined) return runWith(run, state, config);
  const ordinary = ordinaries.get(run) ?? ordinaryNode(name, run);
  ordinaries.set(run, ordinary);
  return ordinary.invoke(state, options);
}

/** Runs a node's function with its config, in LangChain's storage too. */
export function runWith(run: NodeRun, state: NodeState, config: NodeConfig): Promise<unknown> {
  return withAmbient(config, async () => run(state, config));
}

/**
 * The config that LangGraph would make of a step's for its node, without one around it; `undefined` where that is its own
 * work.
 */
export function nodeConfig(options: RunnableConfig = {}): NodeConfig | undefined {
  const { tags, metadata, recursionLimit, configurable } = options;
  const isOfStep = tags !== undefined && metadata && recursionLimit !== undefined && configurable;
  if (!isOfStep || AsyncLocalStorageProviderSingleton.getInstance().getStore() !== undefined) return undefined;
  if (COPIED_KEYS.some((key) => configurable[key] !== undefined && !(key in metadata))) return undefined;
  const config: Record<string, unknown> = {
    tags: [...new Set(tags)],
    metadata: { ...metadata },
    recursionLimit,
    configurable: { ...configurable },
  };
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(config, key)) continue;
    if (!CONFIG_KEYS.has(key)) return undefined;
    config[key] = value ?? undefined;
  }
  return config as NodeConfig;
}

/** What LangGraph makes of a node's function. */
function ordinaryNode(name: string, run: NodeRun): Runnable<NodeState, unknown> {
  const { nodes } = new StateGraph(SwarmState).addNode(name, run as never);
  return (nodes as Readonly<Record<string, { readonly runnable: unknown }>>)[name]?.runnable as Runnable;
}
