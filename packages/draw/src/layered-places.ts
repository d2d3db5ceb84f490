import { Graph, layout } from "@dagrejs/dagre";
import type { Point } from "./layout.ts";
import { labelWidth } from "./node-rows.ts";
import type { Direction } from "./options.ts";
import type { Places, Unplaced } from "./places.ts";

/** Places nodes in layers along the handoffs, with as few crossings as dagre finds. */
export function layeredPlaces({ nodes, edges }: Unplaced, direction: Direction): Places {
  const graph = new Graph<object, object, object>({ directed: true });
  graph.setGraph({ rankdir: direction, nodesep: 40, edgesep: 24, ranksep: direction === "TB" ? 48 : 64 });
  // dagre keeps its own keys: an agent may be called anything.
  const keys = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const keyOf = (id: string): string => keys.get(id) as string;
  for (const { id, width, height } of nodes) graph.setNode(keyOf(id), { width, height });
  for (const { from, to, label } of edges) {
    const size = label === "" ? { width: 0, height: 0 } : { width: labelWidth(label) + 12, height: 18 };
    graph.setEdge(keyOf(from), keyOf(to), { ...size, labelpos: "c" });
  }
  layout(graph);
  return {
    centres: new Map(nodes.map(({ id }) => [id, graph.node(keyOf(id)) as Point])),
    ways: edges.map(({ from, to }) => {
      const { points, x, y } = graph.edge(keyOf(from), keyOf(to)) as Way;
      const labelAt = x === undefined || y === undefined ? null : { x, y };
      return { points: points.map((point) => ({ x: point.x, y: point.y })), labelAt };
    }),
  };
}

/** What dagre writes into an edge. */
interface Way {
  readonly points: readonly Point[];
  readonly x?: number;
  readonly y?: number;
}
