import { createKeyedProvider } from "./keyed-provider.ts";
import type { KeyedProviderOptions } from "./keyed-provider.ts";
import type { SearchProvider } from "./search-provider.ts";

/**
 * Searches with Exa. Throws `OPTION_INVALID` for an empty key.
 *
 * @example
 * ```ts
 * import { exa } from "@swarmgraph/tools";
 *
 * exa({ apiKey: "exa-key" }).name; // "exa"
 * ```
 */
export function exa(options: KeyedProviderOptions): SearchProvider {
  return createKeyedProvider(
    {
      name: "exa",
      baseURL: "https://api.exa.ai",
      most: 100,
      request: (key, query, count) => ({
        path: "search",
        headers: { "x-api-key": key },
        body: { query, numResults: count, contents: { text: { maxCharacters: 600 } } },
      }),
      list: ({ results }) => results,
      toResult: ({ title, url, text, summary, favicon }) => ({ title, url, description: text ?? summary, favicon }),
    },
    options,
  );
}
