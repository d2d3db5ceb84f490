import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { ratiosOf, regressionsOf, updatedBaseline } from "./baseline.ts";
import type { Baseline } from "./baseline.ts";
import { cellsOf } from "./cells.ts";
import { checkGoal } from "./goal-check.ts";
import { goals } from "./goals.ts";
import { describeLoad, describeMachine, versionOf, versionsOf } from "./machine.ts";
import { parseOptions, USAGE } from "./options.ts";
import type { Options } from "./options.ts";
import { projectFile } from "./paths.ts";
import { buildAll } from "./processes.ts";
import { isAlike, keep, keptRuns } from "./kept.ts";
import type { Effort } from "./measure.ts";
import { openPostgres } from "./postgres.ts";
import { performancePage } from "./report/page.ts";
import type { Report } from "./report/page.ts";
import { plotsOf } from "./report/plots.ts";
import { printReport } from "./report/print.ts";
import { runRounds } from "./rounds.ts";
import { quickOnce, quickWorkloads, workloads } from "./workloads.ts";
import type { Kind, Workload } from "./workloads.ts";

const BASELINE = projectFile("bench/baseline.json");

/** Turns are measured as a server has them, which has run for a while: V8 takes seconds to compile what they pass through. */
const WARM: Effort = { warmUpMs: 2_000, warmUpTurns: 100, measureMs: 1_000 };

/** The kinds whose turns are measured so: one after the other, each a new conversation. */
const IN_A_SERVER: ReadonlySet<Kind> = new Set(["turn", "history"]);

const EFFORT = {
  quick: { effortFor: (): Effort => ({ warmUpMs: 150, measureMs: 150 }), timeoutMs: 30_000 },
  full: {
    effortFor: (kind: Kind): Effort => (IN_A_SERVER.has(kind) ? WARM : { warmUpMs: 500, measureMs: 1_000 }),
    timeoutMs: 120_000,
  },
};

/** What a quick run's surcharges, profiles and savers may take of its time: the ratios of the turns come first. */
const SHARE_ONCE = 0.4;

const log = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(options: Options): Promise<void> {
  const load = describeLoad();
  const version = versionOf(options.node ?? process.execPath);
  const kept = keptRuns();
  const before = kept.find((run) => isAlike(run.version, version));
  const isPart = options.only !== "";
  // Of what is measured in a hurry nothing is kept.
  const isKept = !options.quick && (options.write || options.node !== undefined);
  if (isPart && isKept && options.node === undefined && before === undefined) {
    throw new RangeError(
      `--only with --write puts cells in place of those of a full run, and bench/nodes holds none of Node ${version}: run pnpm bench without --only first`,
    );
  }
  await buildAll(log);
  const mode = options.quick ? "quick" : "full";
  const [everyRound, once] = options.quick ? [quickWorkloads, quickOnce] : [workloads, []];
  const chosen = (all: readonly Workload[]) => all.filter(({ id }) => id.startsWith(options.only));
  const planned = { rounds: cellsOf(chosen(everyRound)), once: cellsOf(chosen(once)) };
  const close = await openPostgres([...planned.rounds, ...planned.once], log);
  const measured = await runRounds(planned, {
    ...EFFORT[mode],
    // The clock runs since the process began: building is part of what a run lasts.
    budgetMs: 60_000 * options.minutes - performance.now(),
    shareOnce: SHARE_ONCE,
    rounds: options.rounds,
    node: options.node,
    log,
  }).finally(close);
  const date = new Date().toISOString().slice(0, 10);
  const results = isPart && isKept && before !== undefined ? measured.over(before.results) : measured;
  const ratios = ratiosOf(results);
  const baseline = readBaseline();
  const report: Report = {
    results,
    goals: goals.map((goal) => checkGoal(goal, results)),
    regressions: regressionsOf(ratios, baseline?.ratios ?? {}),
    plots: plotsOf(results),
    machine: describeMachine(version),
    load,
    date,
    mode,
    rounds: Math.max(0, ...results.cells.map(({ rounds }) => rounds.length)),
    versions: versionsOf(),
    otherNodes: kept.filter((run) => !isAlike(run.version, version)),
  };
  const hasFailed = measured.cells.some(({ failed }) => failed !== undefined);
  if (hasFailed) {
    process.exitCode = 1;
    log("Cells failed: neither the page nor the baseline is written.");
  } else {
    if (isKept) keep({ version, date, results });
    if (options.write && options.node === undefined) writePage(report);
    if (options.updateBaseline && options.node === undefined) {
      writeFileSync(BASELINE, `${JSON.stringify(updatedBaseline(baseline, { date, ratios }), null, 2)}\n`);
    }
  }
  const {
    plots: _,
    otherNodes: __,
    results: { cells },
    ...rest
  } = report;
  process.stdout.write(options.json ? `${JSON.stringify({ ...rest, ratios, cells }, null, 2)}\n` : printReport(report));
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
