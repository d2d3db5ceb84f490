import { markdownTable } from "../../docs/wire/markdown-table.ts";
import { FEW_RUNS } from "./areas.ts";
import type { Area } from "./areas.ts";
import { EQUIVALENT } from "./equivalent.ts";
import type { Equivalent } from "./equivalent.ts";
import { onOneLine, originalOf, score, sourcesOf, tally } from "./report.ts";
import type { MutationReport, Tally } from "./report.ts";

/** An area and its last run. */
export interface AreaRun {
  readonly area: Area;
  /** `undefined` where the area has not been run. */
  readonly report: MutationReport | undefined;
  /** How many files the area has: a run may have been of some. */
  readonly fileCount: number;
  /** `2026-01-31`. */
  readonly date: string | undefined;
}

/** The page about the last runs, by area. */
export function mutationPage(runs: readonly AreaRun[]): string {
  const reports = runs.flatMap(({ report }) => (report === undefined ? [] : [report]));
  const all = reports.flatMap(({ files }) => Object.values(files).flatMap(({ mutants }) => mutants));
  return `# What the tests notice

<!-- Written by \`pnpm mutation\` from Stryker's reports; not edited by hand. -->

Stryker changes the code in one place at a time; a test has to fail. The score is the share of these mutants that were found, of all that could be run: killed by a failing test, or timed out, since the change made the code loop. What no test reached and what changes nothing at all counts against it. Properties run ${FEW_RUNS} cases at most here, and only the tests named are run: the whole suite finds no fewer.

${markdownTable([["Folder", "Tests", "Files", ...COLUMNS, "Run on", "Sources, as SHA-256"], ...runs.map(areaRow), ["All that was run", "", "", ...cells(tally(all)), "", ""]])}

## By file

${markdownTable([["File", ...COLUMNS], ...reports.flatMap(fileRows)])}

## Survivors that change nothing

Each was read; no test can tell it from the code. The others are not told apart yet.

${markdownTable([["File", "Code", "Mutant", "Why"], ...reports.flatMap(equivalentRows)])}
`;
}

const COLUMNS = ["Mutants", "Killed", "Timed out", "Survived", "Not reached", "Score"];

function areaRow({ area, report, fileCount, date = "" }: AreaRun): string[] {
  const tests = area.tests.map((place) => `\`test/${place}\``).join(", ");
  const ran = Object.keys(report?.files ?? {}).length;
  const head = [`\`src/${area.folder}\``, tests, `${ran} of ${fileCount}`];
  if (report === undefined) return [...head, ...COLUMNS.map(() => ""), "not run", ""];
  const mutants = Object.values(report.files).flatMap((file) => file.mutants);
  return [...head, ...cells(tally(mutants)), date, `\`${sourcesOf(report)}\``];
}

function fileRows({ files }: MutationReport): string[][] {
  return Object.entries(files)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([file, { mutants }]) => [`\`${file}\``, ...cells(tally(mutants))]);
}

function cells(counts: Tally): string[] {
  const { mutants, killed, timedOut, survived, notCovered } = counts;
  return [...[mutants, killed, timedOut, survived, notCovered].map(String), `${score(counts)} %`];
}

function equivalentRows({ files }: MutationReport): string[][] {
  const rows = Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.flatMap((mutant) => {
      if (mutant.status !== "Survived") return [];
      const original = originalOf(source, mutant);
      const replacement = onOneLine(mutant.replacement ?? "");
      const known = EQUIVALENT.find((entry) => isSame(entry, { file, original, replacement }));
      return known
        ? [[`\`${file}:${mutant.location.start.line}\``, code(original), code(replacement), known.reason]]
        : [];
    }),
  );
  return rows.toSorted(([one = ""], [other = ""]) => one.localeCompare(other, "en", { numeric: true }));
}

function isSame(entry: Equivalent, mutant: Omit<Equivalent, "reason">): boolean {
  return entry.file === mutant.file && entry.original === mutant.original && entry.replacement === mutant.replacement;
}

function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}
