import type { Cell } from "./cells.ts";
import type { Metrics } from "./kinds/kind.ts";
import type { Effort } from "./measure.ts";
import { runCell } from "./processes.ts";
import { mainMetric, Results } from "./results.ts";
import type { CellResult } from "./results.ts";

/** How long and how often the cells are measured. */
export interface Plan {
  readonly rounds: number;
  readonly effort: Effort;
  /** Milliseconds for one cell. */
  readonly timeoutMs: number;
  /** Milliseconds for all: no round is begun that would not end within them. */
  readonly budgetMs: number;
  readonly log: (line: string) => void;
}

interface Running extends Cell {
  readonly rounds: Metrics[];
  outcome?: Pick<CellResult, "skipped" | "failed">;
}

/**
 * Measures all cells round by round. A cell that was skipped or failed is not tried again; one that ran out of time
 * keeps nothing.
 */
export async function runRounds(cells: readonly Cell[], plan: Plan): Promise<Results> {
  const running: Running[] = cells.map((cell) => ({ ...cell, rounds: [] }));
  const begun = performance.now();
  let longest = 0;
  for (let round = 1; round <= plan.rounds; round += 1) {
    const roundBegun = performance.now();
    if (roundBegun - begun + longest > plan.budgetMs) {
      plan.log(`no time for round ${round} of ${plan.rounds}`);
      break;
    }
    for (const cell of running) if (cell.outcome === undefined) await runOnce(cell, round, plan);
    longest = Math.max(longest, performance.now() - roundBegun);
  }
  return new Results(
    running.map(({ system, workload, rounds, outcome }) => ({ system, workload: workload.id, rounds, ...outcome })),
  );
}

async function runOnce(cell: Running, round: number, { rounds, effort, timeoutMs, log }: Plan): Promise<void> {
  const { system, workload } = cell;
  const answer = await runCell({ system, workload, effort }, timeoutMs);
  const place = `${round}/${rounds} ${workload.id} ${system}`;
  if ("metrics" in answer) {
    cell.rounds.push(answer.metrics);
    log(`${place}: ${answer.metrics[mainMetric(workload.id)]?.toPrecision(4)}`);
    return;
  }
  cell.outcome = answer;
  cell.rounds.length = 0;
  log("skipped" in answer ? `${place} skipped: ${answer.skipped}` : `${place} FAILED: ${answer.failed}`);
}
