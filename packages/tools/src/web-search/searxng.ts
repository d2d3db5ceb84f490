import { wholeNumber } from "../options.ts";
import { readResults } from "./read-results.ts";
import { createEndpoint, requestJson } from "./request.ts";
import type { HttpProviderOptions, SearchProvider } from "./search-provider.ts";

/** Options of {@link searxng}. */
export interface SearxngOptions extends HttpProviderOptions {
  /** Where the instance is, e.g. `https://search.example.org`. Its settings must allow the `json` format. */
  readonly baseURL: string;
}

/**
 * Searches with a SearXNG instance; no key. Throws `ADDRESS_REFUSED` for a private base URL without `allowPrivate`.
 *
 * @example
 * ```ts
 * import { searxng } from "@swarmgraph/tools";
 *
 * const provider = searxng({ baseURL: "http://localhost:8080", allowPrivate: true });
 * provider.name; // "searxng"
 * ```
 */
export function searxng(options: SearxngOptions): SearchProvider {
  const endpoint = createEndpoint("searxng", options.baseURL, options);
  return {
    name: endpoint.name,
    async search(query, { maxResults, signal }) {
      const most = wholeNumber("maxResults", maxResults);
      const params = new URLSearchParams({ q: query, format: "json" });
      const answer = await requestJson(endpoint, { path: `search?${params}`, signal });
      return readResults(answer, {
        name: endpoint.name,
        list: ({ results }) => results,
        maxResults: most,
        toResult: ({ title, url, content }) => ({ title, url, description: content }),
      });
    },
  };
}
