import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { projectFile } from "./paths.ts";
import { Results } from "./results.ts";
import type { CellResult } from "./results.ts";

/** What cells came to on one version of Node.js. */
export interface KeptRun {
  /** The version, without the `v`. */
  readonly version: string;
  /** Of the newest cell. */
  readonly date: string;
  readonly results: Results;
}

/** A file for each major version. */
interface File {
  readonly version: string;
  readonly date: string;
  readonly cells: readonly CellResult[];
}

const FOLDER = "bench/nodes/";

/** Keeps a run, in place of what was kept of the same major version. */
export function keep({ version, date, results }: KeptRun): void {
  const file: File = { version, date, cells: results.cells };
  mkdirSync(projectFile(FOLDER), { recursive: true });
  writeFileSync(projectFile(`${FOLDER}${majorOf(version)}.json`), `${JSON.stringify(file, null, 2)}\n`);
}

/** All that is kept, by the version. */
export function keptRuns(): KeptRun[] {
  if (!existsSync(projectFile(FOLDER))) return [];
  return readdirSync(projectFile(FOLDER))
    .map((file) => JSON.parse(readFileSync(projectFile(`${FOLDER}${file}`), "utf8")) as File)
    .toSorted((one, other) => majorOf(one.version) - majorOf(other.version))
    .map(({ cells, ...run }) => ({ ...run, results: new Results(cells) }));
}

/** Whether two are of the same major version. */
export function isAlike(one: string, other: string): boolean {
  return majorOf(one) === majorOf(other);
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
