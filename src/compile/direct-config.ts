import type { RunnableConfig } from "@langchain/core/runnables";
import { interopParse, isInteropZodObject } from "@langchain/core/utils/types";
import { interrupt, RunControl } from "@langchain/langgraph";
import type { SwarmDefinition } from "../define/definition.ts";
import { merged } from "../define/merged.ts";
import { NOBODY_LISTENS } from "../run/runtime.ts";
import type { NodeConfig, NodeState, Writer } from "../run/runtime.ts";

/** What a run may be told, by the call or by the graph's own config. */
export type CallOptions = RunnableConfig & { readonly context?: unknown };

/** What every node of one direct run gets, whichever it is. */
export interface RunConfig extends NodeConfig {
  readonly recursionLimit: number;
  readonly metadata: Record<string, unknown>;
  readonly configurable: Record<string, unknown>;
  readonly control: RunControl;
}

/** Gives another id each time. */
export type NewId = () => string;

/**
 * Ids for what a run does, in the form of a UUID: those of one run differ in their last digits, since random ones are a
 * fifteenth of what a hop costs.
 */
export function idsOfRun(): NewId {
  const random = globalThis.crypto.randomUUID().slice(0, -FIRST_ID.toString().length);
  let id = FIRST_ID;
  return () => `${random}${id++}`;
}

/** The first of ninety million with eight digits, which are hexadecimal ones as well. */
const FIRST_ID = 10_000_000;

/** Where a run is: the node that is entered, at which step, with which state; and the ids of the run. */
export interface Hop {
  readonly node: string;
  readonly step: number;
  readonly state: NodeState;
  readonly newId: NewId;
}

/** The key under which `getCurrentTaskInput()` finds the state in a node's `configurable`. */
const SCRATCHPAD_KEY = "__pregel_scratchpad";

/** The supersteps that LangChain grants where nobody says how many. */
const DEFAULT_STEPS = 25;

/**
 * The config of a run, as LangGraph makes it of the graph's own and the call's.
 *
 * @throws ZodError where `context` does not fit the definition's schema.
 */
export function runConfig(
  { definition, config = {} }: { readonly definition: SwarmDefinition; readonly config?: CallOptions | undefined },
  options: CallOptions,
  { signal, writer = NOBODY_LISTENS }: { readonly signal: AbortSignal; readonly writer?: Writer | undefined },
): RunConfig {
  const configurable = { ...config.configurable, ...options.configurable };
  const metadata = { ls_integration: "langgraph", ...config.metadata, ...options.metadata };
  const { model }: { model?: unknown } = configurable;
  const context = options.context === undefined ? config.context : options.context;
  const schema: unknown = definition.options.context;
  if (isInteropZodObject(schema)) interopParse(schema, context === undefined ? configurable : context);
  // An explicit `undefined` hides the graph's own limit.
  const { recursionLimit = DEFAULT_STEPS } = "recursionLimit" in options ? options : config;
  return {
    tags: [...(config.tags ?? []), ...(options.tags ?? [])],
    metadata: typeof model === "string" ? { model, ...metadata } : metadata,
    configurable,
    recursionLimit,
    ...(context !== undefined && { context }),
    signal,
    writer,
    interrupt,
    control: new RunControl(),
  } as RunConfig;
}

/** The config of one node: the run's, and where the run is. */
export function hopConfig(run: RunConfig, { node, step, state, newId }: Hop): NodeConfig {
  const taskId = newId();
  const namespace = `${node}:${taskId}`;
  return merged(run, {
    runName: node,
    metadata: merged(run.metadata, {
      langgraph_step: step,
      langgraph_node: node,
      langgraph_triggers: [`branch:to:${node}`],
      langgraph_path: ["__pregel_pull", node],
      langgraph_checkpoint_ns: namespace,
      checkpoint_ns: namespace,
    }),
    configurable: merged(run.configurable, { [SCRATCHPAD_KEY]: { currentTaskInput: state } }),
    executionInfo: {
      checkpointId: newId(),
      checkpointNs: namespace,
      taskId,
      threadId: undefined,
      runId: undefined,
      nodeAttempt: 1,
      nodeFirstAttemptTime: Date.now(),
    },
  }) as NodeConfig;
}
