import type { SwarmDefinition } from "swarmgraph";
import type { AgentDefinition } from "./definition-of.ts";
import { edgesOf } from "./drawn-edges.ts";
import type { DrawnEdge } from "./drawn-edges.ts";
import type { LayoutOptions, Show } from "./options.ts";
import { visible } from "./text.ts";

/** A tool as it is drawn. */
export interface DrawnTool {
  readonly name: string;
  /** Whether a call of it waits for an approval. */
  readonly needsApproval: boolean;
}

/** A node as it is drawn, with no place yet. */
export interface DrawnNode {
  /** The agent's name; for the start and the end `__start__` and `__end__`, lengthened where an agent has that name. */
  readonly id: string;
  /** What is written in it. */
  readonly label: string;
  /** `"unknown"`: named as a target or as the entry, but not an agent of the swarm. */
  readonly kind: "start" | "agent" | "unknown" | "end";
  readonly state: "plain" | "highlighted" | "active";
  readonly tools: readonly DrawnTool[];
  /** Empty unless descriptions are shown. */
  readonly description: string;
}

/** A swarm as every format draws it: nodes in the order of the definition, edges by the ids of their nodes. */
export interface Drawing {
  readonly name: string;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

/** Makes the drawing of a definition. Draws unsound ones too, so that a picture shows what `verify()` complains of. */
export function toDrawing(definition: SwarmDefinition, options: LayoutOptions): Drawing {
  const { show = {}, highlight = {} } = options;
  const targets = [...definition.agents.values()].flatMap(({ edges }) => edges.map(({ to }) => to));
  const named = new Set([...definition.agents.keys(), definition.entry, ...targets]);
  const start = show.start === false ? undefined : freeId("__start__", named);
  const end = show.end === true ? freeId("__end__", named) : undefined;
  const lit = new Set(highlight.agents);
  const nodes = [...named].map((name): DrawnNode => {
    const agent = definition.agents.get(name);
    return {
      id: name,
      label: agent === undefined ? `${visible(name)} (unknown)` : visible(name),
      kind: agent === undefined ? "unknown" : "agent",
      state: highlight.active === name ? "active" : lit.has(name) ? "highlighted" : "plain",
      tools: agent === undefined || show.tools === false ? [] : toolsOf(agent, show),
      description: show.descriptions === true ? (agent?.spec.description ?? "") : "",
    };
  });
  return {
    name: definition.name,
    nodes: [
      ...(start === undefined ? [] : [terminal(start, "start")]),
      ...nodes,
      ...(end === undefined ? [] : [terminal(end, "end")]),
    ],
    edges: edgesOf(definition, { show, highlight, start, end, known: named }),
  };
}

function terminal(id: string, kind: "start" | "end"): DrawnNode {
  return { id, label: kind, kind, state: "plain", tools: [], description: "" };
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  return taken.has(id) ? freeId(`${id}_`, taken) : id;
}

/** The tools that the agent offers, and of those a provider runs the type. */
function toolsOf({ spec }: AgentDefinition, show: Show): DrawnTool[] {
  const { confirm = [], toolTags, tools = [] } = spec;
  const offered = tools.filter((tool) => {
    const own: unknown = "tags" in tool ? tool.tags : undefined;
    return toolTags === undefined || (Array.isArray(own) && own.some((tag) => toolTags.includes(tag as string)));
  });
  return offered.map((tool) => {
    const { name, function: body, type } = tool as Readonly<Record<string, unknown>>;
    const inner = (body as { readonly name?: unknown } | undefined)?.name;
    const label = [name, inner, type].find((candidate) => typeof candidate === "string") as string | undefined;
    const asks = show.approvals !== false && (confirm === "all" || confirm.includes(label ?? ""));
    return { name: visible(label ?? "tool"), needsApproval: asks };
  });
}
