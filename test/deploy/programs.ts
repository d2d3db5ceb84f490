import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { ProgramName } from "../../deploy/app/src/settings.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Where the packages are that the programs name: in the repository, not installed. */
const PACKAGES: Readonly<Record<string, string>> = {
  "@hono/node-server/conninfo": "packages/server/node_modules/@hono/node-server/dist/conninfo.mjs",
  "@hono/node-server": "packages/server/node_modules/@hono/node-server/dist/index.mjs",
  "@swarmgraph/durable-dbos": "packages/durable-dbos/src/index.ts",
  "@swarmgraph/durable-restate/client": "packages/durable-restate/src/client-index.ts",
  "@swarmgraph/durable-restate": "packages/durable-restate/src/index.ts",
  "@swarmgraph/persist-postgres": "packages/persist-postgres/src/index.ts",
  "@swarmgraph/server": "packages/server/src/index.ts",
  "swarmgraph/openai": "src/openai/index.ts",
  "swarmgraph/testing": "src/testing/index.ts",
  swarmgraph: "src/index.ts",
};

/** Puts a program of `deploy/app` and all that it imports into one file, as the image's build puts them into one folder. */
export async function bundleProgram(name: ProgramName): Promise<string> {
  // Beside DBOS, which is found there when the program runs.
  const folder = join(root, "test/durable/node_modules/.bundles");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `deploy-${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, `deploy/app/src/${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["swarmgraph-source"],
    alias: Object.fromEntries(Object.entries(PACKAGES).map(([from, to]) => [from, join(root, to)])),
    external: ["pg", "@dbos-inc/dbos-sdk", "vitest"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "silent",
  });
  return outfile;
}

/** A program that runs. */
export interface Running {
  /** What it has said in its first line. */
  readonly line: string;
  readonly child: ChildProcess;
  /** Tells it to stop, as a container's runtime does, and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a program and waits for its first line. @throws Error with what it said where it ends before. */
export async function startProgram(
  file: string,
  { env, node = process.execPath }: { readonly env: Readonly<Record<string, string>>; readonly node?: string },
): Promise<Running> {
  // Nothing of the tests' own environment: what a recipe does not set, a program does not have.
  const child = spawn(node, [file], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4_000)));
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve)),
    ended.then((code) => {
      throw new Error(`it ended with ${code}: ${said}`);
    }),
  ]);
  return {
    line,
    child,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}
