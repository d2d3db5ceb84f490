import { edgePath, onLine } from "./edge-path.ts";
import { escapeXml } from "./escape-xml.ts";
import type { LayoutEdge, LayoutNode, SwarmLayout } from "./layout.ts";
import { labelWidth } from "./node-rows.ts";
import type { NodeRow } from "./node-rows.ts";
import type { Theme } from "./options.ts";
import { styleOf } from "./svg-style.ts";
import { visible } from "./text.ts";

/**
 * A layout as one SVG element with its own style: no script, no font and no address to fetch. Each agent is a group with
 * `data-agent`, each edge one with `data-edge`, `data-from` and `data-to`, its label one with `data-label`, so that a page finds and lights
 * them.
 */
export function toSvg(
  layout: SwarmLayout,
  options: { readonly theme: Theme; readonly id: string | undefined },
): string {
  const { name, nodes, edges } = layout;
  const root = options.id ?? `swarm-${slug(name)}`;
  const ids = uniqueIds(root);
  const width = Math.ceil(layout.width);
  const height = Math.ceil(layout.height);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" id="${root}" class="swarm" role="img" aria-labelledby="${root}-title ${root}-desc" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<style>\n${styleOf(root, options.theme)}\n</style>`,
    `<title id="${root}-title">${escapeXml(`Swarm ${visible(name)}`)}</title>`,
    `<desc id="${root}-desc">${escapeXml(inWords(layout))}</desc>`,
    `<rect class="swarm-background" width="${width}" height="${height}" rx="8"/>`,
    `<g class="swarm-edges">`,
    ...edges.map((edge) => edgeGroup(edge, ids(`edge-${slug(edge.from)}-${slug(edge.to)}`))),
    ...edges.flatMap(labelGroup),
    `</g>`,
    `<g class="swarm-nodes">`,
    ...nodes.map((node) => nodeGroup(node, ids(`${node.kind}-${slug(node.id)}`))),
    `</g>`,
    `</svg>\n`,
  ].join("\n");
}

function nodeGroup(node: LayoutNode, id: string): string {
  const { x, y, width, height, kind } = node;
  const isTerminal = kind === "start" || kind === "end";
  const attributes = isTerminal ? `data-${kind}=""` : `data-agent="${escapeXml(node.id)}"`;
  return [
    `<g id="${id}" class="swarm-node swarm-${kind}${stateClass(node)}" ${attributes}>`,
    `<title>${escapeXml(isTerminal ? node.label : visible(node.id))}</title>`,
    `<rect class="swarm-box" x="${x}" y="${y}" width="${width}" height="${height}" rx="${isTerminal ? height / 2 : 8}"/>`,
    ...node.rows.map(rowElement),
    `</g>`,
  ].join("");
}

function rowElement({ role, text, x, y, width }: NodeRow): string {
  const chip =
    role === "tool"
      ? `<rect class="swarm-chip" x="${round(x - width / 2 - 7)}" y="${round(y - 13)}" width="${round(width + 14)}" height="18" rx="9"/>`
      : "";
  return `${chip}<text class="swarm-${role}" x="${x}" y="${y}">${escapeXml(text)}</text>`;
}

function edgeGroup(edge: LayoutEdge, id: string): string {
  const { from, to, kind, label } = edge;
  const { line, arrow } = edgePath(edge.points);
  return [
    `<g id="${id}" class="swarm-edge swarm-${kind}${stateClass(edge)}" data-edge="${nameOf(edge)}" data-from="${escapeXml(from)}" data-to="${escapeXml(to)}">`,
    `<title>${escapeXml(`${visible(from)} → ${visible(to)}${label === "" ? "" : ` (${label})`}`)}</title>`,
    `<path class="swarm-line" d="${line}"/><path class="swarm-arrow" d="${arrow}"/></g>`,
  ].join("");
}

/** A label on its edge. Drawn after all edges, or the next one would strike it through. */
function labelGroup(edge: LayoutEdge): string[] {
  const { label, labelAt, points } = edge;
  if (labelAt === null) return [];
  const { x, y } = onLine(points, labelAt);
  const width = labelWidth(label) + 8;
  return [
    [
      `<g class="swarm-label-group${stateClass(edge)}" data-label="${nameOf(edge)}">`,
      `<rect class="swarm-label-box" x="${round(x - width / 2)}" y="${round(y - 8)}" width="${round(width)}" height="16" rx="4"/>`,
      `<text class="swarm-label" x="${round(x)}" y="${round(y + 4)}">${escapeXml(label)}</text></g>`,
    ].join(""),
  ];
}

function nameOf({ from, to }: LayoutEdge): string {
  return escapeXml(`${from}→${to}`);
}

function stateClass({ state }: { readonly state: string }): string {
  return state === "plain" ? "" : ` is-${state}`;
}

/** The picture as a sentence for each agent, for readers who do not see it. */
function inWords({ nodes, edges }: SwarmLayout): string {
  const agents = nodes.filter(({ kind }) => kind === "agent");
  const sentences = agents.map(({ id }) => {
    const targets = edges.filter(({ from, kind }) => from === id && kind === "handoff").map(({ to }) => visible(to));
    return `${visible(id)} hands off to ${targets.length === 0 ? "nobody" : targets.join(", ")}.`;
  });
  return [`${agents.length} agent${agents.length === 1 ? "" : "s"}.`, ...sentences].join(" ");
}

/** A text as part of an element's id. Not unique: see {@link uniqueIds}. */
function slug(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/[^A-Za-z\d]+/gu, "-")
    .replace(/^-|-$/gu, "");
  return plain === "" ? "x" : plain.slice(0, 48);
}

/** Ids that depend on names alone, so that a new agent leaves those of the others as they are. */
function uniqueIds(root: string): (part: string) => string {
  const used = new Map<string, number>();
  return (part) => {
    const count = (used.get(part) ?? 0) + 1;
    used.set(part, count);
    return count === 1 ? `${root}-${part}` : `${root}-${part}_${count}`;
  };
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
