import type { DrawnNode } from "./drawing.ts";
import type { DrawnEdge } from "./drawn-edges.ts";
import type { NodeRow } from "./node-rows.ts";
import type { Direction } from "./options.ts";

/** A place, in pixels from the drawing's top left. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node with its place: `x` and `y` are its top left corner. */
export interface LayoutNode extends DrawnNode {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The lines of text in it, from top to bottom. */
  readonly rows: readonly NodeRow[];
}

/** An edge with its way: from the border of one node to the border of the other. */
export interface LayoutEdge extends DrawnEdge {
  readonly points: readonly Point[];
  /** The middle of the label; null where there is none. */
  readonly labelAt: Point | null;
}

/** A swarm with every node and edge in its place, in pixels. Plain data: survives JSON. */
export interface SwarmLayout {
  readonly name: string;
  readonly direction: Direction;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly LayoutNode[];
  readonly edges: readonly LayoutEdge[];
}
