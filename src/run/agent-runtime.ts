import type { StructuredToolInterface } from "@langchain/core/tools";
import type { AgentDefinition, EdgeDefinition, StepRunner, SwarmDefinition } from "../define/definition.ts";
import { createHandoffTool } from "../define/handoff-tool.ts";
import type { HandoffTool } from "../define/handoff-tool.ts";
import type { HandoffRegistry } from "../define/registry.ts";
import { executablesOf, toolsOf } from "../define/tools-of.ts";
import { openaiChat } from "../project/profiles/openai-chat.ts";
import type { Profile } from "../project/profiles/profile.ts";
import type { ChatModel } from "../types.ts";

/** A model with tools bound. */
export type BoundModel = Pick<ChatModel, "invoke">;

/** An agent, ready to run: everything that does not change between turns, worked out once. */
export interface AgentRuntime {
  readonly definition: SwarmDefinition;
  readonly agent: AgentDefinition;
  readonly profile: Profile;
  readonly edges: ReadonlyMap<string, EdgeDefinition>;
  readonly tools: ReadonlyMap<string, StructuredToolInterface>;
  readonly steps: StepRunner;
  /** Which calls of the log are handoffs, where the ledger has no line about them. */
  readonly registry: HandoffRegistry;
  /** The model with the agent's tools and the handoffs to these targets; bound once for each set of targets. */
  bind(model: ChatModel, targets: readonly string[], withTools: boolean): BoundModel;
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

/** Works out an agent's runtime. */
export function agentRuntime(
  definition: SwarmDefinition,
  agent: AgentDefinition,
  handoffTools: HandoffTools,
  registry: HandoffRegistry = definition.registry,
): AgentRuntime {
  const edges = new Map(agent.edges.map((edge) => [edge.to, edge]));
  const offered = toolsOf(agent.spec);
  const bound = new WeakMap<ChatModel, Map<string, BoundModel>>();
  return {
    definition,
    agent,
    profile: openaiChat,
    edges,
    tools: executablesOf(agent.spec),
    steps: definition.options.stepRunner ?? PASS_THROUGH,
    registry,
    bind(model, targets, withTools) {
      const all = [
        ...(withTools ? offered : []),
        ...targets.map((to) => handoffTools(edges.get(to) as EdgeDefinition)),
      ];
      if (all.length === 0 || model.bindTools === undefined) return model;
      const byTargets = bound.get(model) ?? new Map<string, BoundModel>();
      bound.set(model, byTargets);
      const key = JSON.stringify([withTools, targets]);
      const known = byTargets.get(key);
      if (known !== undefined) return known;
      const made = model.bindTools(all);
      if (byTargets.size < MAX_BOUND) byTargets.set(key, made);
      return made;
    },
  };
}
