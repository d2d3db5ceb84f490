/** What may be imported of an entry, and how much that may weigh. */
export interface Budget {
  /** What stands behind `from`. */
  readonly entry: string;
  readonly imported: string;
  /** Only what is loaded with it counts, not what it imports when it needs that. */
  readonly isInitial?: boolean;
  /** Minified and compressed by gzip. */
  readonly limit: string;
}

/** What was measured and about 2 % more, so that nothing grows unseen. `docs/sizes.md` has the same numbers. */
export const BUDGETS: readonly Budget[] = [
  { entry: "swarmgraph", imported: "{ createHandoffTool, isHandoffTool }", limit: "1.76 kB" },
  {
    entry: "swarmgraph",
    imported: "{ createHandoffTool, createRegistry, findHandoff, routeHandoffs, toolNameFor }",
    limit: "2.7 kB",
  },
  { entry: "swarmgraph", imported: "{ project, history }", limit: "10.5 kB" },
  {
    entry: "swarmgraph",
    imported: "{ createHandoffTool, createRegistry, history, project, routeHandoffs }",
    limit: "11.9 kB",
  },
  { entry: "swarmgraph", imported: "{ SwarmAgent }", isInitial: true, limit: "54.5 kB" },
  { entry: "swarmgraph", imported: "{ SwarmAgent, Session }", isInitial: true, limit: "55.4 kB" },
  { entry: "swarmgraph", imported: "{ SwarmAgent, Session }", limit: "83 kB" },
  { entry: "swarmgraph", imported: "*", isInitial: true, limit: "71.9 kB" },
  { entry: "swarmgraph", imported: "*", limit: "99.5 kB" },
  { entry: "swarmgraph/langchain", imported: "*", limit: "3.2 kB" },
  { entry: "swarmgraph/openai", imported: "*", limit: "6.87 kB" },
  { entry: "swarmgraph/patterns", imported: "*", limit: "7.81 kB" },
  { entry: "swarmgraph/testing", imported: "*", limit: "37.1 kB" },
  { entry: "@swarmgraph/cli", imported: "*", limit: "260 B" },
  { entry: "@swarmgraph/draw", imported: "*", limit: "8.45 kB" },
  { entry: "@swarmgraph/durable-conformance", imported: "*", limit: "7.05 kB" },
  { entry: "@swarmgraph/durable-conformance/worker", imported: "*", limit: "3.04 kB" },
  { entry: "@swarmgraph/durable-dbos", imported: "*", limit: "5.51 kB" },
  { entry: "@swarmgraph/durable-restate", imported: "*", limit: "7.11 kB" },
  { entry: "@swarmgraph/durable-restate/client", imported: "*", limit: "3.85 kB" },
  { entry: "@swarmgraph/inspector", imported: "*", limit: "4.67 kB" },
  { entry: "@swarmgraph/local-model", imported: "*", limit: "14.3 kB" },
  { entry: "@swarmgraph/otel", imported: "*", limit: "6.12 kB" },
  { entry: "@swarmgraph/persist-core", imported: "*", limit: "1.76 kB" },
  { entry: "@swarmgraph/persist-postgres", imported: "*", limit: "5.49 kB" },
  { entry: "@swarmgraph/persist-sqlite", imported: "*", limit: "3.14 kB" },
  { entry: "@swarmgraph/server", imported: "*", limit: "25.5 kB" },
  { entry: "@swarmgraph/tools", imported: "*", limit: "10.9 kB" },
  { entry: "@swarmgraph/tools/mcp", imported: "*", limit: "1.54 kB" },
];
