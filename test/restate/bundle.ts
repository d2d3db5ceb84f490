import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/**
 * Puts a worker's program and all that it imports into one file, which starts in a fifth of the time.
 *
 * @param program A file of this directory, without its ending: `"worker"`.
 */
export async function bundle(program: string): Promise<string> {
  const directory = join(here, "node_modules", ".bundles");
  mkdirSync(directory, { recursive: true });
  const outfile = join(directory, `${program}-${process.pid}.mjs`);
  await build({
    entryPoints: [join(here, `${program}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["swarmgraph-source"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "silent",
  });
  return outfile;
}
