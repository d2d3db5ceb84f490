/** A drawing for swarms that come without one: agents in rows by their distance from the entry. */

import { svgEl } from "./dom.js";
import { edgeKey } from "./state.js";

const NODE = { width: 132, height: 40 };
const GAP = { x: 28, y: 64 };
const MARGIN = 20;

/** The drawing of a recording's header, in the form that `@swarmgraph/draw` has; `undefined` without agents. */
export function drawPlain({ swarm = "swarm", entry, agents = [], edges = [] }) {
  if (agents.length === 0) return undefined;
  const rows = rowsOf(entry, agents, edges);
  const widest = Math.max(...rows.map((row) => row.length));
  const width = widest * (NODE.width + GAP.x) - GAP.x + 2 * MARGIN;
  const height = rows.length * (NODE.height + GAP.y) - GAP.y + 2 * MARGIN;
  const places = new Map(
    rows.flatMap((row, index) => row.map((name, at) => [name, placeOf(row.length, index, at, width)])),
  );
  return svgEl(
    "svg",
    { class: "swarm", role: "img", "aria-label": `Swarm ${swarm}`, width, height, viewBox: `0 0 ${width} ${height}` },
    svgEl(
      "g",
      { class: "swarm-edges" },
      edges.filter(({ from, to }) => places.has(from) && places.has(to)).map((edge) => edgeGroup(edge, places)),
    ),
    svgEl(
      "g",
      { class: "swarm-nodes" },
      agents.map(({ name }) => nodeGroup(name, places.get(name))),
    ),
  );
}

function rowsOf(entry, agents, edges) {
  const left = new Set(agents.map(({ name }) => name));
  const rows = [];
  let row = left.has(entry) ? [entry] : [agents[0].name];
  while (left.size > 0) {
    // What no edge leads to stands in a row of its own at the end.
    if (row.length === 0) row = [...left];
    for (const name of row) left.delete(name);
    rows.push(row);
    row = [...new Set(edges.filter(({ from, to }) => rows.at(-1).includes(from) && left.has(to)).map(({ to }) => to))];
  }
  return rows;
}

function placeOf(length, row, at, width) {
  const rowWidth = length * (NODE.width + GAP.x) - GAP.x;
  return { x: (width - rowWidth) / 2 + at * (NODE.width + GAP.x), y: MARGIN + row * (NODE.height + GAP.y) };
}

function nodeGroup(name, { x, y }) {
  const label = name.length > 16 ? `${name.slice(0, 15)}…` : name;
  return svgEl(
    "g",
    { class: "swarm-node swarm-agent", "data-agent": name },
    svgEl("title", { text: name }),
    svgEl("rect", { class: "swarm-box", x, y, width: NODE.width, height: NODE.height, rx: 8 }),
    svgEl("text", { class: "swarm-name", x: x + NODE.width / 2, y: y + NODE.height / 2 + 5, text: label }),
  );
}

function edgeGroup({ from, to, returns }, places) {
  const { line, tip, angle } = wayOf(places.get(from), places.get(to));
  const spread = 0.42;
  const corner = (turn) => `${tip.x - 9 * Math.cos(angle + turn)} ${tip.y - 9 * Math.sin(angle + turn)}`;
  return svgEl(
    "g",
    {
      class: `swarm-edge swarm-handoff${returns ? " swarm-returns" : ""}`,
      "data-edge": edgeKey(from, to),
      "data-from": from,
      "data-to": to,
    },
    svgEl("title", { text: edgeKey(from, to) }),
    svgEl("path", { class: "swarm-line", d: line }),
    svgEl("path", { class: "swarm-arrow", d: `M${tip.x} ${tip.y}L${corner(spread)}L${corner(-spread)}Z` }),
  );
}

/** A curve from one node's border to the other's; the two ways between the same nodes bow to different sides. */
function wayOf(a, b) {
  const middle = { x: NODE.width / 2, y: NODE.height / 2 };
  const isBeside = a.y === b.y;
  const sideOf = a.x < b.x ? 1 : -1;
  const down = Math.sign(b.y - a.y);
  const shift = 12 * (isBeside ? sideOf : down);
  const start = isBeside
    ? { x: a.x + middle.x, y: a.y + (sideOf > 0 ? 0 : NODE.height) }
    : { x: a.x + middle.x + shift, y: a.y + (down > 0 ? NODE.height : 0) };
  const tip = isBeside
    ? { x: b.x + middle.x, y: b.y + (sideOf > 0 ? 0 : NODE.height) }
    : { x: b.x + middle.x + shift, y: b.y + (down > 0 ? 0 : NODE.height) };
  const bend = isBeside
    ? { x: (start.x + tip.x) / 2, y: start.y - sideOf * 34 }
    : { x: (start.x + tip.x) / 2 + shift * 2, y: (start.y + tip.y) / 2 };
  return {
    line: `M${start.x} ${start.y}Q${bend.x} ${bend.y} ${tip.x} ${tip.y}`,
    tip,
    angle: Math.atan2(tip.y - bend.y, tip.x - bend.x),
  };
}
