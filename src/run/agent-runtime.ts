import type { StructuredToolInterface } from "@langchain/core/tools";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import type { AgentDefinition, EdgeDefinition, StepRunner, SwarmDefinition } from "../define/definition.ts";
import { createHandoffTool } from "../define/handoff-tool.ts";
import type { HandoffTool } from "../define/handoff-tool.ts";
import type { HandoffRegistry } from "../define/registry.ts";
import { legalToolName } from "../define/tool-name.ts";
import { clientToolsOf, executablesOf, takesRunTools, toolNameOf, toolsOf } from "../define/tools-of.ts";
import { identify } from "../project/profiles/identify.ts";
import { profiles } from "../project/profiles/profiles.ts";
import type { Profile } from "../project/profiles/profile.ts";
import type { Addressee } from "../project/provenance.ts";
import type { AgentTool, ChatModel } from "../types.ts";
import { boundDirectly } from "./bound.ts";
import type { BoundModel } from "./bound.ts";
import { broughtBy } from "./run-tools.ts";
import type { RunTools } from "./run-tools.ts";
import type { NodeConfig } from "./runtime.ts";

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
  /** Names of the tools that the caller runs; before the run is known, {@link ANY_TOOL} for those that it may bring. */
  readonly clientTools: ReadonlySet<string>;
  readonly steps: StepRunner;
  /** Which calls of the log are handoffs, where the ledger has no line about them. */
  readonly registry: HandoffRegistry;
  /** Whose rules prompts for this model obey: those that were set, else the model's own. */
  addresseeOf(model: object): Addressee;
  /** The model with the agent's tools and the handoffs to these targets; bound once for each set of targets. */
  bind(model: ChatModel, targets: readonly string[], withTools: boolean): Binding;
  /** The agent's own name of a tool, from its name on the wire, which is another where a provider would refuse it. */
  ownToolName(wireName: string): string;
  /** The same agent with the functions that a run brings along; itself where it takes none. */
  forRun(config: NodeConfig): AgentRuntime;
}

/** Stands for the name of any function that a run may bring. */
export const ANY_TOOL = "*";

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

/** A tool as the provider takes it: under a legal name, with a legal schema. The tool itself where it is right already. */
function forProfile(tool: AgentTool, profile: Profile): AgentTool {
  const own = toolNameOf(tool);
  if (own === undefined) return tool;
  const name = legalToolName(own);
  if (name === own && profile.toolSchema === undefined) return tool;
  const definition = convertToOpenAITool(tool as StructuredToolInterface);
  const given = definition.function.parameters ?? {};
  const parameters = profile.toolSchema?.(given) ?? given;
  const isSame = name === own && JSON.stringify(bare(given)) === JSON.stringify(bare(parameters));
  return isSame ? tool : ({ ...definition, function: { ...definition.function, name, parameters } } as AgentTool);
}

/** A schema without what every adapter leaves out anyway. */
function bare(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(bare);
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => key !== "$schema" && key !== "additionalProperties");
  return Object.fromEntries(kept.map(([key, value]) => [key, bare(value)]));
}

/** Works out an agent's runtime. */
export function agentRuntime(
  definition: SwarmDefinition,
  agent: AgentDefinition,
  handoffTools: HandoffTools,
  registry: HandoffRegistry = definition.registry,
): AgentRuntime {
  let byTarget: ReadonlyMap<string, EdgeDefinition> | undefined;
  const edgesOf = () => (byTarget ??= new Map(agent.edges.map((edge) => [edge.to, edge])));
  const clientTools = clientToolsOf(agent.spec);
  const ownNames = new Map(
    [...executablesOf(agent.spec).keys(), ...clientTools].map((name) => [legalToolName(name), name]),
  );
  const bindings = new WeakMap<ChatModel, Map<string, Binding>>();
  const addressees = new WeakMap<object, Addressee>();
  const addresseeOf = (model: object): Addressee => {
    const known = addressees.get(model);
    if (known !== undefined) return known;
    const own = toolsOf(agent.spec).filter((tool) => toolNameOf(tool) === undefined);
    const { profile, model: name, thinks } = identify(model, own);
    const set = agent.spec.profile ?? definition.options.profile;
    const addressee = { profile: profiles[set ?? profile], model: name, thinks };
    addressees.set(model, addressee);
    return addressee;
  };
  const takesMore = takesRunTools(agent.spec);
  const forRuns = new WeakMap<RunTools, AgentRuntime>();
  const runtime: AgentRuntime = {
    definition,
    agent,
    // Made with the first turn: most agents of a large swarm never have one.
    get edges() {
      return edgesOf();
    },
    tools: executablesOf(agent.spec),
    clientTools: takesMore ? new Set([...clientTools, ANY_TOOL]) : clientTools,
    steps: definition.options.stepRunner ?? PASS_THROUGH,
    registry,
    addresseeOf,
    bind(model, targets, withTools) {
      const byTargets = bindings.get(model) ?? new Map<string, Binding>();
      bindings.set(model, byTargets);
      const key = `${withTools}|${targets.join("|")}`;
      const known = byTargets.get(key);
      if (known !== undefined) return known;
      const { profile } = addresseeOf(model);
      const own = withTools ? toolsOf(agent.spec) : [];
      const handoffs = targets.map((to) => handoffTools(edgesOf().get(to) as EdgeDefinition));
      const tools = [...own, ...handoffs].map((tool) => forProfile(tool, profile));
      const made =
        tools.length === 0 || model.bindTools === undefined
          ? { bound: model, tools: [] }
          : { bound: boundDirectly(model.bindTools(tools)), tools };
      if (byTargets.size < MAX_BOUND) byTargets.set(key, made);
      return made;
    },
    ownToolName: (wireName) => ownNames.get(wireName) ?? wireName,
    forRun(config) {
      if (!takesMore) return runtime;
      const brought = broughtBy(config);
      const known = forRuns.get(brought);
      if (known !== undefined) return known;
      const tools = [...toolsOf(agent.spec), ...openNames(brought, runtime)];
      const extended = { ...agent, spec: { ...agent.spec, tools, toolTags: undefined } };
      const made = agentRuntime(definition, extended, handoffTools, registry);
      forRuns.set(brought, made);
      return made;
    },
  };
  return runtime;
}

/** The functions that take no name of the agent's own tools, nor that of a handoff. */
function openNames({ tools }: RunTools, { definition, agent, registry }: AgentRuntime): AgentTool[] {
  const own = new Set(toolsOf(agent.spec).map(toolNameOf));
  return tools.filter(({ function: { name } }) => {
    const isOpen = !own.has(name) && registry.targetOf(name) === undefined;
    if (!isOpen) {
      definition.options.onDiagnostic?.({
        code: "RUN_TOOL_SHADOWED",
        severity: "warning",
        path: `agents.${agent.name}.tools`,
        message: `the run brings a function "${name}", which is a tool or a handoff of agent "${agent.name}"; the agent's own counts.`,
        hint: "Rename the function.",
      });
    }
    return isOpen;
  });
}
