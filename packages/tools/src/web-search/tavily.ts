import { createKeyedProvider } from "./keyed-provider.ts";
import type { KeyedProviderOptions } from "./keyed-provider.ts";
import type { SearchProvider } from "./search-provider.ts";

/**
 * Searches with Tavily. Throws `OPTION_INVALID` for an empty key.
 *
 * @example
 * ```ts
 * import { tavily } from "@swarmgraph/tools";
 *
 * tavily({ apiKey: "tvly-key" }).name; // "tavily"
 * ```
 */
export function tavily(options: KeyedProviderOptions): SearchProvider {
  return createKeyedProvider(
    {
      name: "tavily",
      baseURL: "https://api.tavily.com",
      most: 20,
      request: (key, query, count) => ({
        path: "search",
        headers: { authorization: `Bearer ${key}` },
        body: { query, max_results: count, include_favicon: true },
      }),
      list: ({ results }) => results,
      toResult: ({ title, url, content, favicon }) => ({ title, url, description: content, favicon }),
    },
    options,
  );
}
