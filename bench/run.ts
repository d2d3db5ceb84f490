import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { ratiosOf, regressionsOf, updatedBaseline } from "./baseline.ts";
import type { Baseline } from "./baseline.ts";
import { cellsOf } from "./cells.ts";
import { checkGoal } from "./goal-check.ts";
import { goals } from "./goals.ts";
import { describeMachine, versionsOf } from "./machine.ts";
import { parseOptions, USAGE } from "./options.ts";
import type { Options } from "./options.ts";
import { projectFile } from "./paths.ts";
import { buildAll } from "./processes.ts";
import { performancePage } from "./report/page.ts";
import type { Report } from "./report/page.ts";
import { plotsOf } from "./report/plots.ts";
import { printReport } from "./report/print.ts";
import { runRounds } from "./rounds.ts";
import { quickWorkloads, workloads } from "./workloads.ts";

const BASELINE = projectFile("bench/baseline.json");

const EFFORT = {
  quick: { effort: { warmUpMs: 150, measureMs: 150 }, timeoutMs: 30_000, budgetMs: 168_000 },
  full: {
    effort: { warmUpMs: 500, measureMs: 1_000 },
    timeoutMs: 120_000,
    budgetMs: Number.POSITIVE_INFINITY,
  },
};

const log = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(options: Options): Promise<void> {
  await buildAll(log);
  const mode = options.quick ? "quick" : "full";
  const chosen = (options.quick ? quickWorkloads : workloads).filter(({ id }) => id.startsWith(options.only));
  const results = await runRounds(cellsOf(chosen), { ...EFFORT[mode], rounds: options.rounds, log });
  const date = new Date().toISOString().slice(0, 10);
  const ratios = ratiosOf(results);
  const baseline = readBaseline();
  const report: Report = {
    results,
    goals: goals.map((goal) => checkGoal(goal, results)),
    regressions: regressionsOf(ratios, baseline?.ratios ?? {}),
    plots: plotsOf(results),
    machine: describeMachine(),
    date,
    mode,
    rounds: Math.max(0, ...results.cells.map(({ rounds }) => rounds.length)),
    versions: versionsOf(),
  };
  if (options.write) writePage(report);
  if (options.updateBaseline) {
    writeFileSync(BASELINE, `${JSON.stringify(updatedBaseline(baseline, { date, ratios }), null, 2)}\n`);
  }
  const {
    plots: _,
    results: { cells },
    ...rest
  } = report;
  process.stdout.write(options.json ? `${JSON.stringify({ ...rest, ratios, cells }, null, 2)}\n` : printReport(report));
  if (cells.some(({ failed }) => failed !== undefined)) process.exitCode = 1;
}

function readBaseline(): Baseline | undefined {
  return existsSync(BASELINE) ? (JSON.parse(readFileSync(BASELINE, "utf8")) as Baseline) : undefined;
}

function writePage(report: Report): void {
  mkdirSync(projectFile("docs/performance/"), { recursive: true });
  for (const { file, svg } of report.plots) writeFileSync(projectFile(`docs/performance/${file}`), svg);
  writeFileSync(projectFile("docs/performance.md"), performancePage(report));
}

try {
  await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  log(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}
