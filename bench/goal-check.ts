import type { Goal, Measure } from "./goals.ts";
import type { Results } from "./results.ts";
import { exponent, median, slope } from "./statistics.ts";

/** What became of a goal in a run. */
export interface GoalCheck {
  readonly goal: Goal;
  /** Absent where the run did not measure it. */
  readonly value: number | undefined;
  readonly verdict: "met" | "missed" | "not measured";
  /** What the goal's floor comes to, where that misses the bound too. */
  readonly floor: number | undefined;
}

export function checkGoal(goal: Goal, results: Results): GoalCheck {
  const value = valueOf(goal.measure, results);
  const least = goal.floor && valueOf(goal.floor.measure, results);
  const floor = least === undefined || isMet(goal, least) ? undefined : least;
  if (value === undefined) return { goal, value, verdict: "not measured", floor };
  return { goal, value, verdict: isMet(goal, value) ? "met" : "missed", floor };
}

function isMet({ is, bound }: Goal, value: number): boolean {
  return is === "at least" ? value >= bound : value <= bound;
}

/** Model calls in a turn of the history's workloads, whose turns have ten handoffs. */
const CALLS = 11;

function valueOf(measure: Measure, results: Results): number | undefined {
  switch (measure.kind) {
    case "ratio":
      return results.ratio(measure.of, measure.over, measure.workload);
    case "metric": {
      const value = results.value(measure.system, measure.workload, measure.metric);
      return value === undefined ? undefined : value * measure.scale;
    }
    case "slopes":
      return byRound([hops(results, measure.of), hops(results, measure.over)], ([of, over]) => of / over);
    case "exponent": {
      const costs = [10, 50].map((handoffs) => results.rounds(measure.system, `turn/h${handoffs}`));
      return byRound(costs, ([ten, fifty]) => exponent([10, ten], [50, fifty]));
    }
    case "per-message": {
      const costs = [0, 10_000].map((history) => results.rounds(measure.system, `history/n${history}`));
      return byRound(costs, ([none, many]) => slope([0, none], [10_000 * CALLS, many]));
    }
    case "surcharge":
      return results.value(measure.system, measure.workload, "surcharge");
  }
}

/** Microseconds of one more handoff, in each round. */
function hops(results: Results, system: string): number[] {
  const one = results.rounds(system, "turn/h1");
  const fifty = results.rounds(system, "turn/h50");
  return one.slice(0, fifty.length).map((cost, round) => slope([1, cost], [50, fifty[round] as number]));
}

/** The median of what each round's pair of figures comes to. */
function byRound(pairs: readonly number[][], combine: (pair: [number, number]) => number): number | undefined {
  const [left = [], right = []] = pairs;
  const values = left.slice(0, right.length).map((value, round) => combine([value, right[round] as number]));
  return values.length === 0 ? undefined : median(values);
}
