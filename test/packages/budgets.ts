/** When something is loaded: with the import itself, or as soon as a turn is run. */
export type Moment = "import" | "turn";

/** What may be imported of an entry, and how much that may weigh. */
export interface Budget {
  /** What stands behind `from`. */
  readonly entry: string;
  readonly imported: string;
  /** Only what is loaded by then counts, and not what is imported later, when it is asked for. Default: all. */
  readonly by?: Moment;
  /** Minified and compressed by gzip. */
  readonly limit: string;
}

/** What was measured and about 2 % more, so that nothing grows unseen. `docs/sizes.md` has the same numbers. */
export const BUDGETS: readonly Budget[] = [
  { entry: "swarmgraph", imported: "{ createHandoffTool, isHandoffTool }", limit: "1.86 kB" },
  {
    entry: "swarmgraph",
    imported: "{ createHandoffTool, createRegistry, findHandoff, routeHandoffs, toolNameFor }",
    limit: "2.84 kB",
  },
  { entry: "swarmgraph", imported: "{ project, history }", limit: "11.5 kB" },
  {
    entry: "swarmgraph",
    imported: "{ createHandoffTool, createRegistry, history, project, routeHandoffs }",
    limit: "13.1 kB",
  },
  { entry: "swarmgraph", imported: "{ SwarmAgent }", by: "import", limit: "18.9 kB" },
  { entry: "swarmgraph", imported: "{ SwarmAgent, Session }", by: "import", limit: "19.7 kB" },
  { entry: "swarmgraph", imported: "{ SwarmAgent, Session }", by: "turn", limit: "64 kB" },
  { entry: "swarmgraph", imported: "{ SwarmAgent, Session }", limit: "94 kB" },
  { entry: "swarmgraph", imported: "*", by: "import", limit: "74.4 kB" },
  { entry: "swarmgraph", imported: "*", limit: "112 kB" },
  { entry: "swarmgraph/langchain", imported: "*", limit: "3.2 kB" },
  { entry: "swarmgraph/openai", imported: "*", limit: "6.87 kB" },
  { entry: "swarmgraph/patterns", imported: "*", limit: "7.81 kB" },
  { entry: "swarmgraph/testing", imported: "*", limit: "37.1 kB" },
  { entry: "@swarmgraph/cli", imported: "*", limit: "260 B" },
  { entry: "@swarmgraph/draw", imported: "*", limit: "8.45 kB" },
  { entry: "@swarmgraph/durable-conformance", imported: "*", limit: "7.05 kB" },
  { entry: "@swarmgraph/durable-conformance/worker", imported: "*", limit: "3.04 kB" },
  { entry: "@swarmgraph/durable-dbos", imported: "*", limit: "9.2 kB" },
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
