import type { StructuredToolInterface } from "@langchain/core/tools";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import type { AgentDefinition, EdgeDefinition, StepRunner, SwarmDefinition } from "../define/definition.ts";
import { createHandoffTool } from "../define/handoff-tool.ts";
import type { HandoffTool } from "../define/handoff-tool.ts";
import type { HandoffRegistry } from "../define/registry.ts";
import { legalToolName } from "../define/tool-name.ts";
import { executablesOf, isExecutable, toolsOf } from "../define/tools-of.ts";
import { identify } from "../project/profiles/identify.ts";
import { profiles } from "../project/profiles/profiles.ts";
import type { Addressee } from "../project/provenance.ts";
import type { AgentTool, ChatModel } from "../types.ts";

/** A model with tools bound. */
export type BoundModel = Pick<ChatModel, "invoke">;

/** A model, and the tools that are bound to it. */
export interface Binding {
  readonly bound: BoundModel;
  /** What is bound: empty where there is nothing, or the model takes no tools. */
  readonly tools: readonly AgentTool[];
}

/** An agent, ready to run: everything that does not change between turns, worked out once. */
export interface AgentRuntime {
  readonly definition: SwarmDefinition;
  readonly agent: AgentDefinition;
  readonly edges: ReadonlyMap<string, EdgeDefinition>;
  readonly tools: ReadonlyMap<string, StructuredToolInterface>;
  readonly steps: StepRunner;
  /** Which calls of the log are handoffs, where the ledger has no line about them. */
  readonly registry: HandoffRegistry;
  /** Whose rules prompts for this model obey: those that were set, else the model's own. */
  addresseeOf(model: unknown): Addressee;
  /** The model with the agent's tools and the handoffs to these targets; bound once for each set of targets. */
  bind(model: ChatModel, targets: readonly string[], withTools: boolean): Binding;
  /** The agent's own name of a tool, from its name on the wire, which is another where a provider would refuse it. */
  ownToolName(wireName: string): string;
}

/** Makes handoff tools once per target and description, however many edges lead there. */
export type HandoffTools = (edge: EdgeDefinition) => HandoffTool;

/** Where no durable engine is plugged in. */
const PASS_THROUGH: StepRunner = { run: (_name, _key, fn) => fn() };

/** Sets of targets per model that are kept bound. Beyond that a set is bound anew each time. */
const MAX_BOUND = 64;

/** A swarm's handoff tools: one per target, or one per edge that has a description or an input of its own. */
export function handoffToolsOf(definition: SwarmDefinition): HandoffTools {
  const tools = new Map<string, { edge: EdgeDefinition; tool: HandoffTool }[]>();
  return (edge) => {
    const known = tools.get(edge.to) ?? [];
    const same = known.find((entry) => entry.edge.description === edge.description && entry.edge.input === edge.input);
    if (same !== undefined) return same.tool;
    const tool = createHandoffTool(edge.to, {
      description: edge.description,
      input: edge.input,
      name: definition.registry.toolNameOf(edge.to),
      longDescription: definition.options.longDescription,
    });
    tools.set(edge.to, [...known, { edge, tool }]);
    return tool;
  };
}

/** A tool under a name that every provider accepts: as it is where it has one, else its definition renamed. */
function legallyNamed(tool: AgentTool): AgentTool {
  if (!isExecutable(tool) || legalToolName(tool.name) === tool.name) return tool;
  const definition = convertToOpenAITool(tool);
  return { ...definition, function: { ...definition.function, name: legalToolName(tool.name) } } as AgentTool;
}

/** Works out an agent's runtime. */
export function agentRuntime(
  definition: SwarmDefinition,
  agent: AgentDefinition,
  handoffTools: HandoffTools,
  registry: HandoffRegistry = definition.registry,
): AgentRuntime {
  const edges = new Map(agent.edges.map((edge) => [edge.to, edge]));
  const offered = toolsOf(agent.spec).map(legallyNamed);
  const ownNames = new Map([...executablesOf(agent.spec).keys()].map((name) => [legalToolName(name), name]));
  const bound = new WeakMap<ChatModel, Map<string, BoundModel>>();
  return {
    definition,
    agent,
    edges,
    tools: executablesOf(agent.spec),
    steps: definition.options.stepRunner ?? PASS_THROUGH,
    registry,
    addresseeOf(model) {
      const { profile, model: name } = identify(model);
      return { profile: profiles[agent.spec.profile ?? definition.options.profile ?? profile], model: name };
    },
    bind(model, targets, withTools) {
      const all = [
        ...(withTools ? offered : []),
        ...targets.map((to) => handoffTools(edges.get(to) as EdgeDefinition)),
      ];
      if (all.length === 0 || model.bindTools === undefined) return { bound: model, tools: [] };
      const byTargets = bound.get(model) ?? new Map<string, BoundModel>();
      bound.set(model, byTargets);
      const key = JSON.stringify([withTools, targets]);
      const known = byTargets.get(key);
      if (known !== undefined) return { bound: known, tools: all };
      const made = model.bindTools(all);
      if (byTargets.size < MAX_BOUND) byTargets.set(key, made);
      return { bound: made, tools: all };
    },
    ownToolName: (wireName) => ownNames.get(wireName) ?? wireName,
  };
}
