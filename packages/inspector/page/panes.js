/** On a narrow screen one pane is seen at a time. */

import { byId } from "./dom.js";

/** Makes the switch work. */
export function makePanes() {
  const buttons = [...byId("panes").querySelectorAll("button")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      document.body.dataset.pane = button.dataset.pane;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    });
  }
}
