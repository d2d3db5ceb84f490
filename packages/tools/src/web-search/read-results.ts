import { ToolsError } from "../errors.ts";
import { isPublicUrl } from "./address.ts";
import type { SearchResult } from "./search-provider.ts";

const maxTitle = 200;
const maxDescription = 600;

/** One result as a provider names its parts; each is judged, since none can be trusted to be there. */
export interface RawResult {
  readonly title: unknown;
  readonly url: unknown;
  readonly description: unknown;
  readonly favicon?: unknown;
}

/** How to read one provider's answer. */
export interface ReadResultsOptions {
  /** The provider's name, for messages. */
  readonly name: string;
  /** The list in an answer; undefined where the answer has another shape. */
  readonly list: (answer: Readonly<Record<string, unknown>>) => unknown;
  readonly maxResults: number;
  readonly toResult: (item: Readonly<Record<string, unknown>>) => RawResult;
}

/** The results in a provider's answer. Throws `SEARCH_MALFORMED` where the answer has another shape. Pure. */
export function readResults(answer: unknown, { name, list, maxResults, toResult }: ReadResultsOptions): SearchResult[] {
  const items = isRecord(answer) ? list(answer) : undefined;
  if (!Array.isArray(items)) {
    throw new ToolsError("SEARCH_MALFORMED", `${name} answered JSON without a list of results; check its address.`);
  }
  const found = items.filter(isRecord).map((item) => toSearchResult(toResult(item)));
  return publicResults(found.filter((result) => result !== undefined)).slice(0, maxResults);
}

/** What is not at a public address is left out; an icon that is not is left away. Pure. */
export function publicResults(results: readonly SearchResult[]): SearchResult[] {
  return results
    .filter(({ url }) => isPublicUrl(url))
    .map(({ favicon, ...result }) => ({
      ...result,
      ...(favicon !== undefined && isPublicUrl(favicon) && { favicon }),
    }));
}

function toSearchResult({ title, url, description, favicon }: RawResult): SearchResult | undefined {
  if (typeof url !== "string") return undefined;
  return {
    title: plainText(title, maxTitle) || url,
    url,
    description: plainText(description, maxDescription),
    ...(typeof favicon === "string" && { favicon }),
  };
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  "#x27": "'",
  nbsp: " ",
};

/** Text of a web page on one line: without tags, entities and control characters, cut at `max` characters. Pure. */
export function plainText(value: unknown, max: number): string {
  if (typeof value !== "string") return "";
  const text = value
    .slice(0, max * 10)
    .replace(/<\/?[a-z][^<>]*>/gi, "")
    .replace(/&(#39|#x27|[a-z]+);/gi, (whole, name: string) => entities[name.toLowerCase()] ?? whole)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .toWellFormed();
  const characters = [...text];
  return characters.length <= max
    ? text
    : `${characters
        .slice(0, max - 1)
        .join("")
        .trimEnd()}…`;
}

/** Narrows to an object that can be read by key. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
