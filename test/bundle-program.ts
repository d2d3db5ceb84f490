import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a workspace's programs are put together with. */
export interface BundlerOptions {
  /** The workspace: its directory, as a URL. */
  readonly workspace: URL;
  /** esbuild's `build`, which only some workspaces have. */
  readonly build: (options: object) => Promise<unknown>;
  /** Packages that are found beside the program when it runs, as native ones must be. */
  readonly external?: readonly string[];
}

/**
 * Puts a process's program and all that it imports into one file, which starts in a fifth of the time: tests start hundreds
 * of processes, and most of what each of them did was to read its sources.
 *
 * @returns A function that takes a file of the workspace without its ending (`"worker"`) and gives the bundled file, which
 * is in `node_modules`, from where external packages are found.
 */
export function bundlerOf({ workspace, build, external = [] }: BundlerOptions): (program: string) => Promise<string> {
  const here = fileURLToPath(workspace);
  const directory = join(here, "node_modules", ".bundles");
  return async (program) => {
    mkdirSync(directory, { recursive: true });
    const outfile = join(directory, `${program}-${process.pid}.mjs`);
    await build({
      entryPoints: [join(here, `${program}.ts`)],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      conditions: ["swarmgraph-source"],
      external,
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
      logLevel: "silent",
    });
    return outfile;
  };
}
