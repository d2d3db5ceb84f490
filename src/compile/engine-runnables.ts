import { Runnable, RunnableLambda } from "@langchain/core/runnables";
import type { RunnableConfig } from "@langchain/core/runnables";
import { isGraphBubbleUp } from "@langchain/langgraph";
import type { NodeState } from "../run/runtime.ts";
import type { Edge } from "./edges.ts";
import type * as EngineStep from "./engine-step.ts";
import type { NodeRun } from "./speed-nodes.ts";

/** How nodes are run, loaded with the first one. */
let step: typeof EngineStep | undefined;

/** A node for LangGraph's `addNode`: the same as its function to whoever looks at it or runs it, and cheaper. */
export class NodeRunnable extends Runnable<NodeState, unknown> {
  /** The name of what LangGraph makes of a function. */
  static override lc_name(): string {
    return "RunnableCallable";
  }

  override lc_namespace = ["langgraph"];
  override readonly name: string;
  readonly run: NodeRun;

  constructor(name: string, run: NodeRun) {
    super();
    this.name = name;
    this.run = run;
  }

  override async invoke(state: NodeState, options?: RunnableConfig): Promise<unknown> {
    const { runNode } = (step ??= await import("./engine-step.ts"));
    return toldBeforeFailing(() => runNode(this, state, options), options);
  }
}

/** Runs a node; where it fails, whoever reads along has what was told so far before anybody learns of it. */
export async function toldBeforeFailing<T>(
  run: () => Promise<T>,
  options: Pick<RunnableConfig, "signal"> | undefined,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const isFailure = !(error instanceof Error && isGraphBubbleUp(error)) && options?.signal?.aborted !== true;
    if (isFailure) await arrived();
    throw error;
  }
}

/** The platform's own, whatever a test puts in its place later. */
const { setTimeout } = globalThis;

/** Lets whoever reads along have what was told so far: LangGraph drops what nobody has read when a run fails. */
function arrived(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 0));
}

/** An edge for LangGraph's `addConditionalEdges`, as {@link NodeRunnable}: only for one that looks at the state alone. */
export class EdgeRunnable extends Runnable<NodeState, string> {
  /** The name of what LangChain makes of a function. */
  static override lc_name(): string {
    return "RunnableLambda";
  }

  override lc_namespace = ["langchain_core", "runnables"];
  readonly #edge: Edge;

  constructor(edge: Edge) {
    super();
    this.#edge = edge;
  }

  override async invoke(state: NodeState, options?: RunnableConfig): Promise<string> {
    // LangGraph gives its steps a manager of callbacks where somebody is to be told of them.
    const isWatched = options?.callbacks !== undefined;
    return isWatched ? RunnableLambda.from(this.#edge).invoke(state, options) : this.#edge(state);
  }
}
