import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { RUN_TOOLS, runTools, SwarmAgent } from "swarmgraph";
import type { AgentSpec, AgentTool, Limits, ModelSource, SwarmGraph } from "swarmgraph";
import { MistralError } from "../wire/errors.ts";
import type { Agent } from "../wire/responses.ts";
import type { FunctionTool, ToolSpec } from "../wire/tools.ts";
import { callOptionsOf, withCallOptions } from "./completion.ts";

/** Gives the chat model for a model's name, or a function of the run that gives it. */
export type ModelFor = (name: string) => ModelSource;

/** Gives the tools that stand for one of Mistral's built-in tools, or for a connector. */
export type BuiltInTools = (tool: Exclude<ToolSpec, { type: "function" }>) => readonly AgentTool[] | undefined;

/** Where agents come from. */
export interface AgentSource {
  get(id: string, options?: { readonly version?: number | string | undefined }): Promise<Agent>;
}

/** What {@link swarmOf} needs. */
export interface SwarmOfOptions {
  readonly agents: AgentSource;
  readonly modelFor: ModelFor;
  readonly builtIn: BuiltInTools;
  readonly checkpointer: BaseCheckpointSaver;
  /** Whether each handoff waits for the client. */
  readonly waitsForHandoffs: boolean;
  readonly limits?: Limits | undefined;
  /** Functions of the client's that every agent is offered in the run. Default: none. */
  readonly functions?: readonly FunctionTool[] | undefined;
  /** Functions that agents were offered in earlier runs. */
  readonly formerFunctions?: readonly FunctionTool[] | undefined;
}

/** A swarm of agents that are known by id, compiled. */
export interface AgentSwarm {
  readonly graph: SwarmGraph;
  /** What a run has to bring along, as a part of its `configurable`. */
  readonly brought: Readonly<Record<string, unknown>>;
  /** The agents by their names in the swarm, with the functions that the conversation has brought them. */
  readonly byName: ReadonlyMap<string, Agent>;
  readonly nameOf: (agentId: string) => string | undefined;
}

/** Compiles the swarm of an agent and of everybody that can be handed to from it. */
export async function swarmOf(entry: Agent, options: SwarmOfOptions): Promise<AgentSwarm> {
  const reachable = await reachableFrom(entry, options.agents);
  const names = namesFor([...reachable.values()]);
  const nameOf = (id: string): string | undefined => names.get(id);
  const known = (agent: Agent): string => names.get(agent.id) as string;
  const specs = [...reachable.values()].map((agent) => [known(agent), specOf(agent, options, nameOf)] as const);
  const swarm = new SwarmAgent({
    name: entry.name,
    entry: known(entry),
    agents: Object.fromEntries(specs) as Record<string, AgentSpec>,
    limits: options.limits,
    onUnknownAgent: "entry",
  });
  const { functions = [], formerFunctions = [] } = options;
  const withFunctions = (agent: Agent): Agent => ({
    ...agent,
    tools: [...agent.tools, ...functions, ...formerFunctions],
  });
  return {
    brought: runTools(functions),
    graph: swarm.compile({ checkpointer: options.checkpointer }) as SwarmGraph,
    byName: new Map([...reachable.values()].map((agent) => [known(agent), withFunctions(agent)])),
    nameOf,
  };
}

async function reachableFrom(entry: Agent, agents: AgentSource): Promise<ReadonlyMap<string, Agent>> {
  const found = new Map([[entry.id, entry]]);
  const open = [...(entry.handoffs ?? [])];
  for (let id = open.shift(); id !== undefined; id = open.shift()) {
    if (found.has(id)) continue;
    const agent = await agents.get(id).catch((error: unknown) => {
      // An agent that was deleted since is handed to no more.
      if (MistralError.is(error) && error.status === 404) return undefined;
      throw error;
    });
    if (agent === undefined) continue;
    found.set(id, agent);
    open.push(...(agent.handoffs ?? []));
  }
  return found;
}

/** Legal names, the agents' own where these differ, so that a message's author names its agent. */
function namesFor(agents: readonly Agent[]): ReadonlyMap<string, string> {
  const plain = (agent: Agent): string => agent.name.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 40) || "agent";
  const uses = new Map<string, number>();
  for (const agent of agents) uses.set(plain(agent), (uses.get(plain(agent)) ?? 0) + 1);
  return new Map(
    agents.map((agent) => {
      const name = plain(agent);
      return [agent.id, uses.get(name) === 1 ? name : `${name}_${agent.id.slice(-8)}`];
    }),
  );
}

function specOf(agent: Agent, options: SwarmOfOptions, nameOf: (id: string) => string | undefined): AgentSpec {
  const tools = agent.tools.flatMap((tool) => toolsFor(tool, options.builtIn));
  const confirm = agent.tools.flatMap((tool) => confirmedIn(tool, options.builtIn));
  return {
    model: withCallOptions(options.modelFor(agent.model), callOptionsOf(agent.completion_args)),
    ...(agent.description !== null && { description: agent.description }),
    ...(agent.instructions !== null && { prompt: agent.instructions }),
    tools: (options.functions ?? []).length > 0 ? [...tools, RUN_TOOLS] : tools,
    ...(confirm.length > 0 && { confirm }),
    canHandoffTo: (agent.handoffs ?? []).flatMap((id) => {
      const to = nameOf(id);
      return to === undefined ? [] : [{ to, requiresApproval: options.waitsForHandoffs }];
    }),
  };
}

function toolsFor(tool: ToolSpec, builtIn: BuiltInTools): AgentTool[] {
  if (tool.type === "function") {
    const { name, description, parameters } = tool.function;
    return [{ type: "function", function: { name, ...(description !== undefined && { description }), parameters } }];
  }
  const made = builtIn(tool);
  if (made === undefined) {
    throw new MistralError(`This server has no tool of the type "${tool.type}".`, {
      status: 422,
      code: "tool_not_available",
    });
  }
  const { include, exclude } = tool.tool_configuration ?? {};
  return made.filter((one) => {
    const name = toolName(one) ?? "";
    return (include?.includes(name) ?? true) && !(exclude?.includes(name) ?? false);
  });
}

function confirmedIn(tool: ToolSpec, builtIn: BuiltInTools): readonly string[] {
  if (tool.type === "function") return [];
  const wanted = tool.tool_configuration?.requires_confirmation ?? [];
  const names = new Set(toolsFor(tool, builtIn).map(toolName));
  return wanted.filter((name) => names.has(name));
}

/** The name by which a model calls a tool; `undefined` for one that it does not call. */
export function toolName(tool: AgentTool): string | undefined {
  const { name, function: inner } = tool as { name?: unknown; function?: { name?: unknown } };
  const own = name ?? inner?.name;
  return typeof own === "string" ? own : undefined;
}
