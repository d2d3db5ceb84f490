import { START, StateGraph } from "@langchain/langgraph";
import type { BaseCheckpointSaver, BaseStore } from "@langchain/langgraph";
import type { SwarmDefinition } from "../define/definition.ts";
import { transitionsOf } from "../define/graph-queries.ts";
import { APPROVAL_NODE, toolNodeOf } from "../define/node-names.ts";
import { enteringAgent } from "../route/entry.ts";
import { END } from "../route/route-handoffs.ts";
import { agentNode } from "../run/agent-node.ts";
import { agentRuntime, handoffToolsOf } from "../run/agent-runtime.ts";
import { approvalNode } from "../run/approval-node.ts";
import type { NodeState } from "../run/runtime.ts";
import { toolNode } from "../run/tool-node.ts";
import type { Agents } from "../types.ts";
import { approvalEdge, edgeOf } from "./edges.ts";
import { stateOf } from "./state.ts";
import { SwarmGraph } from "./swarm-graph.ts";

/** What `compile()` takes: LangGraph's own options. */
export interface CompileOptions {
  readonly checkpointer?: BaseCheckpointSaver | boolean | undefined;
  readonly store?: BaseStore | undefined;
  /** Nodes before which a run stops; an agent's tools are the node `<agent>.tools`. */
  readonly interruptBefore?: readonly string[] | undefined;
  readonly interruptAfter?: readonly string[] | undefined;
  readonly name?: string | undefined;
}

/**
 * A sound definition as a flat LangGraph graph: one node per agent, one tool node per agent with tools, conditional
 * edges. Pure and repeatable: the same definition gives the same graph.
 */
export function compileDefinition<A extends Agents>(
  definition: SwarmDefinition,
  options: CompileOptions,
): SwarmGraph<A> {
  const schemas = stateOf(definition.options.state);
  const graph = new StateGraph({
    ...schemas,
    ...(definition.options.context !== undefined && { context: definition.options.context as never }),
  });
  // The builder's types follow each addNode; here the names are data.
  const builder = graph as unknown as Builder;
  const names = [...definition.agents.keys()];
  const transitions = transitionsOf(definition);
  const handoffTools = handoffToolsOf(definition);
  const needsApproval = [...definition.agents.values()].some(({ edges }) =>
    edges.some((edge) => edge.requiresApproval),
  );
  const compiled: { channels: Readonly<Record<string, unknown>> } = { channels: {} };
  const hasReducer = (channel: string) =>
    (compiled.channels[channel] as { lc_graph_name?: string } | undefined)?.lc_graph_name !== "LastValue";
  for (const agent of definition.agents.values()) {
    const runtime = agentRuntime(definition, agent, handoffTools);
    const hasTools = runtime.tools.size + runtime.clientTools.size > 0;
    const targets = transitions.get(agent.name) as ReadonlySet<string>;
    const edge = edgeOf(definition, { agent: agent.name, hasTools, transitions: targets });
    const next = [...targets, agent.name, END, ...(needsApproval ? [APPROVAL_NODE] : [])];
    const tools = toolNodeOf(agent.name);
    builder.addNode(agent.name, agentNode(runtime), subgraphsOf(agent.spec.graph));
    builder.addConditionalEdges(agent.name, edge, hasTools ? [...next, tools] : next);
    if (hasTools) {
      builder.addNode(tools, toolNode(runtime, { hasReducer }));
      // Calls that wait for the caller are entered again once the others are answered.
      const waits = runtime.clientTools.size > 0 || (agent.spec.confirm ?? []).length > 0;
      builder.addConditionalEdges(tools, edge, waits ? [...next, tools] : next);
    }
  }
  if (needsApproval) {
    builder.addNode(APPROVAL_NODE, approvalNode(definition));
    builder.addConditionalEdges(APPROVAL_NODE, approvalEdge(definition), [...names, END]);
  }
  builder.addConditionalEdges(START, (state) => enteringAgent(definition, state), names);
  const base = graph.compile({ ...options, name: options.name ?? definition.name } as Parameters<
    typeof graph.compile
  >[0]);
  compiled.channels = base.channels;
  return new SwarmGraph<A>({
    ...base,
    definition,
    config: { ...base.config, recursionLimit: stepsOf(definition) },
  } as never);
}

/** The part of LangGraph's builder that is used, with names as data. */
interface Builder {
  addNode(name: string, node: unknown, options?: { subgraphs?: unknown[] }): void;
  addConditionalEdges(from: string, edge: (state: NodeState) => string, to: readonly string[]): void;
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
