/** The swarm's graph: who is active, which way the talk went, what was refused. Below it, the agents one by one. */

import { byId, el } from "./dom.js";
import { parseDrawing } from "./drawing.js";
import { count } from "./format.js";
import { drawPlain } from "./plain-drawing.js";

const STATUS = { idle: "idle", working: "working", waiting: "waiting for you", done: "has worked", failed: "stopped" };

/** Shows a swarm and lights it. */
export class GraphView {
  #drawing;
  #agents;
  #hues;
  #refused = new Map();

  constructor({ svg, header }, hues) {
    this.#hues = hues;
    this.#drawing = (svg === null ? undefined : parseDrawing(svg)) ?? drawPlain(header);
    this.#agents = header.agents ?? [];
    byId("graph").replaceChildren(
      this.#drawing ?? el("p", { class: "hint", text: "The agents appear here as they begin to work." }),
    );
  }

  update(view) {
    this.#light(view);
    const known = new Map(this.#agents.map((agent) => [agent.name, agent]));
    const agents = view.agents.map((name) => known.get(name) ?? { name, tools: [] });
    const opened = new Set(Array.from(byId("agents").querySelectorAll("details[open]"), ({ dataset }) => dataset.name));
    byId("agents").replaceChildren(...agents.map((agent) => this.#agent(agent, view, opened.has(agent.name))));
  }

  /** The drawing with its classes as they are now. */
  get drawing() {
    return this.#drawing;
  }

  #light(view) {
    if (this.#drawing === undefined) return;
    for (const node of this.#drawing.querySelectorAll("[data-agent]")) {
      const name = node.dataset.agent;
      node.classList.toggle("is-active", name === view.active);
      node.classList.toggle("is-working", view.statuses[name] === "working");
      node.classList.toggle("is-waiting", view.statuses[name] === "waiting");
      node.classList.toggle("is-highlighted", view.visited.includes(name));
    }
    for (const edge of this.#drawing.querySelectorAll("[data-edge], [data-label]")) {
      const key = edge.dataset.edge ?? edge.dataset.label;
      const { taken = 0, last } = view.edges[key] ?? {};
      edge.classList.toggle("is-highlighted", taken > 0);
      edge.classList.toggle("is-refused", last === "refused");
      if (edge.dataset.edge !== undefined) this.#flash(edge, key, view.edges[key]?.refused ?? 0);
    }
  }

  /** Begins the flash anew for each further refusal. */
  #flash(edge, key, refused) {
    if (refused <= (this.#refused.get(key) ?? 0)) {
      if (refused === 0) edge.classList.remove("is-flashing");
    } else {
      edge.classList.remove("is-flashing");
      edge.getBoundingClientRect();
      edge.classList.add("is-flashing");
    }
    this.#refused.set(key, refused);
  }

  #agent({ name, description, tools }, view, isOpen) {
    const rows = view.tokens.filter(({ agent }) => agent === name);
    const total = rows.reduce((sum, row) => sum + row.total, 0);
    const status = view.statuses[name] ?? "idle";
    return el(
      "li",
      {},
      el(
        "details",
        { class: "agent", open: isOpen, data: { name, hue: this.#hues.of(name), status } },
        el(
          "summary",
          {},
          el("span", { class: "dot", "aria-hidden": "true" }),
          el("span", { class: "agent-name", text: name }),
          el("span", { class: "agent-status", text: STATUS[status] }),
          total > 0 && el("span", { class: "agent-tokens", text: `${count(total)} tok` }),
        ),
        el("p", { text: description ?? "No description." }),
        tools.length > 0 &&
          el(
            "ul",
            { class: "chips", "aria-label": `Tools of ${name}` },
            tools.map((tool) => el("li", { text: tool })),
          ),
      ),
    );
  }
}
