/**
 * A page that shows a swarm at work, as a handler of requests.
 *
 * @module @swarmgraph/inspector
 */
export { inspector } from "./inspector.ts";
export type { Inspector } from "./inspector.ts";
export { InspectorError } from "./inspector-error.ts";
export type { InspectorErrorCode } from "./inspector-error.ts";
export type { GraphData } from "./graph-data.ts";
export type { InspectableGraph, InspectorOptions, ThreadConfig } from "./options.ts";
export type { PlainState } from "./plain-state.ts";
