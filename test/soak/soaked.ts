import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Soak } from "./measure.ts";

const run = promisify(execFile);
const root = new URL("../..", import.meta.url);

/** What a soak came to, and what it found to leak. */
export type SoakReport = Soak & { readonly leaks: readonly string[] };

/** A soak in a process of its own, in which nothing else has timers or listeners, and whose garbage can be collected. */
export async function soaked(runs: number, maxSlope: number): Promise<SoakReport> {
  const flags = ["--expose-gc", "--conditions=swarmgraph-source", "--import", "tsx"];
  const args = ["test/soak/soak.ts", "--runs", `${runs}`, "--max-slope", `${maxSlope}`, "--json"];
  // Exit code 1 says that there are leaks, which the report names.
  const { stdout } = await run(process.execPath, [...flags, ...args], { cwd: root }).catch(
    (error: { readonly code?: unknown; readonly stdout: string }) => {
      if (error.code === 1 && error.stdout !== "") return error;
      throw error;
    },
  );
  return JSON.parse(stdout) as SoakReport;
}
