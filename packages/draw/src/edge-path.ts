import type { Point } from "./layout.ts";

/** The arrow's length, in pixels. */
const ARROW = 9;

/**
 * The path of an edge as a smooth line (a uniform cubic B-spline, which stays within the points' hull), and its arrow
 * head. The head is a path of its own and no marker, so that it takes its colour from the edge that it belongs to.
 */
export function edgePath(points: readonly Point[]): { readonly line: string; readonly arrow: string } {
  const tip = points.at(-1) ?? { x: 0, y: 0 };
  const from = points.findLast(({ x, y }) => Math.hypot(tip.x - x, tip.y - y) > 1) ?? { x: tip.x, y: tip.y - 1 };
  const length = Math.hypot(tip.x - from.x, tip.y - from.y);
  const along = { x: (tip.x - from.x) / length, y: (tip.y - from.y) / length };
  const back = { x: tip.x - along.x * ARROW, y: tip.y - along.y * ARROW };
  const side = { x: -along.y * ARROW * 0.45, y: along.x * ARROW * 0.45 };
  const arrow = [tip, { x: back.x + side.x, y: back.y + side.y }, { x: back.x - side.x, y: back.y - side.y }];
  return {
    line: spline([...points.slice(0, -1), { x: tip.x - along.x * (ARROW - 1), y: tip.y - along.y * (ARROW - 1) }]),
    arrow: `M${arrow.map(at).join("L")}Z`,
  };
}

/** Where the smooth line passes a label: the line cuts corners, and a label's place may be one. */
export function onLine(points: readonly Point[], label: Point): Point {
  const distances = points.map(({ x, y }) => Math.hypot(x - label.x, y - label.y));
  const nearest = distances.indexOf(Math.min(...distances));
  const knot = points[nearest] ?? label;
  return middle(points[nearest - 1] ?? knot, knot, points[nearest + 1] ?? knot);
}

function spline(points: readonly Point[]): string {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return "";
  // Doubled ends make the curve begin and end in them.
  const padded = [first, first, ...points, last, last];
  const curves: string[] = [];
  for (let index = 1; index + 2 < padded.length; index += 1) {
    const [a, b, c] = padded.slice(index, index + 3) as [Point, Point, Point];
    curves.push(`C${at(mix(a, b, 1 / 3))} ${at(mix(a, b, 2 / 3))} ${at(middle(a, b, c))}`);
  }
  return `M${at(first)}${curves.join("")}`;
}

/** A uniform cubic B-spline's point at a knot. */
function middle(a: Point, b: Point, c: Point): Point {
  return { x: (a.x + 4 * b.x + c.x) / 6, y: (a.y + 4 * b.y + c.y) / 6 };
}

function mix(a: Point, b: Point, share: number): Point {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
