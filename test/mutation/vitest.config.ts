import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { QuickFirst } from "./quick-first.ts";
import { warmThreads } from "./warm-pool.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const conditions = ["swarmgraph-source"];
/** The repository, of which Stryker runs a copy. */
const origin = process.env["MUTATION_ORIGIN"] ?? root;
const tests = (process.env["MUTATION_TESTS"] ?? "route,behaviours").split(",");

/** The tests that have to fail for a mutant: the quick ones, of what is mutated and of the behaviours. */
export default defineConfig({
  root,
  resolve: {
    conditions,
    alias: [{ find: /^fast-check$/, replacement: fileURLToPath(new URL("few-cases.ts", import.meta.url)) }],
  },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  plugins: [
    {
      name: "clients-of-the-wire",
      // Where Stryker runs there are the packages of the root alone; the others are where its copy was taken from.
      resolveId(source, importer) {
        if (importer === undefined || !importer.includes("/test/wire/") || /^[./]/.test(source)) return undefined;
        return this.resolve(source, importer.replace(/^.*(?=\/test\/wire\/)/, origin), { skipSelf: true });
      },
    },
    {
      name: "warm-threads",
      // Stryker asks for a pool by name, so the one that is meant takes its place afterwards.
      configureVitest: ({ project }) => {
        project.config.pool = warmThreads.name;
        project.config.poolRunner = warmThreads;
      },
    },
  ],
  test: {
    testTimeout: 15_000,
    sequence: { sequencer: QuickFirst },
    include: tests.map((place) => (place.endsWith(".ts") ? `test/${place}` : `test/${place}/**/*.test.ts`)),
    exclude: ["**/node_modules/**", "test/project/wire-page.test.ts", "test/persistence/list-log.test.ts"],
  },
});
