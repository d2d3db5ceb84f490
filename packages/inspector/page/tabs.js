/** Tabs as the ARIA pattern has them: arrow keys move, Home and End jump, the chosen one alone is in the tab order. */

import { byId } from "./dom.js";

/** Makes the element's buttons tabs; `onChange` gets the name of the one that was chosen. */
export function makeTabs(listId, onChange) {
  const tabs = [...byId(listId).querySelectorAll("[role=tab]")];
  const choose = (tab) => {
    for (const other of tabs) {
      const isChosen = other === tab;
      other.setAttribute("aria-selected", String(isChosen));
      other.tabIndex = isChosen ? 0 : -1;
      byId(other.getAttribute("aria-controls")).hidden = !isChosen;
    }
    onChange(tab.dataset.tab);
  };
  for (const tab of tabs) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const index = tabs.indexOf(tab);
      const target = {
        ArrowRight: tabs[(index + 1) % tabs.length],
        ArrowLeft: tabs.at(index - 1),
        Home: tabs[0],
        End: tabs.at(-1),
      }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      choose(target);
      target.focus();
    });
  }
  choose(tabs[0]);
}
