/** A lane per agent: when it worked, called its model and tools, and to whom it handed off. */

import { byId, el, svgEl } from "./dom.js";
import { duration } from "./format.js";

const WIDTH = 340;
const LABEL = 18;
const LANE = 52;
const TOP = 22;
const PAD = 6;

/** Draws the timeline, and tells the same in words below. */
export class TimelineView {
  #hues;

  constructor(hues) {
    this.#hues = hues;
  }

  update({ timeline, agents }) {
    const lanes = agents.filter((name) => timeline.spans.some(({ agent }) => agent === name));
    const isEmpty = lanes.length === 0;
    byId("timeline").replaceChildren(
      ...(isEmpty
        ? [el("p", { class: "hint", text: "Each agent gets a lane here as soon as it works." })]
        : [this.#picture(timeline, lanes), legend(), this.#words(timeline)]),
    );
  }

  #picture({ spans, hops, now }, lanes) {
    const height = TOP + lanes.length * LANE;
    const scale = (WIDTH - 2 * PAD) / Math.max(now, 1);
    const x = (ms) => PAD + ms * scale;
    const laneTop = (name) => TOP + lanes.indexOf(name) * LANE;
    return svgEl(
      "svg",
      {
        class: "lanes",
        viewBox: `0 0 ${WIDTH} ${height}`,
        role: "img",
        "aria-label": `Timeline of ${lanes.join(", ")}; the steps follow as a list.`,
      },
      svgEl("text", { class: "tick", x: PAD, y: 12, text: "0" }),
      svgEl("text", { class: "tick tick-end", x: WIDTH - PAD, y: 12, text: duration(now) }),
      lanes.map((name) => this.#lane(name, laneTop(name))),
      spans
        .filter(({ agent }) => lanes.includes(agent))
        .map((span) => this.#span(span, { x, now, top: laneTop(span.agent) })),
      hops
        .filter(({ from, to }) => lanes.includes(from) && (lanes.includes(to) || from === to))
        .map((hop) => hopLine(hop, x(hop.at), laneTop)),
    );
  }

  #lane(name, top) {
    return svgEl(
      "g",
      { class: "lane", "data-hue": this.#hues.of(name) },
      svgEl("line", { class: "lane-line", x1: 0, x2: WIDTH, y1: top + LANE - 4, y2: top + LANE - 4 }),
      svgEl("text", { class: "lane-name", x: PAD, y: top + 13, text: name }),
    );
  }

  #span({ kind, agent, label, start, end, isError }, { x, now, top }) {
    const heights = { agent: [LABEL, 24], model: [LABEL + 4, 7], tool: [LABEL + 13, 7] };
    const [shift, height] = heights[kind];
    const width = Math.max(2.5, x(end ?? now) - x(start));
    return svgEl(
      "g",
      { class: `span span-${kind}${isError ? " is-error" : ""}`, "data-hue": this.#hues.of(agent) },
      svgEl("title", { text: `${label}, ${duration((end ?? now) - start)}` }),
      svgEl("rect", {
        x: Math.min(x(start), WIDTH - PAD - 2.5),
        y: top + shift,
        width,
        height,
        rx: kind === "agent" ? 5 : 2,
      }),
    );
  }

  #words({ spans, hops }) {
    const steps = [
      ...spans.map(({ kind, agent, label, start, end, isError }) => ({
        at: start,
        rank: 1,
        agent,
        text: { agent: "works", model: "calls its model", tool: `calls ${label}${isError ? ", which fails" : ""}` }[
          kind
        ],
        time: end === undefined ? "" : duration(end - start),
      })),
      ...hops.map(({ from, to, at, status }) => ({
        at,
        rank: 0,
        agent: from,
        text: { done: `hands off to ${to}`, refused: `may not hand off to ${to}`, returned: `answers ${to}` }[status],
        time: "",
      })),
    ].sort((a, b) => a.at - b.at || a.rank - b.rank);
    return el(
      "ol",
      { class: "steps" },
      steps.map(({ at, agent, text, time }) =>
        el(
          "li",
          { data: { hue: this.#hues.of(agent) } },
          el("span", { class: "step-at", text: duration(at) }),
          el(
            "span",
            {},
            el("strong", { class: "agent-label", data: { hue: this.#hues.of(agent) }, text: agent }),
            ` ${text}`,
          ),
          el("span", { class: "step-time", text: time }),
        ),
      ),
    );
  }
}

function hopLine({ from, to, status }, x, laneTop) {
  const [start, end] = [laneTop(from), laneTop(to)].map((top) => top + LABEL + 12);
  const tip = start < end ? end - 12 : end + 12;
  const wing = start < end ? -6 : 6;
  return svgEl(
    "g",
    { class: `hop hop-${status}` },
    svgEl("title", { text: `${from} → ${to}` }),
    svgEl("path", { d: `M${x} ${start}V${tip}M${x - 4} ${tip + wing}L${x} ${tip}L${x + 4} ${tip + wing}` }),
  );
}

function legend() {
  const entry = (name, text) =>
    el("li", {}, el("span", { class: `swatch swatch-${name}`, "aria-hidden": "true" }), text);
  return el(
    "ul",
    { class: "legend" },
    entry("agent", "agent"),
    entry("model", "model"),
    entry("tool", "tool"),
    entry("hop", "handoff"),
  );
}
