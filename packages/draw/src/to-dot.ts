import type { Drawing, DrawnNode } from "./drawing.ts";
import type { DrawnEdge } from "./drawn-edges.ts";
import type { Direction } from "./options.ts";

const EDGE_STYLES: Readonly<Record<DrawnEdge["kind"], string>> = {
  start: "solid",
  handoff: "solid",
  return: "dashed",
  limit: "dotted",
  refused: "dashed",
  end: "dotted",
};

const NODE_STATES = {
  plain: [],
  highlighted: ['color="#0969da"', "penwidth=2"],
  active: ['color="#1a7f37"', "penwidth=3"],
} as const;

const EDGE_STATES = {
  plain: [],
  highlighted: ['color="#0969da"', "penwidth=2.5"],
  refused: ['color="#cf222e"', 'fontcolor="#cf222e"'],
} as const;

/** A drawing in Graphviz's language. */
export function toDot({ name, nodes, edges }: Drawing, direction: Direction): string {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const lines = [
    `digraph ${quote(name)} {`,
    `  rankdir=${direction}`,
    '  node [shape=box, style="rounded", fontname="sans-serif"]',
    '  edge [fontname="sans-serif", fontsize=10]',
    ...nodes.map((node) => `  ${ids.get(node.id)} [${nodeAttributes(node).join(", ")}]`),
    ...edges.map((edge) => `  ${ids.get(edge.from)} -> ${ids.get(edge.to)} [${edgeAttributes(edge).join(", ")}]`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function nodeAttributes({ kind, label, description, tools, state }: DrawnNode): string[] {
  const lines = [
    label,
    ...(description === "" ? [] : [description]),
    ...tools.map((tool) => (tool.needsApproval ? `${tool.name} (approval)` : tool.name)),
  ];
  const shape = kind === "start" || kind === "end" ? ["shape=oval"] : kind === "unknown" ? ['style="dashed"'] : [];
  return [`label=${quote(lines)}`, ...shape, ...NODE_STATES[state]];
}

function edgeAttributes({ kind, label, state }: DrawnEdge): string[] {
  const text = label === "" ? [] : [`label=${quote(label)}`];
  return [...text, `style=${state === "refused" ? "dashed" : EDGE_STYLES[kind]}`, ...EDGE_STATES[state]];
}

/** Lines as a quoted label: Graphviz reads escapes (`\N`) and entities (`&lt;`) in it, and none of them is meant. */
function quote(lines: string | readonly string[]): string {
  const escaped = [lines]
    .flat()
    .map((line) =>
      line
        .replace(/&/gu, "&amp;")
        .replace(/</gu, "&lt;")
        .replace(/>/gu, "&gt;")
        .replace(/["\\]/gu, "\\$&")
        .replace(/\s/gu, " "),
    );
  return `"${escaped.join("\\n")}"`;
}
