import type { DrawnNode } from "./drawing.ts";
import { fit, widthOf, wrap } from "./text.ts";

/** One line of text in a node, in pixels from the drawing's top left. */
export interface NodeRow {
  readonly role: "name" | "description" | "tool";
  readonly text: string;
  /** The middle of the text. */
  readonly x: number;
  /** Its baseline. */
  readonly y: number;
  /** The estimated width of the text. */
  readonly width: number;
}

/** The font size of each role, in pixels. */
export const FONT_SIZES = { name: 14, description: 12, tool: 11, edge: 11 } as const;

/** How much of the line above and below a baseline each role takes. */
const HEIGHTS = { name: 20, description: 16, tool: 22 } as const;

const MAX_TEXT = 240;
const MAX_TOOLS = 6;
const PADDING = { x: 16, y: 10 };

/** How wide the label of an edge is, in pixels. */
export function labelWidth(label: string): number {
  return widthOf(label, FONT_SIZES.edge);
}

/** What stands in a node, with the node's size: rows relative to its own top left. */
export function rowsOf(node: DrawnNode): { rows: readonly NodeRow[]; width: number; height: number } {
  const isTerminal = node.kind === "start" || node.kind === "end";
  const lines = [
    ...linesOf("name", [node.label]),
    ...linesOf("description", wrap(node.description, { max: MAX_TEXT, lines: 3 }, measureOf("description"))),
    ...linesOf("tool", toolLines(node)),
  ];
  const width = Math.max(isTerminal ? 56 : 96, ...lines.map((line) => line.width + 2 * PADDING.x));
  let y = isTerminal ? 4 : PADDING.y;
  const rows = lines.map(({ role, text, width: textWidth }) => {
    y += HEIGHTS[role];
    return { role, text, x: width / 2, y: y - (HEIGHTS[role] - FONT_SIZES[role]) / 2 - 1.5, width: textWidth };
  });
  return { rows, width, height: y + (isTerminal ? 4 : PADDING.y) };
}

function linesOf(role: NodeRow["role"], texts: readonly string[]) {
  const measure = measureOf(role);
  return texts.map((given) => {
    const text = fit(given, MAX_TEXT, measure);
    return { role, text, width: measure(text) };
  });
}

/** Tools by name; of many the first, and how many more there are. */
function toolLines({ tools }: DrawnNode): string[] {
  const shown = tools.length > MAX_TOOLS ? tools.slice(0, MAX_TOOLS - 1) : tools;
  const lines = shown.map((tool) => (tool.needsApproval ? `${tool.name} (approval)` : tool.name));
  return shown.length < tools.length ? [...lines, `and ${tools.length - shown.length} more`] : lines;
}

/** How wide a text of a role is; names are bold. */
function measureOf(role: NodeRow["role"]): (text: string) => number {
  return (text) => widthOf(text, FONT_SIZES[role] * (role === "name" ? 1.06 : 1));
}
