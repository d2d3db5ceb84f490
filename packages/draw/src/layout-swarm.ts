import { circlePlaces } from "./circle-places.ts";
import { definitionOf } from "./definition-of.ts";
import type { Drawable } from "./definition-of.ts";
import { toDrawing } from "./drawing.ts";
import type { Drawing } from "./drawing.ts";
import { layeredPlaces } from "./layered-places.ts";
import type { LayoutEdge, LayoutNode, SwarmLayout } from "./layout.ts";
import { labelWidth, rowsOf } from "./node-rows.ts";
import { assertOptions } from "./options.ts";
import type { LayoutOptions } from "./options.ts";
import { placed } from "./placed.ts";
import { fit } from "./text.ts";

const MAX_LABEL = 280;

/**
 * Lays a swarm out, for a page that draws it itself. The same swarm and options give the same places. In layers, as long
 * as there are any to see; agents of which nearly everyone hands off to everyone stand in a circle.
 *
 * @throws DrawError `NOT_A_SWARM`, `OPTION_INVALID`.
 * @example
 * ```ts
 * import { layoutSwarm } from "@swarmgraph/draw";
 * import { SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({
 *   entry: "triage",
 *   model: scriptedModel(),
 *   agents: { triage: { canHandoffTo: ["billing"] }, billing: { canHandoffTo: [] } },
 * });
 * const { nodes, edges } = layoutSwarm(swarm, { show: { start: false } });
 * console.log(nodes.map(({ id }) => id)); // [ 'triage', 'billing' ]
 * console.log(edges.map(({ from, to }) => `${from} to ${to}`)); // [ 'triage to billing' ]
 * ```
 */
export function layoutSwarm(swarm: Drawable, options: LayoutOptions = {}): SwarmLayout {
  assertOptions(options);
  const { direction = "TB" } = options;
  const { name, ...drawing } = toDrawing(definitionOf(swarm), options);
  const contents = drawing.nodes.map((node) => ({ ...node, ...rowsOf(node) }));
  const labelled = drawing.edges.map((edge) => ({ ...edge, label: fit(edge.label, MAX_LABEL, labelWidth) }));
  const given = { nodes: contents, edges: labelled };
  const places = isDense(drawing) ? circlePlaces(given) : layeredPlaces(given, direction);
  const nodes = contents.map((node): LayoutNode => {
    const { x, y } = places.centres.get(node.id) ?? { x: 0, y: 0 };
    return { ...node, x: x - node.width / 2, y: y - node.height / 2 };
  });
  const edges = labelled.map((edge, index): LayoutEdge => {
    const { points = [], labelAt = null } = places.ways[index] ?? {};
    return { ...edge, points, labelAt: edge.label === "" ? null : labelAt };
  });
  return { name, direction, ...placed(nodes, edges) };
}

/** Whether layers would show nothing, and take seconds to compute: their cost grows with the edges' crossings. */
function isDense({ nodes, edges }: Pick<Drawing, "nodes" | "edges">): boolean {
  return edges.length > 300 || (edges.length > 100 && edges.length > 5 * nodes.length);
}
