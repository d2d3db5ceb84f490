import { build } from "esbuild";
import { bundlerOf } from "../bundle-program.ts";

/** Bundles a program of this workspace: see `bundlerOf`. */
export const bundle = bundlerOf({
  workspace: new URL(".", import.meta.url),
  build,
  external: ["better-sqlite3", "pg", "@dbos-inc/dbos-sdk", "vitest"],
});
