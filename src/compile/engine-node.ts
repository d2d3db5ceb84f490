import { Runnable } from "@langchain/core/runnables";
import type { RunnableConfig } from "@langchain/core/runnables";
import { START } from "@langchain/langgraph";
import type { PregelNode } from "@langchain/langgraph";
import { NodeRunnable } from "./engine-runnables.ts";
import type { SwarmNode, SwarmNodes } from "./speed-nodes.ts";
import type * as WholeStep from "./whole-step.ts";

/** A node of LangGraph's, and what is known of it. */
export interface Place {
  readonly name: string;
  readonly made: PregelNode;
  /** What LangGraph runs for it: its function, its writers and its edge, each by itself. */
  readonly ordinary: () => Runnable;
  readonly graph: CompiledGraph;
  /** By their names, those that an update may name. */
  readonly channels: object;
  /** The swarm's node; `undefined` for the start of a turn. */
  readonly node: SwarmNode | undefined;
}

/** The parts of a compiled graph that are changed and read. */
interface CompiledGraph {
  readonly nodes: Readonly<Record<string, PregelNode>>;
  readonly channels: object;
}

/** Writers of a node with one conditional edge: of its update, of the way that a command says, of the edge. */
const WRITERS = 3;

/**
 * Has LangGraph take a node with its update and its edge in one go where nobody watches: it has a runnable for each of
 * these, and one around them, which cost more than the node. What is written, and in which order, is the same. Nodes with
 * other writers than are known here stay as they are.
 */
export function mergeSteps(graph: CompiledGraph, { nodes, hasPlainChannels, schemas }: SwarmNodes): void {
  for (const [name, made] of Object.entries(graph.nodes)) {
    const node = nodes.get(name);
    const isStart = name === START;
    const isPlainNode = node !== undefined && node.graph === undefined && made.bound instanceof NodeRunnable;
    const isKnown = made.writers.length === WRITERS && (isStart || (isPlainNode && hasPlainChannels));
    if (!isKnown) continue;
    const channels = isStart ? schemas.input : schemas.state;
    const ordinary = made.getNode.bind(made) as () => Runnable;
    const merged = new StepRunnable({ name, made, ordinary, graph, channels, node });
    made.getNode = () => merged;
  }
}

/** How steps are taken, loaded with the first one. */
let steps: typeof WholeStep | undefined;

/** A step: a node, its update, and its edge. */
class StepRunnable extends Runnable<object, unknown> {
  override lc_namespace = ["langgraph"];
  readonly #place: Place;

  constructor(place: Place) {
    super();
    this.#place = place;
  }

  override async invoke(state: object, options: RunnableConfig = {}): Promise<unknown> {
    const { takeStep } = (steps ??= await import("./whole-step.ts"));
    return takeStep(this.#place, state, options);
  }
}
