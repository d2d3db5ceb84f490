import { ToolsError } from "../errors.ts";

/** Keys that make a chart load something. */
const loading = new Set(["url", "href"]);
/** Keys whose content is rows, where a column may be called anything. */
const rows = new Set(["values", "datasets"]);

/** Refuses, with `CHART_INVALID` or `CHART_URL_REFUSED`, a text that is not a Vega-Lite spec with all its data inside. */
export function checkSpec(text: string): void {
  const spec = parse(text);
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) {
    throw new ToolsError(
      "CHART_INVALID",
      "the chart is not an object; pass a Vega-Lite spec with data, mark and encoding.",
    );
  }
  const place = findLoading(spec, "");
  if (place !== undefined) {
    throw new ToolsError(
      "CHART_URL_REFUSED",
      `the chart has a URL at "${place}", and a chart loads nothing; put the rows themselves in data.values.`,
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ToolsError("CHART_INVALID", "the chart is not JSON; pass a Vega-Lite spec as an object.", {
      cause: error,
    });
  }
}

function findLoading(part: object, place: string): string | undefined {
  for (const [key, value] of Object.entries(part) as [string, unknown][]) {
    const here = place === "" ? key : `${place}.${key}`;
    if (loading.has(key) && !Array.isArray(part)) return here;
    if (typeof value !== "object" || value === null || rows.has(key)) continue;
    const found = findLoading(value, here);
    if (found !== undefined) return found;
  }
  return undefined;
}
