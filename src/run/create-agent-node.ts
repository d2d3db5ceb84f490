import type { Command } from "@langchain/langgraph";
import { defineSwarm } from "../define/definition.ts";
import type { SwarmOptions } from "../define/definition.ts";
import { handoffTargetOf, isHandoffTool } from "../define/handoff-tool.ts";
import type { HandoffTool } from "../define/handoff-tool.ts";
import type { HandoffRegistry } from "../define/registry.ts";
import type { AgentSpec, HandoffEdge } from "../types.ts";
import { agentNode } from "./agent-node.ts";
import type { AgentUpdate } from "./agent-node.ts";
import { agentRuntime, handoffToolsOf } from "./agent-runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { toolNode } from "./tool-node.ts";

/** Options of {@link createAgentNode}. */
export interface AgentNodeOptions extends Omit<AgentSpec, "canHandoffTo" | "route" | "graph"> {
  /** The agent's name: also the name of its node. */
  readonly name: string;
  /** Whom it may hand off to: tools made by `createHandoffTool`, or names, or edges in full. Default: nobody. */
  readonly handoffs?: readonly (HandoffTool | string | HandoffEdge)[] | undefined;
  /** Budgets, as of a swarm. */
  readonly limits?: SwarmOptions["limits"];
  /** Called for each handoff that was found valid; may refuse it. */
  readonly onHandoff?: SwarmOptions["onHandoff"];
}

/** An agent's nodes for a graph of your own. */
export interface AgentNodes {
  /** The agent itself: projects the messages, calls the model, judges the handoffs. */
  readonly agent: (state: { messages: NodeState["messages"] }, config?: NodeConfig) => Promise<AgentUpdate>;
  /** Runs the agent's regular tool calls. Needed only where it has tools. */
  readonly tools: (
    state: { messages: NodeState["messages"] },
    config?: NodeConfig,
  ) => Promise<Record<string, unknown> | Command[]>;
}

/**
 * The nodes that `SwarmAgent` builds for one agent, for a graph of your own: route after them with `routeHandoffs`. With
 * `SwarmState` as the graph's state the verdicts are kept in its ledger; with `MessagesAnnotation` alone the last message
 * decides.
 *
 * @example
 * ```ts
 * import { MessagesAnnotation, StateGraph } from "@langchain/langgraph";
 * import { createAgentNode, createHandoffTool, routeHandoffs } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const researcher = createAgentNode({
 *   name: "researcher",
 *   model: scriptedModel().handoff("writer"),
 *   handoffs: [createHandoffTool("writer")],
 * });
 * const writer = createAgentNode({ name: "writer", model: scriptedModel().say("Done.") });
 * const graph = new StateGraph(MessagesAnnotation)
 *   .addNode("researcher", researcher.agent)
 *   .addNode("writer", writer.agent)
 *   .addEdge("__start__", "researcher")
 *   .addConditionalEdges("researcher", routeHandoffs({ targets: ["writer"] }), ["writer", "__end__"])
 *   .compile();
 * ```
 * @throws RangeError without a name.
 */
export function createAgentNode(options: AgentNodeOptions): AgentNodes {
  const { name, handoffs = [], limits, onHandoff, ...spec } = options;
  const edges = handoffs.map(toEdge);
  const others = Object.fromEntries(edges.map(({ to }) => [to, {}]));
  const definition = defineSwarm({
    entry: name,
    agents: { ...others, [name]: { ...spec, canHandoffTo: edges } },
    ...(limits && { limits }),
    ...(onHandoff && { onHandoff }),
  } as SwarmOptions);
  const agent = definition.agents.get(name);
  if (agent === undefined) throw new RangeError("an agent needs a name");
  // The graph may keep no ledger, and the log may hold handoffs of agents that this one does not know.
  const registry: HandoffRegistry = {
    ...definition.registry,
    targetOf: (toolName) => definition.registry.targetOf(toolName) ?? isHandoffTool(toolName)[1] ?? undefined,
  };
  const runtime = agentRuntime(definition, agent, handoffToolsOf(definition), registry);
  const think = agentNode(runtime);
  const act = toolNode(runtime, { hasReducer: () => true });
  return {
    agent: (state, config = {}) => think(toNodeState(state), config),
    tools: (state, config = {}) => act(toNodeState(state), config),
  };
}

function toNodeState(state: { messages: NodeState["messages"] }): NodeState {
  return { handoffs: [], ...state };
}

function toEdge(handoff: HandoffTool | string | HandoffEdge): HandoffEdge {
  if (typeof handoff === "string") return { to: handoff };
  const target = handoffTargetOf(handoff);
  if (target === undefined) return handoff as HandoffEdge;
  const { description, schema } = handoff as HandoffTool;
  const hasPayload = typeof schema === "object" && schema !== null && "~standard" in schema;
  return {
    to: target,
    description,
    ...(hasPayload && { input: schema as unknown as NonNullable<HandoffEdge["input"]> }),
  };
}
