import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const conditions = ["swarmgraph-source"];

/** Runs the blocks of pages that hold tests. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["**/*.run.ts"],
    setupFiles: [fileURLToPath(new URL("no-network.ts", import.meta.url))],
  },
});
