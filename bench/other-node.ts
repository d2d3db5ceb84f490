import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { projectFile } from "./paths.ts";
import { Results } from "./results.ts";
import type { CellResult } from "./results.ts";

/** A run whose cells ran on another Node.js than that of the page. */
export interface OtherNode {
  /** The version, without the `v`. */
  readonly version: string;
  readonly date: string;
  readonly results: Results;
}

/** What is kept of one: a file for each major version. */
interface Kept {
  readonly version: string;
  readonly date: string;
  readonly cells: readonly CellResult[];
}

const FOLDER = "bench/nodes/";

/** Keeps a run, in place of an earlier one on the same major version. */
export function keepOtherNode({ version, date, results }: OtherNode): void {
  const kept: Kept = { version, date, cells: results.cells };
  mkdirSync(projectFile(FOLDER), { recursive: true });
  writeFileSync(projectFile(`${FOLDER}${majorOf(version)}.json`), `${JSON.stringify(kept, null, 2)}\n`);
}

/** The runs that are kept, but for those on the major version that is running. */
export function otherNodes(): OtherNode[] {
  if (!existsSync(projectFile(FOLDER))) return [];
  return readdirSync(projectFile(FOLDER))
    .map((file) => JSON.parse(readFileSync(projectFile(`${FOLDER}${file}`), "utf8")) as Kept)
    .filter(({ version }) => majorOf(version) !== majorOf(process.versions.node))
    .toSorted((one, other) => majorOf(one.version) - majorOf(other.version))
    .map(({ cells, ...run }) => ({ ...run, results: new Results(cells) }));
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
