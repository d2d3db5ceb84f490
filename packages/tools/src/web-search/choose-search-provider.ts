import { brave } from "./brave.ts";
import { exa } from "./exa.ts";
import { offlineCollection } from "./offline-collection.ts";
import type { HttpProviderOptions, SearchProvider } from "./search-provider.ts";
import { searxng } from "./searxng.ts";
import { tavily } from "./tavily.ts";

/** Environment variables by name, e.g. `process.env`. */
export type SearchEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The provider that the environment names: `SEARXNG_URL`, `TAVILY_API_KEY`, `BRAVE_API_KEY`, `EXA_API_KEY`, in this
 * order, else the bundled offline sample. An empty variable counts as not set. A SearXNG instance of your own machine
 * needs `allowPrivate: true`.
 *
 * @example
 * ```ts
 * import { chooseSearchProvider } from "@swarmgraph/tools";
 *
 * chooseSearchProvider({}).name; // "offline"
 * chooseSearchProvider({ TAVILY_API_KEY: "tvly-key" }).name; // "tavily"
 * ```
 */
export function chooseSearchProvider(env: SearchEnvironment, options: HttpProviderOptions = {}): SearchProvider {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined;
  const baseURL = read("SEARXNG_URL");
  if (baseURL !== undefined) return searxng({ ...options, baseURL });
  for (const [name, create] of keyed) {
    const apiKey = read(name);
    if (apiKey !== undefined) return create({ ...options, apiKey });
  }
  return offlineCollection();
}

const keyed = [
  ["TAVILY_API_KEY", tavily],
  ["BRAVE_API_KEY", brave],
  ["EXA_API_KEY", exa],
] as const;
