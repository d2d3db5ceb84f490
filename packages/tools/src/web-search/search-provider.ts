/** One page that a search found. */
export interface SearchResult {
  readonly title: string;
  /** `http:` or `https:`, at a public address. */
  readonly url: string;
  /** What the page says about the query, as plain text; empty where the provider has none. */
  readonly description: string;
  /** The address of the site's icon, where the provider knows it. */
  readonly favicon?: string;
}

/** Details of one search. */
export interface SearchOptions {
  /** The most results to return; a provider may return fewer. */
  readonly maxResults: number;
  /** Aborts the search; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One way to search. Contract: `search` rejects with a `ToolsError` whose code begins with `SEARCH_`, or with the
 * signal's reason; it never retries, and it never returns a result at a private address.
 */
export interface SearchProvider {
  /** A short name for messages, e.g. `"tavily"`. */
  readonly name: string;
  search(query: string, options: SearchOptions): Promise<SearchResult[]>;
}

/** What every provider that is reached over HTTP can be told. */
export interface HttpProviderOptions {
  /** Milliseconds for one search, the answer's body included. Default: 10 000. */
  readonly timeoutMs?: number;
  /** Whether the base URL may be a private, loopback or link-local address. Results never may. Default: false. */
  readonly allowPrivate?: boolean;
}
