import type { RunnableConfig } from "@langchain/core/runnables";
import type { RunSignal } from "../observe/run-signal.ts";
import type { RunContext, SwarmValues } from "../types.ts";
import { merged } from "../define/merged.ts";

/** How a node writes to the custom stream of its run. */
export type Writer = (chunk: unknown) => void;

/** What LangGraph gives a node beside the state, as far as it is used here. */
export interface NodeConfig extends RunnableConfig {
  readonly context?: unknown;
  readonly store?: unknown;
  readonly writer?: Writer | undefined;
}

/** The state as a node gets it: the swarm's channels, and the user's own. */
export type NodeState = SwarmValues & Record<string, unknown>;

/** What a function of the user's may see of a run. */
export function runContext(agent: string, state: NodeState, config: NodeConfig): RunContext {
  return { agent, state, context: config.context, threadId: threadIdOf(config), signal: config.signal };
}

/** `configurable.thread_id`, where the run has one. */
export function threadIdOf(config: RunnableConfig | undefined): string | undefined {
  const id: unknown = config?.configurable?.["thread_id"];
  return typeof id === "string" ? id : undefined;
}

/** The option by which a run is told who watches its channels, to read them in the end. */
export const LAST_STATE = "__swarm_last_state";

/** The writer of a run whose custom stream nobody reads. */
export const NOBODY_LISTENS = (): void => undefined;

/** Whether somebody may read the run's custom stream. */
export function isHeard({ writer }: NodeConfig): boolean {
  return writer !== undefined && writer !== NOBODY_LISTENS;
}

/** Writes a signal to the run's custom stream, where somebody listens. */
export function emit(config: NodeConfig, signal: RunSignal): void {
  config.writer?.(signal);
}

/**
 * The config for a model call: what LangChain knows of a config. The rest of a node's is LangGraph's, and would become
 * options of the call; `context` must not get into traces.
 */
export function modelConfig(config: NodeConfig, agent: string, signal: AbortSignal | undefined): RunnableConfig {
  const known: Record<string, unknown> = {};
  for (const key of PASSED_ON) if (config[key] !== undefined) known[key] = config[key];
  known["metadata"] = merged(config.metadata, { lc_agent_name: agent });
  if (signal !== undefined) known["signal"] = signal;
  return known;
}

/** What of a run's config is for its model calls as well. */
const PASSED_ON = [
  "callbacks",
  "configurable",
  "maxConcurrency",
  "recursionLimit",
  "runId",
  "runName",
  "tags",
  "timeout",
  "signal",
] as const;

/** Whether the run has a checkpointer, so that it can stop for an answer and go on. */
export function isCheckpointed(config: RunnableConfig): boolean {
  return Boolean(config.configurable?.["__pregel_checkpointer"]);
}

/** The key by which a run says that its tool calls cannot be tasks of their own. */
export const WITHOUT_TASKS = "__swarm_without_tasks";

/** Whether each tool call is a task of its own, whose result is kept when the process dies. */
export function takesTasks(config: RunnableConfig): boolean {
  return isCheckpointed(config) && config.configurable?.[WITHOUT_TASKS] !== true;
}
