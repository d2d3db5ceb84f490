import { tool } from "@langchain/core/tools";
import { z } from "zod";

import { bundledIndex, describeNothing, toTerms } from "./library/search-index.ts";
import type { Passage } from "./library/search-index.ts";

/**
 * The tool `search_library`: full-text search (BM25, prefixes, small typing errors) over the bundled articles.
 *
 * Answers the best passages as `[n] Title, paragraph k: text`, and carries them as {@link Passage} objects in the tool
 * message's `artifact`. Words of the query that no article has are named at the end. Where nothing fits at all it
 * says so, with the nearest titles, and the artifact is empty.
 *
 * @example
 * ```ts
 * import { searchLibrary } from "@swarmgraph/graphs/tools/library.ts";
 *
 * await searchLibrary.invoke({ query: "how do heat pumps work", limit: 2 });
 * // "[1] Heat pumps, paragraph 1: A heat pump moves heat instead of making it. …"
 * ```
 */
export const searchLibrary = tool(
  ({ query, limit = 4 }): [string, readonly Passage[]] => {
    const passages = bundledIndex.search(query, limit);
    if (passages.length === 0) return [describeNothing(query, bundledIndex), passages];
    const lines = passages.map(
      ({ title, paragraph, text }, at) => `[${at + 1}] ${title}, paragraph ${paragraph}: ${text}`,
    );
    const missing = [...new Set(toTerms(query))].filter((term) => bundledIndex.search(term, 1).length === 0);
    if (missing.length > 0) lines.push(`No article has: ${missing.join(", ")}.`);
    return [lines.join("\n\n"), passages];
  },
  {
    name: "search_library",
    description: "Search the document library for passages on a topic",
    schema: z.object({
      query: z.string().describe("A few words on the topic"),
      limit: z.number().int().min(1).max(10).optional().describe("How many passages, 1 to 10; 4 unless told"),
    }),
    responseFormat: "content_and_artifact",
  },
);
