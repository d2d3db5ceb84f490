/** Light, dark, or as the reader's system has it; remembered in this browser. */

const THEMES = ["auto", "light", "dark"];
const KEY = "swarmgraph-theme";

/** Makes the button walk through the themes. */
export function makeTheme(button) {
  const show = (theme) => {
    document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  show(stored());
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(stored()) + 1) % THEMES.length];
    store(next);
    show(next);
  });
}

function stored() {
  try {
    const theme = localStorage.getItem(KEY);
    return THEMES.includes(theme) ? theme : "auto";
  } catch {
    return document.documentElement.dataset.theme ?? "auto";
  }
}

/** A browser may keep nothing for this page. */
function store(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    return;
  }
}
