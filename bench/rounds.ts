import type { Cell } from "./cells.ts";
import type { Metrics } from "./kinds/kind.ts";
import type { Effort } from "./measure.ts";
import { runCell } from "./processes.ts";
import { mainMetric, Results } from "./results.ts";
import type { CellResult } from "./results.ts";
import type { Kind } from "./workloads.ts";

/** How long and how often the cells are measured. */
export interface Plan {
  readonly rounds: number;
  readonly effortFor: (kind: Kind) => Effort;
  /** Milliseconds for one cell. */
  readonly timeoutMs: number;
  /** The Node.js that the cells run on. Default: this one. */
  readonly node?: string | undefined;
  /** Milliseconds for all: no cell is begun after them. */
  readonly budgetMs: number;
  /** The share of the budget that is left to cells which are measured once. */
  readonly shareOnce: number;
  readonly log: (line: string) => void;
}

/** The cells of a run. */
export interface Planned {
  /** Measured in every round, in turn. */
  readonly rounds: readonly Cell[];
  /** Measured once, after the first round, as far as there is time. */
  readonly once: readonly Cell[];
}

interface Running extends Cell {
  readonly rounds: Metrics[];
  outcome?: Pick<CellResult, "skipped" | "failed">;
}

/**
 * Measures the cells round by round. A cell that was skipped or failed is not tried again; one that ran out of its own time
 * keeps nothing. Where the budget is spent the last round remains unfinished: ratios are made of the rounds that both have.
 */
export async function runRounds(cells: Planned, plan: Plan): Promise<Results> {
  const inTurn = cells.rounds.map(running);
  const once = cells.once.map(running);
  const spent = stopwatch();
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const cell of inTurn) {
      if (cell.outcome !== undefined) continue;
      if (spent() < plan.budgetMs) await runOnce(cell, `${round}/${plan.rounds}`, plan);
      else if (round === 1) cell.outcome = NO_TIME;
    }
    const left = plan.budgetMs - spent();
    if (round === 1) await runAllOnce(once, plan, Math.min(left, plan.shareOnce * plan.budgetMs));
  }
  return new Results(
    [...inTurn, ...once].map(({ system, workload, rounds, outcome }) => ({
      system,
      workload: workload.id,
      rounds,
      ...outcome,
    })),
  );
}

const NO_TIME = { skipped: "there was no time for it" };

async function runAllOnce(cells: readonly Running[], plan: Plan, budgetMs: number): Promise<void> {
  const spent = stopwatch();
  for (const cell of cells) {
    if (spent() < budgetMs) await runOnce(cell, "once", plan);
    else cell.outcome = NO_TIME;
  }
}

function running(cell: Cell): Running {
  return { ...cell, rounds: [] };
}

/** Milliseconds since now. */
function stopwatch(): () => number {
  const begun = performance.now();
  return () => performance.now() - begun;
}

async function runOnce(cell: Running, round: string, { effortFor, timeoutMs, node, log }: Plan): Promise<void> {
  const { system, workload } = cell;
  const answer = await runCell({ system, workload, effort: effortFor(workload.kind) }, { timeoutMs, node });
  const place = `${round} ${workload.id} ${system}`;
  if ("metrics" in answer) {
    cell.rounds.push(answer.metrics);
    log(`${place}: ${answer.metrics[mainMetric(workload.id)]?.toPrecision(4)}`);
    return;
  }
  cell.outcome = answer;
  cell.rounds.length = 0;
  log("skipped" in answer ? `${place} skipped: ${answer.skipped}` : `${place} FAILED: ${answer.failed}`);
}
