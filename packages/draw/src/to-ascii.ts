import type { Drawing, DrawnNode } from "./drawing.ts";
import type { DrawnEdge } from "./drawn-edges.ts";
import { columnsOf, fit, visible, wrap } from "./text.ts";

/** What each kind of edge is drawn with. */
const ARROWS: Readonly<Record<DrawnEdge["kind"], string>> = {
  start: "-->",
  handoff: "-->",
  return: "..>",
  limit: "..>",
  refused: "--x",
  end: "..>",
};

const NODE_MARKS = { plain: "", highlighted: " +", active: " *" } as const;
const EDGE_MARKS = { plain: "", highlighted: " +", refused: " !" } as const;

/** A drawing as text: each agent with its tools, and under it whom it hands off to. No line exceeds `width` columns. */
export function toAscii({ name, nodes, edges }: Drawing, width: number): string {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  const lines = [visible(name)];
  for (const node of nodes) {
    if (node.kind === "end") continue;
    if (node.kind !== "start") lines.push("", `[${node.label}]${NODE_MARKS[node.state]}`, ...detailsOf(node, width));
    for (const edge of edges.filter(({ from }) => from === node.id)) {
      const label = edge.label === "" ? "" : ` (${edge.label})`;
      const indent = edge.kind === "start" ? "" : "  ";
      lines.push(`${indent}${ARROWS[edge.kind]} ${labels.get(edge.to)}${label}${EDGE_MARKS[edge.state]}`);
    }
  }
  const legend = legendOf(nodes, edges);
  if (legend !== "") lines.push("", legend);
  return `${lines.map((line) => fit(line, width, columnsOf)).join("\n")}\n`;
}

function detailsOf({ description, tools }: DrawnNode, width: number): string[] {
  const limits = { max: width - 4, lines: 4 };
  const names = tools.map((tool) => (tool.needsApproval ? `${tool.name} (approval)` : tool.name));
  const told = wrap(visibleLine(description), limits, columnsOf);
  const offered = names.length === 0 ? [] : wrap(`tools: ${names.join(", ")}`, limits, columnsOf);
  return [...told, ...offered].map((line) => `    ${line}`);
}

function visibleLine(text: string): string {
  return text === "" ? "" : visible(text.replace(/\s+/gu, " "));
}

/** What the marks mean, where there are any. */
function legendOf(nodes: Drawing["nodes"], edges: Drawing["edges"]): string {
  const states = new Set<string>([...nodes, ...edges].map(({ state }) => state));
  const meanings = [
    states.has("active") && "* active",
    states.has("highlighted") && "+ highlighted",
    states.has("refused") && "! refused",
  ];
  return meanings.filter(Boolean).join("   ");
}
