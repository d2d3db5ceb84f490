import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AREAS } from "./areas.ts";
import type { Area } from "./areas.ts";
import { mutationPage } from "./page.ts";
import type { AreaRun } from "./page.ts";
import type { MutationReport } from "./report.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HERE = join(ROOT, "test/mutation");
const REPORTS = join(ROOT, "node_modules/.cache/mutation");
const PAGE = join(ROOT, "docs/mutation.md");

/** `pnpm mutation [folder …] [--page]`: runs Stryker for these folders of `src/`, or all, and writes the page anew. */
function main(args: readonly string[]): number {
  const folders = args.filter((arg) => !arg.startsWith("--"));
  const unknown = folders.find((folder) => !AREAS.some((area) => area.folder === folder));
  if (unknown !== undefined) {
    const known = AREAS.map(({ folder }) => folder).join(", ");
    process.stderr.write(`"${unknown}" is not mutated; name one of ${known}.\n`);
    return 2;
  }
  const wanted = AREAS.filter(({ folder }) => folders.length === 0 || folders.includes(folder));
  const failed = args.includes("--page") ? [] : wanted.filter((area) => !runArea(area));
  writeFileSync(PAGE, mutationPage(AREAS.map(lastRun)));
  for (const { folder } of failed) process.stderr.write(`src/${folder}: Stryker did not come to an end.\n`);
  return failed.length > 0 ? 1 : 0;
}

function runArea(area: Area): boolean {
  const folder = mkdtempSync(join(tmpdir(), "mutation-"));
  const base = JSON.parse(readFileSync(join(HERE, "stryker.config.json"), "utf8")) as Record<string, unknown>;
  const config = join(folder, "stryker.config.json");
  mkdirSync(REPORTS, { recursive: true });
  // Outside the repository: whatever looks for tests or sources there would find them twice.
  const places = { tempDirName: join(folder, "sandbox"), jsonReporter: { fileName: reportOf(area) } };
  writeFileSync(config, JSON.stringify({ ...base, ...places, mutate: [area.files] }));
  try {
    const stryker = join(HERE, "node_modules/@stryker-mutator/core/bin/stryker.js");
    const env = { ...process.env, MUTATION_TESTS: area.tests.join(",") };
    return spawnSync(process.execPath, [stryker, "run", config], { cwd: ROOT, env, stdio: "inherit" }).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lastRun(area: Area): AreaRun {
  const file = reportOf(area);
  const fileCount = countFiles(area);
  if (!existsSync(file)) return { area, report: undefined, fileCount, date: undefined };
  const report = JSON.parse(readFileSync(file, "utf8")) as MutationReport;
  return { area, report, fileCount, date: statSync(file).mtime.toISOString().slice(0, 10) };
}

function countFiles({ folder, files }: Area): number {
  const names = readdirSync(join(ROOT, "src", folder), { recursive: files.includes("**"), encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts")).length;
}

function reportOf({ folder }: Area): string {
  return join(REPORTS, `${folder.replaceAll("/", "-")}.json`);
}

process.exitCode = main(process.argv.slice(2));
