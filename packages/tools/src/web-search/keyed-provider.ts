import { apiKey, wholeNumber } from "../options.ts";
import { readResults } from "./read-results.ts";
import type { RawResult } from "./read-results.ts";
import { createEndpoint, requestJson } from "./request.ts";
import type { JsonRequest } from "./request.ts";
import type { HttpProviderOptions, SearchProvider } from "./search-provider.ts";

/** Options of a provider that asks for a key. */
export interface KeyedProviderOptions extends HttpProviderOptions {
  /** The key that the provider gave you; sent in a header, never part of a message. */
  readonly apiKey: string;
  /** Where the API is, for a proxy of yours. Default: the provider's own address. */
  readonly baseURL?: string;
}

/** What makes one keyed provider different from another. */
export interface KeyedProvider {
  readonly name: string;
  readonly baseURL: string;
  /** The most results that the API takes as a limit. */
  readonly most: number;
  readonly request: (key: string, query: string, count: number) => JsonRequest;
  /** The list in an answer; undefined where the answer has another shape. */
  readonly list: (answer: Readonly<Record<string, unknown>>) => unknown;
  readonly toResult: (item: Readonly<Record<string, unknown>>) => RawResult;
}

/** Makes a provider from its description and the user's options. */
export function createKeyedProvider(provider: KeyedProvider, options: KeyedProviderOptions): SearchProvider {
  const { name, list, toResult } = provider;
  const endpoint = createEndpoint(name, options.baseURL ?? provider.baseURL, options);
  const key = apiKey(name, options.apiKey);
  return {
    name,
    async search(query, { maxResults, signal }) {
      const count = Math.min(wholeNumber("maxResults", maxResults), provider.most);
      const answer = await requestJson(endpoint, { ...provider.request(key, query, count), signal });
      return readResults(answer, { name, list, maxResults: count, toResult });
    },
  };
}
