import { entriesOf, pathOfEdge } from "../define/definition.ts";
import type { EdgeDefinition, SwarmDefinition } from "../define/definition.ts";
import { reachableAgents } from "../define/graph-queries.ts";
import { MAX_DESCRIPTION } from "../define/handoff-tool.ts";
import { badLimits } from "../define/limits.ts";
import { APPROVAL_NODE, ENGINE_CHANNELS, toolNodeOf } from "../define/node-names.ts";
import { toolNameOf, toolsOf } from "../define/tools-of.ts";
import type { Diagnostic } from "../errors.ts";
import type { AgentSpec } from "../types.ts";
import { didYouMean } from "../define/did-you-mean.ts";
import { guardrailsAreGuardrails, overflowHooksAreFunctions } from "./guardrail-rules.ts";
import { error, list, warning } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Names that LangGraph keeps for itself, and the keys of every JavaScript object. */
const RESERVED = new Set(["__start__", "__end__", "__proto__", ...Object.getOwnPropertyNames(Object.prototype)]);

function* atLeastOne({ agents }: SwarmDefinition): Iterable<Diagnostic> {
  if (agents.size === 0) yield error("NO_AGENTS", "agents", "a swarm needs at least one agent.");
}

function* entryIsAnAgent({ agents, entry }: SwarmDefinition): Iterable<Diagnostic> {
  if (agents.size === 0 || agents.has(entry)) return;
  yield error(
    "ENTRY_UNKNOWN",
    "entry",
    `entry "${entry}" is not one of the agents (${list(agents.keys())}).`,
    didYouMean(entry, agents.keys()).trim() || "Name one of the agents.",
  );
}

function* namesAreUsable({ agents, options }: SwarmDefinition): Iterable<Diagnostic> {
  const channels = new Set<string>([...ENGINE_CHANNELS, ...userChannels(options.state)]);
  const toolNodes = new Map([...agents.values()].map(({ name }) => [toolNodeOf(name), name]));
  for (const name of agents.keys()) {
    const path = `agents.${name}`;
    const owner = toolNodes.get(name);
    if (name.trim() === "") yield error("NAME_EMPTY", path, "an agent's name is empty or blank.", "Give it a name.");
    else if (RESERVED.has(name) || name === APPROVAL_NODE) {
      yield error("NAME_RESERVED", path, `the name "${name}" is reserved.`, "Rename the agent.");
    } else if (/[|:]/.test(name)) {
      yield error("NAME_RESERVED", path, `the name "${name}" holds "|" or ":", which LangGraph keeps.`, "Rename it.");
      // oxlint-disable-next-line no-control-regex -- control characters are what is refused
    } else if (/[\u0000-\u001f\u007f]/.test(name)) {
      yield error("NAME_CONTROL", path, "an agent's name holds a control character.", "Names are one plain line.");
    } else if (name.length > 200) {
      yield error("NAME_LONG", path, `an agent's name has ${name.length} characters; at most 200.`, "Shorten it.");
    } else if (channels.has(name)) {
      yield error("NAME_IS_CHANNEL", path, `"${name}" is also a channel of the state.`, "Rename the agent.");
    } else if (owner !== undefined) {
      yield error("NAME_RESERVED", path, `"${name}" is the tool node of agent "${owner}".`, "Rename one of them.");
    }
  }
}

function* canAct({ agents, options }: SwarmDefinition): Iterable<Diagnostic> {
  for (const { name, spec } of agents.values()) {
    const path = `agents.${name}`;
    if (spec.graph !== undefined && spec.model !== undefined) {
      yield error("AGENT_TWO_MINDS", path, `agent "${name}" has a model and a graph.`, "Keep one of them.");
    }
    const model = spec.model ?? options.model;
    if (spec.graph === undefined && model === undefined) {
      yield error("AGENT_WITHOUT_MODEL", path, `agent "${name}" has neither a model nor a graph.`, "Give it one.");
    } else if (spec.graph === undefined && !isModelSource(model)) {
      yield error(
        "MODEL_INVALID",
        `${path}.model`,
        `the model of agent "${name}" is not a chat model.`,
        "Pass a LangChain chat model or a function that gives one.",
      );
    } else if (spec.graph !== undefined && !isGraph(spec.graph)) {
      yield error(
        "GRAPH_INVALID",
        `${path}.graph`,
        `the graph of agent "${name}" can neither be invoked nor called.`,
        "Pass a Runnable, a compiled graph or a function.",
      );
    }
  }
}

function* modelsBindTools({ agents, options }: SwarmDefinition): Iterable<Diagnostic> {
  for (const { name, spec, edges } of agents.values()) {
    const model = spec.model ?? options.model;
    if (spec.graph !== undefined || typeof model !== "object" || model === null || "bindTools" in model) continue;
    if (edges.length === 0 && toolsOf(spec).length === 0) continue;
    yield error(
      "MODEL_WITHOUT_TOOLS",
      `agents.${name}.model`,
      `the model of agent "${name}" has no bindTools, so it can neither use tools nor hand off.`,
      "Pass a chat model with tool calling, or canHandoffTo: [].",
    );
  }
}

function* targetsExist({ agents, edges }: SwarmDefinition): Iterable<Diagnostic> {
  const areFound = edges.every(({ to }) => agents.has(to));
  for (const { name, spec, isOwnTarget } of agents.values()) {
    if (areFound && !isOwnTarget) continue;
    for (const [index, entry] of entriesOf(name, spec, agents.keys()).entries()) {
      const path = `agents.${name}.canHandoffTo[${index}]`;
      if (entry.to === name) {
        yield error(
          "TARGET_SELF",
          path,
          `agent "${name}" hands off to itself.`,
          "Leave it out: an agent keeps the conversation until it hands off.",
        );
      } else if (!agents.has(entry.to)) {
        yield error(
          "TARGET_UNKNOWN",
          path,
          `agent "${name}" hands off to "${entry.to}", which is not in the swarm.`,
          didYouMean(entry.to, agents.keys()).trim() || `The agents are ${list(agents.keys())}.`,
        );
      }
    }
  }
}

function* targetsOnce({ agents }: SwarmDefinition): Iterable<Diagnostic> {
  for (const { name, spec, edges } of agents.values()) {
    const given = spec.canHandoffTo?.length ?? edges.length;
    if (given !== edges.length) {
      yield warning(
        "TARGET_DUPLICATE",
        `agents.${name}.canHandoffTo`,
        `agent "${name}" names a target twice; the first entry counts.`,
      );
    }
  }
}

function* toolNamesAreUnique({ agents, registry }: SwarmDefinition): Iterable<Diagnostic> {
  for (const [one, other] of registry.collisions) {
    yield error(
      "NAME_COLLISION",
      `agents.${other}`,
      `agents "${one}" and "${other}" come out at the same handoff tool "${registry.toolNameOf(one)}".`,
      "Rename one of them.",
    );
  }
  for (const { name, spec } of agents.values()) {
    const seen = new Set<string>();
    for (const [index, tool] of (spec.tools ?? []).entries()) {
      const own = toolNameOf(tool);
      if (own === undefined) continue;
      const path = `agents.${name}.tools[${index}]`;
      const target = registry.targetOf(own);
      if (target !== undefined) {
        yield error(
          "TOOL_IS_HANDOFF",
          path,
          `tool "${own}" of agent "${name}" has the name of the handoff to "${target}".`,
          "Rename the tool, or the agent.",
        );
      }
      if (seen.has(own)) {
        yield error("TOOL_DUPLICATE", path, `agent "${name}" has two tools called "${own}".`, "Rename one of them.");
      }
      seen.add(own);
    }
  }
}

function* confirmationsAreOfOwnTools({ agents }: SwarmDefinition): Iterable<Diagnostic> {
  for (const { name, spec } of agents.values()) {
    const own = (spec.tools ?? []).flatMap((tool) => toolNameOf(tool) ?? []);
    for (const [index, confirmed] of (spec.confirm === "all" ? [] : (spec.confirm ?? [])).entries()) {
      if (own.includes(confirmed)) continue;
      yield error(
        "CONFIRM_UNKNOWN",
        `agents.${name}.confirm[${index}]`,
        `agent "${name}" has no tool "${confirmed}" that could wait for an approval.${didYouMean(confirmed, own)}`,
        "Name one of its tools, or leave it out.",
      );
    }
  }
}

function* everyoneIsReachable(definition: SwarmDefinition): Iterable<Diagnostic> {
  if (!definition.agents.has(definition.entry)) return;
  const reachable = reachableAgents(definition);
  for (const name of definition.agents.keys()) {
    if (!reachable.has(name)) {
      yield warning(
        "UNREACHABLE",
        `agents.${name}`,
        `nobody can hand off to agent "${name}", and it is not the entry.`,
        "Add it to a canHandoffTo.",
      );
    }
  }
}

function* descriptionsFit({ agents, edges, options }: SwarmDefinition): Iterable<Diagnostic> {
  const make = options.longDescription === "error" ? error : warning;
  const isLong = ({ description }: EdgeDefinition): boolean => description.length > MAX_DESCRIPTION;
  if (!edges.some(isLong)) return;
  for (const agent of agents.values()) {
    for (const edge of agent.edges.filter(isLong)) {
      yield make(
        "DESCRIPTION_LONG",
        pathOfEdge(agent, edge.to),
        `the description of the handoff to "${edge.to}" has ${edge.description.length} characters; providers refuse more than ${MAX_DESCRIPTION}.`,
        "Shorten it.",
      );
    }
  }
}

function* schemasAreSchemas({ agents, edges: all }: SwarmDefinition): Iterable<Diagnostic> {
  const hasOwn = ({ to, input }: EdgeDefinition): boolean =>
    input !== undefined && input !== agents.get(to)?.spec.input;
  const areTargets = !all.some(hasOwn);
  for (const agent of agents.values()) {
    const { name, spec, edges } = agent;
    if (spec.input !== undefined && !isSchema(spec.input)) {
      yield error(
        "SCHEMA_INVALID",
        `agents.${name}.input`,
        `the input of agent "${name}" is not a zod object.`,
        "Pass z.object({ ... }).",
      );
    }
    if (spec.responseFormat !== undefined && !isSchema(spec.responseFormat)) {
      yield error(
        "SCHEMA_INVALID",
        `agents.${name}.responseFormat`,
        `the responseFormat of agent "${name}" is not a zod schema.`,
        "Pass a zod schema.",
      );
    }
    for (const edge of areTargets ? [] : edges.filter(hasOwn)) {
      if (!isSchema(edge.input)) {
        yield error(
          "SCHEMA_INVALID",
          pathOfEdge(agent, edge.to),
          `the input of the handoff from "${name}" to "${edge.to}" is not a zod object.`,
          "Pass z.object({ ... }).",
        );
      }
    }
  }
}

function* limitsMakeSense({ agents, limits, options }: SwarmDefinition): Iterable<Diagnostic> {
  for (const { key, value, minimum, fallback } of badLimits(options.limits)) {
    yield warning(
      "LIMIT_INVALID",
      `limits.${key}`,
      `${key} is ${typeof value === "number" ? value : typeof value}, which makes no sense; ${fallback} stands in for it.`,
      `Give a number of at least ${minimum}.`,
    );
  }
  if (limits.onLimit !== "answer" && limits.onLimit !== "throw" && !agents.has(limits.onLimit)) {
    yield error(
      "ON_LIMIT_UNKNOWN",
      "limits.onLimit",
      `onLimit "${limits.onLimit}" is neither "answer", "throw" nor an agent.`,
      didYouMean(limits.onLimit, ["answer", "throw", ...agents.keys()]).trim() || undefined,
    );
  }
}

function* costsAreKnown({ limits }: SwarmDefinition): Iterable<Diagnostic> {
  if (limits.costOf !== undefined && typeof limits.costOf !== "function") {
    yield error("COST_OF_INVALID", "limits.costOf", "costOf is not a function.", "Pass (usage, { model }) => number.");
  } else if (limits.costOf === undefined && limits.maxCost < Number.POSITIVE_INFINITY) {
    yield error(
      "COST_OF_MISSING",
      "limits.maxCost",
      "maxCost is set, and nothing tells what a model call costs.",
      "Add costOf: (usage, { model }) => number.",
    );
  }
}

function* retriesMakeSense({ agents, options }: SwarmDefinition): Iterable<Diagnostic> {
  const policies = [
    ["retry", options.retry] as const,
    ...[...agents.values()].map(({ name, spec }) => [`agents.${name}.retry`, spec.retry] as const),
  ];
  for (const [path, policy] of policies) {
    if (!policy) continue;
    for (const status of policy.statuses ?? []) {
      if (!Number.isInteger(status) || status < 400 || status > 599) {
        yield error(
          "RETRY_STATUS_INVALID",
          `${path}.statuses`,
          `${status} is not an HTTP error status.`,
          "Give statuses from 400 to 599.",
        );
      }
    }
    if (policy.maxAttempts !== undefined && !(policy.maxAttempts >= 1)) {
      yield error(
        "RETRY_ATTEMPTS_INVALID",
        `${path}.maxAttempts`,
        `maxAttempts is ${policy.maxAttempts}.`,
        "Give at least 1, or retry: false.",
      );
    }
  }
}

function* aliasesPoint({ agents, options }: SwarmDefinition): Iterable<Diagnostic> {
  for (const [old, now] of Object.entries(options.aliases ?? {})) {
    const path = `aliases.${old}`;
    if (!agents.has(now))
      yield error(
        "ALIAS_UNKNOWN",
        path,
        `alias "${old}" points to "${now}", which is not in the swarm.`,
        didYouMean(now, agents.keys()).trim() || undefined,
      );
    if (agents.has(old))
      yield error("ALIAS_SHADOWS", path, `alias "${old}" has the name of an agent.`, "Leave it out.");
  }
}

/** The names of the user's own channels, whichever way LangGraph lets them be written. */
export function userChannels(state: unknown): readonly string[] {
  if (typeof state !== "object" || state === null) return [];
  const inner = (["spec", "fields", "shape"] as const)
    .map((key) => (state as Record<string, unknown>)[key])
    .find((value) => typeof value === "object" && value !== null);
  return Object.keys(inner ?? {});
}

/** Other libraries' standard schemas are refused: LangChain parses zod's alone. */
function isSchema(value: unknown): boolean {
  const standard = typeof value === "object" && value !== null && "~standard" in value ? value["~standard"] : undefined;
  return (standard as { vendor?: unknown } | undefined)?.vendor === "zod";
}

function isModelSource(value: unknown): boolean {
  return typeof value === "function" || (typeof value === "object" && value !== null && "invoke" in value);
}

function isGraph(value: AgentSpec["graph"]): boolean {
  return (
    typeof value === "function" || (typeof value === "object" && value !== null && typeof value.invoke === "function")
  );
}

/** Every rule, in the order in which their findings are listed. */
export const RULES: readonly Rule[] = [
  atLeastOne,
  entryIsAnAgent,
  namesAreUsable,
  canAct,
  modelsBindTools,
  targetsExist,
  targetsOnce,
  toolNamesAreUnique,
  confirmationsAreOfOwnTools,
  everyoneIsReachable,
  descriptionsFit,
  schemasAreSchemas,
  limitsMakeSense,
  costsAreKnown,
  guardrailsAreGuardrails,
  overflowHooksAreFunctions,
  retriesMakeSense,
  aliasesPoint,
];
