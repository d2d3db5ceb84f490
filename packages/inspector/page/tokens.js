/** The tokens that each agent spent, by model. */

import { byId, el } from "./dom.js";
import { count } from "./format.js";

const COLUMNS = ["calls", "input", "output", "total"];

/** Shows the table. */
export class TokensView {
  #hues;

  constructor(hues) {
    this.#hues = hues;
  }

  update({ tokens }) {
    const sums = sumOf(tokens);
    byId("tokens").replaceChildren(
      tokens.length === 0
        ? el("p", { class: "hint", text: "No model has said yet what it used." })
        : el(
            "table",
            {},
            el("caption", { class: "visually-hidden", text: "Tokens by agent and model" }),
            el(
              "thead",
              {},
              el(
                "tr",
                {},
                ["Agent", "Model", "Calls", "In", "Out", "Total"].map((text) => el("th", { scope: "col", text })),
              ),
            ),
            el(
              "tbody",
              {},
              tokens.map((row) => this.#row(row)),
            ),
            el(
              "tfoot",
              {},
              el(
                "tr",
                {},
                el("th", { scope: "row", text: "All" }),
                el("td"),
                COLUMNS.map((name) => el("td", { text: count(sums[name]) })),
              ),
            ),
          ),
    );
  }

  #row(row) {
    return el(
      "tr",
      {},
      el(
        "th",
        { scope: "row" },
        el("span", { class: "agent-label", data: { hue: this.#hues.of(row.agent) }, text: row.agent }),
      ),
      el("td", { class: "model", text: row.model === "" ? "–" : row.model }),
      COLUMNS.map((name) => el("td", { text: count(row[name]) })),
    );
  }
}

/** The columns' sums. */
export function sumOf(tokens) {
  return Object.fromEntries(COLUMNS.map((name) => [name, tokens.reduce((sum, row) => sum + row[name], 0)]));
}
