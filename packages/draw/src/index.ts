/**
 * Pictures of a swarm from its definition.
 *
 * @module @swarmgraph/draw
 */
export type { Drawable } from "./definition-of.ts";
export { DrawError } from "./draw-error.ts";
export type { DrawErrorCode } from "./draw-error.ts";
export { drawSwarm } from "./draw-swarm.ts";
export type { DrawnNode, DrawnTool } from "./drawing.ts";
export type { DrawnEdge } from "./drawn-edges.ts";
export { layoutSwarm } from "./layout-swarm.ts";
export type { LayoutEdge, LayoutNode, Point, SwarmLayout } from "./layout.ts";
export type { NodeRow } from "./node-rows.ts";
export type { Direction, DrawFormat, DrawOptions, EdgePair, Highlight, LayoutOptions, Show, Theme } from "./options.ts";
export { toPng } from "./to-png.ts";
export type { PngOptions } from "./to-png.ts";
