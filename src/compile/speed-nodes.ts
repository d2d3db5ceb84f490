import type { SwarmDefinition } from "../define/definition.ts";
import { transitionsOf } from "../define/graph-queries.ts";
import { APPROVAL_NODE, toolNodeOf } from "../define/node-names.ts";
import { clientToolsOf, executablesOf, takesRunTools } from "../define/tools-of.ts";
import { enteringAgent } from "../route/entry.ts";
import { END } from "../route/route-handoffs.ts";
import type { NodeConfig, NodeState } from "../run/runtime.ts";
import type { AgentGraph, Awaitable } from "../types.ts";
import { approvalEdge, edgeOf } from "./edges.ts";
import type { Edge } from "./edges.ts";
import { lazyRuns } from "./lazy-runs.ts";
import { stateOf } from "./state.ts";

/** What a node does: from the state to an update of it. */
export type NodeRun = (state: NodeState, config: NodeConfig) => Awaitable<unknown>;

/** One node of a swarm, and where it leads. */
export interface SwarmNode {
  readonly run: NodeRun;
  readonly edge: Edge;
  /** Whether the edge may call a function of the user's; without, it looks at the state alone. */
  readonly asksUser: boolean;
  /** Every node that the edge may lead to. */
  readonly ends: Ends;
  /** The agent's own graph, where it is one. */
  readonly graph?: AgentGraph | undefined;
}

/** Nodes that an edge may lead to: agents, of which there are many and whose set is shared, and some others. */
class Ends {
  readonly #agents: ReadonlySet<string>;
  readonly #others: readonly string[];

  constructor(agents: ReadonlySet<string>, others: readonly string[]) {
    this.#agents = agents;
    this.#others = others;
  }

  has(node: string): boolean {
    return this.#others.includes(node) || this.#agents.has(node);
  }

  list(): string[] {
    return [...this.#agents, ...this.#others.filter((node) => !this.#agents.has(node))];
  }
}

/** A swarm's nodes and edges, before any engine runs them: what every speed has in common. */
export interface SwarmNodes {
  readonly nodes: ReadonlyMap<string, SwarmNode>;
  /** The node that a turn begins with. */
  readonly start: Edge;
  /** Whether `start` may call a function of the user's. */
  readonly asksUser: boolean;
  /** Whether they come to the same without LangGraph around them: no agent is a graph, no channel lives by steps. */
  readonly isPlain: boolean;
  /** Whether every channel changes by its updates alone. */
  readonly hasPlainChannels: boolean;
  /** The schemas of the state, the input and the output. */
  readonly schemas: ReturnType<typeof stateOf>;
  /** Whether a channel combines several writes of one step. */
  readonly hasReducer: (channel: string) => boolean;
}

/** Kinds of channels that change by their updates alone, and not also when a step or a run ends. */
const PLAIN_KINDS: ReadonlySet<string | undefined> = new Set([
  "LastValue",
  "BinaryOperatorAggregate",
  "UntrackedValue",
]);

const known = new WeakMap<SwarmDefinition, SwarmNodes>();

/** A definition's nodes, made once: all speeds of all its graphs run the very same functions. Pure. */
export function nodesOf(definition: SwarmDefinition): SwarmNodes {
  const made = known.get(definition) ?? makeNodes(definition);
  known.set(definition, made);
  return made;
}

function makeNodes(definition: SwarmDefinition): SwarmNodes {
  const schemas = stateOf(definition.options.state);
  const hasReducer = (channel: string) => kindOf(schemas.state[channel]) !== "LastValue";
  const agents = [...definition.agents.values()];
  const names = agents.map(({ name }) => name);
  const transitions = transitionsOf(definition);
  const runOf = lazyRuns(definition, { hasReducer });
  const needsApproval = definition.edges.some((edge) => edge.requiresApproval);
  const asksUser = typeof definition.options.onUnknownAgent === "function";
  const nodes = new Map<string, SwarmNode>();
  for (const agent of agents) {
    const asksCaller = clientToolsOf(agent.spec).size > 0 || takesRunTools(agent.spec);
    const hasTools = asksCaller || executablesOf(agent.spec).size > 0;
    const targets = transitions.get(agent.name) as ReadonlySet<string>;
    const edge = edgeOf(definition, { agent: agent.name, hasTools, transitions: targets, needsApproval });
    const next = [agent.name, END, ...(needsApproval ? [APPROVAL_NODE] : [])];
    const tools = toolNodeOf(agent.name);
    const { graph, route } = agent.spec;
    const routing = { edge, asksUser: asksUser || route !== undefined };
    nodes.set(agent.name, {
      run: runOf((runs) => runs.agent(agent)),
      ...routing,
      ends: new Ends(targets, hasTools ? [...next, tools] : next),
      ...(graph !== undefined && { graph }),
    });
    if (!hasTools) continue;
    // Calls that wait for the caller are entered again once the others are answered.
    const waits = asksCaller || (agent.spec.confirm ?? []).length > 0;
    nodes.set(tools, {
      run: runOf((runs) => runs.tools(agent)),
      ...routing,
      ends: new Ends(targets, waits ? [...next, tools] : next),
    });
  }
  if (needsApproval) {
    const ends = new Ends(new Set(names), [END]);
    const run = runOf((runs) => runs.approval());
    nodes.set(APPROVAL_NODE, { run, edge: approvalEdge(definition), asksUser, ends });
  }
  const hasPlainChannels = Object.values(schemas.state).every((channel) => PLAIN_KINDS.has(kindOf(channel)));
  const isPlain = hasPlainChannels && agents.every(({ spec }) => spec.graph === undefined);
  const start: Edge = (state) => enteringAgent(definition, state);
  return { nodes, start, asksUser, isPlain, hasPlainChannels, schemas, hasReducer };
}

/** The kind of a channel, by LangGraph's name of it. */
function kindOf(channel: unknown): string | undefined {
  const made: unknown = typeof channel === "function" ? (channel as () => unknown)() : channel;
  return (made as { readonly lc_graph_name?: string } | undefined)?.lc_graph_name;
}
