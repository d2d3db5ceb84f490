import { START, StateGraph } from "@langchain/langgraph";
import type { BaseCheckpointSaver, BaseStore } from "@langchain/langgraph";
import type { SwarmDefinition } from "../define/definition.ts";
import type { Agents, OnBusy } from "../types.ts";
import { mergeSteps } from "./engine-node.ts";
import { EdgeRunnable, NodeRunnable } from "./engine-runnables.ts";
import type { Edge } from "./edges.ts";
import { nodesOf } from "./speed-nodes.ts";
import type { SwarmNode } from "./speed-nodes.ts";
import type { Speed } from "./speed.ts";
import { SwarmGraph } from "./swarm-graph.ts";
import type { ThreadLock } from "./thread-lock.ts";

/** What `compile()` takes: LangGraph's own options, and how runs of one thread get along. */
export interface CompileOptions {
  /** Where threads are kept, so that runs can wait and go on. `true`: the parent graph's, in a subgraph. Default: nowhere. */
  readonly checkpointer?: BaseCheckpointSaver | boolean | undefined;
  /** LangGraph's store for what lasts over threads; tools read it from their config. */
  readonly store?: BaseStore | undefined;
  /** Nodes before which a run stops; an agent's tools are the node `<agent>.tools`. */
  readonly interruptBefore?: readonly string[] | undefined;
  /** Nodes after which a run stops. */
  readonly interruptAfter?: readonly string[] | undefined;
  /** The graph's name in traces. Default: the swarm's. */
  readonly name?: string | undefined;
  /**
   * What a run does that finds its thread busy, unless its own options say otherwise. Default: `"reject"`, a `THREAD_BUSY`
   * that is retryable. `"enqueue"` waits in order of arrival, until its signal. `"interrupt"` ends the run that has the
   * thread (`RUN_SUPERSEDED`), waits until it has wound up, and goes on from what it committed. `"rollback"` takes that
   * run's checkpoints back as well, by a fork of the one before it (a tool's effects stay); its user messages stay in the
   * thread, before the new run's. A resume that is taken back is no longer waited for: `invoke(null)` asks again. The
   * checkpointer has to keep forks apart, which LangGraph's `PostgresSaver` does not.
   */
  readonly onBusy?: OnBusy | undefined;
  /** Gives each thread to one process at a time. Default: the checkpointer's own, its property `threadLock`, if any. */
  readonly lock?: ThreadLock | undefined;
  /** Milliseconds after which the lease of a process that died ends; it is renewed at a third of it. Default: 30,000. */
  readonly leaseMs?: number | undefined;
  /** How `invoke` and `stream` run. Default: `"auto"`, without LangGraph's engine where nothing asks for it, to the same result. */
  readonly speed?: Speed | undefined;
}

/**
 * A sound definition as a flat LangGraph graph: one node per agent, one tool node per agent with tools, conditional
 * edges. Pure and repeatable: the same definition gives the same graph.
 */
export function compileDefinition<A extends Agents>(
  definition: SwarmDefinition,
  { onBusy, lock, leaseMs, speed, ...options }: CompileOptions,
): SwarmGraph<A> {
  const swarmNodes = nodesOf(definition);
  const { nodes, start, asksUser, schemas } = swarmNodes;
  const graph = new StateGraph({
    ...schemas,
    ...(definition.options.context !== undefined && { context: definition.options.context as never }),
  });
  // The builder's types follow each addNode; here the names are data.
  const builder = graph as unknown as Builder;
  const agents = [...definition.agents.keys()];
  const toAgents = Object.fromEntries(agents.map((name) => [name, name]));
  for (const [name, node] of nodes) {
    builder.addNode(name, new NodeRunnable(name, node.run), subgraphsOf(node.graph));
    builder.addConditionalEdges(name, edgeFor(node), endsOf(node.ends.list(), agents, toAgents));
  }
  builder.addConditionalEdges(START, edgeFor({ edge: start, asksUser }), agents);
  const base = graph.compile({ ...options, name: options.name ?? definition.name } as Parameters<
    typeof graph.compile
  >[0]);
  mergeSteps(base, swarmNodes);
  return new SwarmGraph<A>({
    ...base,
    definition,
    threads: { onBusy, lock, leaseMs },
    speed,
    config: { ...base.config, recursionLimit: stepsOf(definition) },
  } as never);
}

/** The part of LangGraph's builder that is used, with names as data. */
interface Builder {
  addNode(name: string, node: unknown, options?: { subgraphs?: unknown[] }): void;
  addConditionalEdges(from: string, edge: Edge | EdgeRunnable, to: readonly string[] | EndMap): void;
}

/** An edge, as cheap as it may be: a function of the user's may look for the config, which LangChain sets up for it. */
function edgeFor({ edge, asksUser }: Pick<SwarmNode, "edge" | "asksUser">): Edge | EdgeRunnable {
  return asksUser ? edge : new EdgeRunnable(edge);
}

/** Where an edge may lead, as LangGraph keeps it: each node by its own name. */
type EndMap = Readonly<Record<string, string>>;

/**
 * The ends of an edge, in their order. Where they begin with all agents but one, they are made from a copy of all agents:
 * for a large swarm that costs a fraction of a map which is filled name by name.
 */
function endsOf(ends: readonly string[], agents: readonly string[], toAgents: EndMap): readonly string[] | EndMap {
  const others = agents.length - 1;
  const last = ends[others];
  let at = 0;
  for (const agent of agents) if (agent !== last && agent === ends[at]) at += 1;
  if (last === undefined || at !== others || !Object.hasOwn(toAgents, last)) return ends;
  const map: Record<string, string> = { ...toAgents };
  delete map[last];
  for (const end of ends.slice(others)) map[end] = end;
  return map;
}

/** Supersteps that the budgets can come to (agent, tools, approval), so that ours end a run and not LangGraph's limit. */
function stepsOf({ limits }: SwarmDefinition): number {
  return Math.min(3 * limits.maxTurns + 10, Number.MAX_SAFE_INTEGER);
}

/** Tells LangGraph about a compiled graph inside an agent, so that drawing and streaming find it. */
function subgraphsOf(graph: unknown): { subgraphs?: unknown[] } {
  const isCompiled = typeof graph === "object" && graph !== null && "channels" in graph && "nodes" in graph;
  return isCompiled ? { subgraphs: [graph] } : {};
}
