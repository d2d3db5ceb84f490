import type { Point } from "./layout.ts";

/** What a way of placing is given: nodes with their sizes, edges with their labels. */
export interface Unplaced {
  readonly nodes: readonly { readonly id: string; readonly width: number; readonly height: number }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label: string }[];
}

/** Where everything goes, in pixels from anywhere. */
export interface Places {
  /** The middle of each node, by its id. */
  readonly centres: ReadonlyMap<string, Point>;
  /** For each edge in the order given: its points from border to border, and the middle of its label. */
  readonly ways: readonly { readonly points: readonly Point[]; readonly labelAt: Point | null }[];
}
