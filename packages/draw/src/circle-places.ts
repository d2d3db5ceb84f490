import type { Point } from "./layout.ts";
import type { Places, Unplaced } from "./places.ts";

const GAP = 32;

/** How far an edge bends out of the straight line, so that the one back lies beside it. */
const BEND = 0.06;

type Node = Unplaced["nodes"][number];

/** Places nodes in a circle, clockwise from the top in the order given. O(V+E). */
export function circlePlaces({ nodes, edges }: Unplaced): Places {
  const largest = Math.max(...nodes.map(({ width, height }) => Math.hypot(width, height)));
  const radius = (largest + GAP) / (2 * Math.sin(Math.PI / Math.max(nodes.length, 2)));
  const centres = new Map(
    nodes.map(({ id }, index) => {
      const angle = (2 * Math.PI * index) / nodes.length;
      return [id, { x: radius * Math.sin(angle), y: -radius * Math.cos(angle) }];
    }),
  );
  const boxes = new Map(nodes.map((node) => [node.id, node]));
  const ways = edges.map(({ from, to }) => {
    const start = centres.get(from) as Point;
    const end = centres.get(to) as Point;
    const first = boxes.get(from) as Node;
    const bend =
      from === to
        ? { x: start.x + first.width / 2 + GAP, y: start.y }
        : {
            x: (start.x + end.x) / 2 - (end.y - start.y) * BEND,
            y: (start.y + end.y) / 2 + (end.x - start.x) * BEND,
          };
    return { points: [border(first, start, bend), bend, border(boxes.get(to) as Node, end, bend)], labelAt: bend };
  });
  return { centres, ways };
}

/** Where the line from a node's middle to a point outside leaves the node. */
function border({ width, height }: Node, centre: Point, outside: Point): Point {
  const across = { x: outside.x - centre.x, y: outside.y - centre.y };
  const share = Math.min(width / 2 / Math.abs(across.x), height / 2 / Math.abs(across.y), 1);
  return { x: centre.x + across.x * share, y: centre.y + across.y * share };
}
