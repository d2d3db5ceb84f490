import { growthOf } from "../expression/interest.ts";
import type { Growth } from "../expression/interest.ts";

/** A tool's own words for drawing with a Vega-Lite spec from JavaScript. */
const DRAWS = /\bchart\.draw\(spec\)/;

/** A request for a picture of figures. */
const WANTED = /\b(?:plot|draw|graph|chart|diagram|curve|visuali[sz]e)/i;

/** The longest time that is drawn, in years. */
const MAX_YEARS = 200;

/**
 * JavaScript that draws what a text asks for, for a tool whose description offers `chart.draw(spec)` with a Vega-Lite
 * spec. Compound growth is all that is drawn: a rate, a time and, if it is named, a sum. `undefined` for everything else.
 */
export function programFor(text: string, description: string): string | undefined {
  if (!DRAWS.test(description) || !WANTED.test(text)) return undefined;
  const growth = growthOf(text.toLowerCase());
  return growth === undefined || growth.years > MAX_YEARS ? undefined : written(growth);
}

function written({ rate, years, sum }: Growth): string {
  return [
    `const rate = ${rate} / 100;`,
    `const values = Array.from({ length: ${Math.floor(years) + 1} }, (_, year) => ({ year, value: ${sum} * (1 + rate) ** year }));`,
    "chart.draw({",
    "  data: { values },",
    '  mark: { type: "line", point: true },',
    "  encoding: {",
    '    x: { field: "year", type: "quantitative" },',
    `    y: { field: "value", type: "quantitative", scale: { zero: false }, title: "${sum} at ${rate} percent, compounded" },`,
    "  },",
    "});",
  ].join("\n");
}
