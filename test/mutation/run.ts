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

/** An area, and what of it is mutated: all, or one file. */
interface Run {
  readonly area: Area;
  readonly file?: string;
}

/**
 * `pnpm mutation [folder | file …] [--page]`: runs Stryker for these folders or files of `src/`, or for all folders, and
 * writes the page anew. What was run of a file takes the place of what is kept of it; the others of its folder stay.
 */
function main(args: readonly string[]): number {
  const places = args.filter((arg) => !arg.startsWith("--"));
  const unknown = places.find((place) => runOf(place) === undefined);
  if (unknown !== undefined) {
    const known = AREAS.map(({ folder }) => folder).join(", ");
    process.stderr.write(`"${unknown}" is not mutated; name one of ${known}, or a file of one.\n`);
    return 2;
  }
  const wanted: readonly Run[] =
    places.length === 0 ? AREAS.map((area) => ({ area })) : places.flatMap((place) => runOf(place) ?? []);
  const failed = args.includes("--page") ? [] : wanted.filter((run) => !mutate(run));
  writeFileSync(PAGE, mutationPage(AREAS.map(lastRun)));
  for (const { area, file = area.files } of failed) process.stderr.write(`${file}: Stryker did not come to an end.\n`);
  return failed.length > 0 ? 1 : 0;
}

function runOf(place: string): Run | undefined {
  const whole = AREAS.find(({ folder }) => folder === place);
  if (whole !== undefined) return { area: whole };
  // The deeper folders are listed after those around them.
  const area = AREAS.findLast(({ folder }) => place.startsWith(`${folder}/`));
  const file = `src/${place}`;
  return area !== undefined && existsSync(join(ROOT, file)) ? { area, file } : undefined;
}

function mutate({ area, file }: Run): boolean {
  const folder = mkdtempSync(join(tmpdir(), "mutation-"));
  const base = JSON.parse(readFileSync(join(HERE, "stryker.config.json"), "utf8")) as Record<string, unknown>;
  const config = join(folder, "stryker.config.json");
  mkdirSync(REPORTS, { recursive: true });
  // Outside the repository: whatever looks for tests or sources there would find them twice.
  const fresh = join(folder, "report.json");
  const places = { tempDirName: join(folder, "sandbox"), jsonReporter: { fileName: fresh } };
  writeFileSync(config, JSON.stringify({ ...base, ...places, mutate: [file ?? area.files] }));
  try {
    const stryker = join(HERE, "node_modules/@stryker-mutator/core/bin/stryker.js");
    const env = {
      ...process.env,
      MUTATION_TESTS: area.tests.join(","),
      MUTATION_ORIGIN: ROOT.replace(/\/$/, ""),
    };
    if (spawnSync(process.execPath, [stryker, "run", config], { cwd: ROOT, env, stdio: "inherit" }).status !== 0) {
      return false;
    }
    const kept = file === undefined || !existsSync(reportOf(area)) ? { files: {} } : readReport(reportOf(area));
    const files = { ...kept.files, ...readReport(fresh).files };
    writeFileSync(reportOf(area), JSON.stringify({ files } satisfies MutationReport));
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lastRun(area: Area): AreaRun {
  const file = reportOf(area);
  const fileCount = countFiles(area);
  if (!existsSync(file)) return { area, report: undefined, fileCount, date: undefined };
  return { area, report: readReport(file), fileCount, date: statSync(file).mtime.toISOString().slice(0, 10) };
}

function readReport(file: string): MutationReport {
  return JSON.parse(readFileSync(file, "utf8")) as MutationReport;
}

function countFiles({ folder, files }: Area): number {
  const names = readdirSync(join(ROOT, "src", folder), { recursive: files.includes("**"), encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts")).length;
}

function reportOf({ folder }: Area): string {
  return join(REPORTS, `${folder.replaceAll("/", "-")}.json`);
}

process.exitCode = main(process.argv.slice(2));
