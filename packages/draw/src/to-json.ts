import type { SwarmLayout } from "./layout.ts";

/** A layout as JSON. `<` is written as its code, so that the text may stand inside a page's script element. */
export function toJson(layout: SwarmLayout): string {
  return `${JSON.stringify(layout, null, 2).replace(/</gu, String.raw`\u003c`)}\n`;
}
