import type { WireProblem, WireRule } from "../problem.ts";
import { report } from "./report.ts";

/** The body's parser fails before any field is looked at, so the answer names none. */
const UNREADABLE =
  "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix this, please contact us through our help center at help.openai.com.)";

/**
 * Texts with half a surrogate pair, which `JSON.stringify` writes as an escape that OpenAI's parser refuses; it comes of
 * cutting a text in the middle of an emoji. Reported once, at the first such text. Rule from reports about the API.
 * Contract: takes any value, deep and cyclic ones too; O(size of the body).
 */
export function checkWellFormed(body: unknown, rule: WireRule): WireProblem[] {
  const seen = new Set<unknown>();
  const waiting: { readonly value: unknown; readonly path: string }[] = [{ value: body, path: "" }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next;
    if (typeof value === "string" && !value.isWellFormed()) {
      const problem = report(rule, path, UNREADABLE);
      return [{ ...problem, param: null }];
    }
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    const inside = Array.isArray(value)
      ? value.map((item: unknown, index) => ({ value: item, path: `${path}[${index}]` }))
      : Object.entries(value).map(([key, item]) => ({ value: item, path: path === "" ? key : `${path}.${key}` }));
    for (const child of inside.toReversed()) waiting.push(child);
  }
  return [];
}
