import { createKeyedProvider } from "./keyed-provider.ts";
import type { KeyedProviderOptions } from "./keyed-provider.ts";
import { isRecord } from "./read-results.ts";
import type { SearchProvider } from "./search-provider.ts";

/**
 * Searches with Brave Search. Throws `OPTION_INVALID` for an empty key.
 *
 * @example
 * ```ts
 * import { brave } from "@swarmgraph/tools";
 *
 * brave({ apiKey: "BSA-key" }).name; // "brave"
 * ```
 */
export function brave(options: KeyedProviderOptions): SearchProvider {
  return createKeyedProvider(
    {
      name: "brave",
      baseURL: "https://api.search.brave.com",
      most: 20,
      request: (key, query, count) => ({
        path: `res/v1/web/search?${new URLSearchParams({ q: query, count: String(count), text_decorations: "false" })}`,
        headers: { "x-subscription-token": key },
      }),
      // Nothing found is an answer without its `web` part.
      list: ({ web = { results: [] } }) => (isRecord(web) ? web["results"] : undefined),
      toResult: ({ title, url, description, meta_url: site }) => ({
        title,
        url,
        description,
        ...(isRecord(site) && { favicon: site["favicon"] }),
      }),
    },
    options,
  );
}
