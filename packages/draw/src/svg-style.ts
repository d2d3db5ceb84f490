import { FONT_SIZES } from "./node-rows.ts";
import type { Theme } from "./options.ts";

/** The colours of a drawing; each is the custom property `--swarm-<name>` of the SVG's root. */
export type Palette = Readonly<Record<(typeof COLOURS)[number], string>>;

const COLOURS = [
  "background",
  "node",
  "border",
  "text",
  "muted",
  "edge",
  "chip",
  "lit",
  "lit-node",
  "active",
  "active-node",
  "refused",
] as const;

/** The colours of each theme. Texts reach a contrast of 4.5 on what they stand on, lines 3 (WCAG AA). */
export const PALETTES: Readonly<Record<"light" | "dark", Palette>> = {
  light: {
    background: "#ffffff",
    node: "#f6f8fa",
    border: "#818b98",
    text: "#1f2328",
    muted: "#57606a",
    edge: "#6e7781",
    chip: "#e7ebef",
    lit: "#0969da",
    "lit-node": "#eaf3fe",
    active: "#1a7f37",
    "active-node": "#e3f6e7",
    refused: "#cf222e",
  },
  dark: {
    background: "#0d1117",
    node: "#161b22",
    border: "#7d8590",
    text: "#e6edf3",
    muted: "#a3adb8",
    edge: "#8b949e",
    chip: "#262c36",
    lit: "#58a6ff",
    "lit-node": "#12233b",
    active: "#3fb950",
    "active-node": "#12261a",
    refused: "#ff7b72",
  },
};

/**
 * The style sheet of one drawing. Every selector begins with the root's id: where an SVG stands inside a page, its
 * style is the page's. `is-active`, `is-highlighted` and `is-refused` are for pages to set as well.
 */
export function styleOf(id: string, theme: Theme): string {
  const root = `#${id}`;
  const rules = [
    `${root}{${variables(PALETTES[theme === "dark" ? "dark" : "light"])}}`,
    ...(theme === "auto" ? [`@media (prefers-color-scheme:dark){${root}{${variables(PALETTES.dark)}}}`] : []),
    `${root} text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;text-anchor:middle;fill:var(--swarm-text)}`,
    `${root} .swarm-background{fill:var(--swarm-background)}`,
    `${root} .swarm-box{fill:var(--swarm-node);stroke:var(--swarm-border);stroke-width:1.25}`,
    `${root} .swarm-unknown .swarm-box{stroke:var(--swarm-refused);stroke-dasharray:4 3}`,
    `${root} .swarm-name{font-size:${FONT_SIZES.name}px;font-weight:600}`,
    `${root} .swarm-description{font-size:${FONT_SIZES.description}px;fill:var(--swarm-muted)}`,
    `${root} .swarm-chip{fill:var(--swarm-chip)}`,
    `${root} .swarm-tool{font-size:${FONT_SIZES.tool}px}`,
    `${root} .swarm-start .swarm-name,${root} .swarm-end .swarm-name{font-size:12px;font-weight:400;fill:var(--swarm-muted)}`,
    `${root} .swarm-line{fill:none;stroke:var(--swarm-edge);stroke-width:1.5}`,
    `${root} .swarm-arrow{fill:var(--swarm-edge)}`,
    `${root} .swarm-label{font-size:${FONT_SIZES.edge}px;fill:var(--swarm-muted)}`,
    `${root} .swarm-label-box{fill:var(--swarm-background)}`,
    `${root} .swarm-return .swarm-line{stroke-dasharray:5 4}`,
    `${root} .swarm-limit .swarm-line,${root} .swarm-end .swarm-line{stroke-dasharray:1.5 4}`,
    `${root} .is-highlighted .swarm-box{fill:var(--swarm-lit-node);stroke:var(--swarm-lit);stroke-width:2}`,
    `${root} .is-active .swarm-box{fill:var(--swarm-active-node);stroke:var(--swarm-active);stroke-width:3}`,
    `${root} .is-highlighted .swarm-line{stroke:var(--swarm-lit);stroke-width:2.5}`,
    `${root} .is-highlighted .swarm-arrow{fill:var(--swarm-lit)}`,
    `${root} .is-refused .swarm-line{stroke:var(--swarm-refused);stroke-width:2;stroke-dasharray:6 4}`,
    `${root} .is-refused .swarm-arrow{fill:var(--swarm-refused)}`,
    `${root} .is-refused .swarm-label{fill:var(--swarm-refused)}`,
  ];
  return rules.join("\n");
}

function variables(palette: Palette): string {
  return COLOURS.map((name) => `--swarm-${name}:${palette[name]}`).join(";");
}
