import { defineConfig } from "vitest/config";

/** The condition under which `swarmgraph` and its packages resolve to their sources, so that tests need no build. */
const conditions = ["swarmgraph-source"];

/** Tests that take many seconds each: `pnpm test` leaves them to `pnpm test:long` and `pnpm test:all`. */
const long = [
  "graphs/test/demo.test.ts",
  "graphs/test/finance.test.ts",
  "graphs/test/serve.test.ts",
  "packages/cli/test/**/*.test.ts",
  "packages/tools/test/**/*.test.ts",
  "test/bench/gates.test.ts",
  "test/bench/systems.test.ts",
  "test/corpus/**/*.test.ts",
  "test/model/**/*.test.ts",
  "test/persistence/failing-writes.test.ts",
  "test/property/speeds.test.ts",
  "test/property/streams.test.ts",
  "test/property/swarm.test.ts",
  "test/security/**/*.test.ts",
  "test/soak/**/*.test.ts",
];

const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
};

export default defineConfig({
  ...shared,
  test: {
    reporters: ["default", "./test/summary-reporter.ts"],
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          testTimeout: 120_000,
          include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts", "graphs/test/**/*.test.ts"],
          exclude: [
            "**/node_modules/**",
            "test/browser/**",
            "test/e2e/**",
            "test/docs/**",
            "test/wire/**",
            "test/persist/**",
            "test/restate/**",
            "test/durable/**",
            "test/deploy/**",
            "test/interop/**",
            "test/packages/**",
            ...long,
          ],
        },
      },
      { ...shared, test: { name: "long", include: long, exclude: ["**/node_modules/**"], testTimeout: 240_000 } },
      { ...shared, test: { name: "wire", include: ["test/wire/**/*.test.ts"], testTimeout: 120_000 } },
      {
        ...shared,
        test: {
          name: "persist",
          include: ["test/persist/**/*.test.ts"],
          exclude: ["**/node_modules/**"],
          globalSetup: ["test/persist/global-setup.ts"],
          // LangGraph's conformance suite takes `describe` and `it` from there.
          globals: true,
          testTimeout: 180_000,
        },
      },
      {
        ...shared,
        test: {
          name: "durable",
          include: ["test/durable/**/*.test.ts"],
          exclude: ["**/node_modules/**"],
          globalSetup: ["test/durable/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: "restate",
          include: ["test/restate/**/*.test.ts"],
          exclude: ["**/node_modules/**"],
          globalSetup: ["test/restate/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: "deploy",
          include: ["test/deploy/**/*.test.ts"],
          exclude: ["**/node_modules/**"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { ...shared, test: { name: "browser", include: ["test/browser/**/*.test.ts"], testTimeout: 120_000 } },
      {
        ...shared,
        test: {
          name: "interop",
          include: ["test/interop/**/*.test.ts"],
          exclude: ["**/node_modules/**"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: "packages",
          include: ["test/packages/**/*.test.ts"],
          exclude: ["**/node_modules/**"],
          globalSetup: ["test/packages/global-setup.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      { ...shared, test: { name: "docs", include: ["test/docs/**/*.test.ts"], testTimeout: 300_000 } },
      { ...shared, test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], testTimeout: 1_800_000 } },
    ],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "packages/*/src/**/*.ts"],
      // Runs in processes of its own, on another Node, which are killed: nothing can be counted there.
      exclude: ["packages/durable-*/src/**"],
      reporter: ["json-summary"],
      thresholds: { branches: 95 },
    },
  },
});
