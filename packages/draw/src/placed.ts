import type { LayoutEdge, LayoutNode, Point } from "./layout.ts";
import { labelWidth } from "./node-rows.ts";

const MARGIN = 16;

/** Moves everything so that it begins at the margin. dagre's own width and height leave out what edges take. */
export function placed(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]) {
  const corners = [
    ...nodes.flatMap(({ x, y, width, height }) => [
      { x, y },
      { x: x + width, y: y + height },
    ]),
    ...edges.flatMap(({ points }) => points),
    ...edges.flatMap(({ label, labelAt }) => (labelAt === null ? [] : labelCorners(labelAt, labelWidth(label)))),
  ];
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const left = least(xs) - MARGIN;
  const top = least(ys) - MARGIN;
  const move = (point: Point): Point => ({ x: round(point.x - left), y: round(point.y - top) });
  return {
    width: round(-least(xs.map((x) => -x)) - left + MARGIN),
    height: round(-least(ys.map((y) => -y)) - top + MARGIN),
    nodes: nodes.map((node) => ({
      ...node,
      ...move(node),
      width: round(node.width),
      height: round(node.height),
      rows: node.rows.map((row) => ({
        ...row,
        ...move({ x: node.x + row.x, y: node.y + row.y }),
        width: round(row.width),
      })),
    })),
    edges: edges.map((edge) => ({
      ...edge,
      points: edge.points.map(move),
      labelAt: edge.labelAt === null ? null : move(edge.labelAt),
    })),
  };
}

function labelCorners({ x, y }: Point, width: number): Point[] {
  return [
    { x: x - width / 2 - 6, y: y - 9 },
    { x: x + width / 2 + 6, y: y + 9 },
  ];
}

/** The least of many numbers, 0 of none; `Math.min(...)` would overflow the stack. */
function least(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((one, other) => Math.min(one, other));
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
