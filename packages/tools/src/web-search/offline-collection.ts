import MiniSearch from "minisearch";
import { wholeNumber } from "../options.ts";
import { plainText, publicResults } from "./read-results.ts";
import { sampleNotes } from "./sample-notes.ts";
import type { OfflineDocument } from "./sample-notes.ts";
import type { SearchProvider, SearchResult } from "./search-provider.ts";

/** Words that say nothing about what is sought. */
const stopWords = new Set(
  "a an and are as at be by do does for from how i in is it me of on or s tell that the this to was what when which who will with".split(
    " ",
  ),
);

/**
 * Searches given documents in memory, best match first: no network, no key, the same answer every time. Without
 * documents it searches a small bundled sample, whose every result says that it is one.
 *
 * @example
 * ```ts
 * import { offlineCollection } from "@swarmgraph/tools";
 *
 * const [first] = await offlineCollection().search("fed funds rate", { maxResults: 1 });
 * first?.title; // "United States Fed Funds Interest Rate (bundled sample)"
 * ```
 */
export function offlineCollection(documents: readonly OfflineDocument[] = sampleNotes): SearchProvider {
  const index = new MiniSearch<{ id: number; title: string; text: string }>({
    fields: ["title", "text"],
    processTerm: (term) => (stopWords.has(term.toLowerCase()) ? null : term.toLowerCase()),
    searchOptions: {
      boost: { title: 2 },
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 4 ? 0.2 : 0),
    },
  });
  index.addAll(documents.map(({ title, text }, id) => ({ id, title, text })));
  return {
    name: "offline",
    async search(query, { maxResults, signal }) {
      const most = wholeNumber("maxResults", maxResults);
      signal?.throwIfAborted();
      const found = index.search(query).flatMap(({ id }) => documents[id as number] ?? []);
      return publicResults(found.map(toResult)).slice(0, most);
    },
  };
}

function toResult({ title, text, url, favicon }: OfflineDocument): SearchResult {
  return { title, url, description: plainText(text, 600), ...(favicon !== undefined && { favicon }) };
}
