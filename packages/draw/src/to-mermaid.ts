import type { Drawing, DrawnNode } from "./drawing.ts";
import type { DrawnEdge } from "./drawn-edges.ts";
import type { Direction } from "./options.ts";

/** What each kind of edge is drawn with. */
const ARROWS: Readonly<Record<DrawnEdge["kind"], string>> = {
  start: "-->",
  handoff: "-->",
  return: "-.->",
  limit: "-.->",
  refused: "-.-x",
  end: "-.->",
};

const CLASSES = [
  "classDef active stroke:#1a7f37,stroke-width:3px",
  "classDef highlighted stroke:#0969da,stroke-width:2px",
  "classDef unknown stroke:#cf222e,stroke-dasharray:4 3",
];

const LINKS = { highlighted: "stroke:#0969da,stroke-width:2.5px", refused: "stroke:#cf222e,stroke-dasharray:6 4" };

/** A drawing as a Mermaid flowchart. */
export function toMermaid({ nodes, edges }: Drawing, direction: Direction): string {
  const ids = new Map(nodes.map(({ id, kind }, index) => [id, kind === "agent" ? `a${index}` : `${kind}${index}`]));
  const used = new Set<string>();
  const lines = [`flowchart ${direction}`];
  for (const node of nodes) {
    const style = node.state === "plain" ? (node.kind === "unknown" ? "unknown" : "") : node.state;
    if (style !== "") used.add(style);
    lines.push(`  ${ids.get(node.id)}${boxOf(node)}${style === "" ? "" : `:::${style}`}`);
  }
  for (const { from, to, kind, label } of edges) {
    lines.push(`  ${ids.get(from)} ${ARROWS[kind]}${label === "" ? "" : `|"${escape(label)}"|`} ${ids.get(to)}`);
  }
  for (const [index, { state }] of edges.entries()) {
    if (state !== "plain") lines.push(`  linkStyle ${index} ${LINKS[state]}`);
  }
  for (const style of CLASSES) if (used.has(style.split(" ")[1] as string)) lines.push(`  ${style}`);
  return `${lines.join("\n")}\n`;
}

function boxOf({ kind, label, description, tools }: DrawnNode): string {
  if (kind === "start" || kind === "end") return `(["${label}"])`;
  const small = [
    ...(description === "" ? [] : [description]),
    ...tools.map(({ name, needsApproval }) => (needsApproval ? `${name} (approval)` : name)),
  ];
  return `["${[escape(label), ...small.map((text) => `<small>${escape(text)}</small>`)].join("<br/>")}"]`;
}

/**
 * Text inside a quoted Mermaid label. All that Mermaid could read as markup, a directive (`%%{`), a Markdown string or a
 * list becomes its character code; letters, digits and inner punctuation stay as they are.
 */
function escape(text: string): string {
  return text.replace(
    /[^\p{L}\p{M}\p{N} _.,\-()]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|[.-](?=\s|$)|^-/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}
