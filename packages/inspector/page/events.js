/** The events as they came, to be searched and unfolded. */

import { byId, el, KeyedList } from "./dom.js";
import { brief, pretty } from "./format.js";
import { summaryOf } from "./summary.js";

/** The newest that are shown; the page stays quick in a long run. */
const SHOWN = 400;

/** Lists events. */
export class EventsView {
  #list = new KeyedList(byId("events"), ({ event }) => this.#row(event));
  #filter = byId("events-filter");
  #rows = new WeakMap();
  #hues;

  constructor(hues, onChange) {
    this.#hues = hues;
    this.#filter.addEventListener("input", onChange);
  }

  update(events) {
    const wanted = this.#filter.value.trim().toLowerCase();
    const found =
      wanted === "" ? events : events.filter((event) => JSON.stringify(event).toLowerCase().includes(wanted));
    this.#list.update(found.slice(-SHOWN).map((event) => this.#keyed(event)));
    byId("events-count").textContent =
      found.length > SHOWN ? `the last ${SHOWN} of ${found.length}` : `${found.length} of ${events.length}`;
  }

  #keyed(event) {
    const known = this.#rows.get(event) ?? { key: `${event.runId}:${event.seq}`, event };
    this.#rows.set(event, known);
    return known;
  }

  #row(event) {
    return el(
      "li",
      { data: { hue: this.#hues.of(event.agent) } },
      el(
        "details",
        { class: "event" },
        el(
          "summary",
          {},
          el("span", { class: "seq", text: String(event.seq) }),
          el("span", { class: "event-type", text: event.type }),
          event.agent !== undefined &&
            el("span", { class: "agent-label", text: event.agent, data: { hue: this.#hues.of(event.agent) } }),
          el("span", { class: "event-brief", text: brief(summaryOf(event), 90) }),
        ),
        el("pre", { tabindex: 0, text: pretty(event) }),
      ),
    );
  }
}
