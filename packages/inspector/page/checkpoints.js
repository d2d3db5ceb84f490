/** The thread's checkpoints and the state at each; a run can go on from any of them. */

import { byId, el } from "./dom.js";
import { pretty, shortId } from "./format.js";

/** Shows the thread's state. */
export class CheckpointsView {
  #actions;
  #shown;

  /** `actions.show(id)` gives the state at a checkpoint, `actions.fork(id)` goes on from it. */
  constructor(actions) {
    this.#actions = actions;
  }

  /** `checkpoints`: newest first. */
  update({ threadId, checkpoints, values, canRead, canFork }) {
    byId("thread-id").textContent = threadId ?? "none";
    byId("checkpoints").replaceChildren(
      ...checkpoints.map((checkpoint, index) => this.#row(checkpoint, { isNewest: index === 0, canRead, canFork })),
    );
    byId("checkpoints-hint").hidden = checkpoints.length > 0;
    if (this.#shown === undefined) this.#showValues("State now", values);
  }

  /** Shows the newest state again. */
  reset() {
    this.#shown = undefined;
  }

  #row({ id, step, next, source }, { isNewest, canRead, canFork }) {
    const what = next.length === 0 ? "end of a turn" : `next: ${next.join(", ")}`;
    const name = `step ${step ?? "?"}, ${what}`;
    return el(
      "li",
      { data: { checkpoint: id, shown: String(this.#shown === id) } },
      el("span", { class: "seq", text: String(step ?? "") }),
      el(
        "span",
        { class: "checkpoint-what" },
        el("span", { text: what }),
        el("span", {
          class: "hint",
          text: [shortId(id), source === "loop" ? "" : source, isNewest && "newest"].filter(Boolean).join(" · "),
        }),
      ),
      canRead &&
        el("button", {
          type: "button",
          class: "quiet",
          text: "View",
          "aria-label": `View ${name}`,
          on: { click: () => this.#show(id, step) },
        }),
      canFork &&
        el("button", {
          type: "button",
          class: "quiet",
          text: "Fork here",
          "aria-label": `Fork here: ${name}`,
          on: { click: () => this.#actions.fork(id) },
        }),
    );
  }

  async #show(id, step) {
    const state = await this.#actions.show(id);
    if (state === undefined) return;
    this.#shown = id;
    this.#showValues(`State at step ${step}`, state.values);
    for (const row of byId("checkpoints").children) row.dataset.shown = String(row.dataset.checkpoint === id);
  }

  #showValues(title, values) {
    byId("values-title").textContent = title;
    byId("values").textContent = values === undefined ? "Nothing yet." : pretty(values);
  }
}
