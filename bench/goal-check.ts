import type { Goal, Measure } from "./goals.ts";
import type { Results } from "./results.ts";
import { exponent, slope } from "./statistics.ts";

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
    case "slopes": {
      const [of, over] = [hop(results, measure.of), hop(results, measure.over)];
      return of === undefined || over === undefined ? undefined : of / over;
    }
    case "exponent":
      return between(results, measure.system, ["turn/h10", "turn/h50"], (ten, fifty) => {
        return exponent([10, ten], [50, fifty]);
      });
    case "per-message":
      return between(results, measure.system, ["history/n0", "history/n10000"], (none, many) => {
        return slope([0, none], [10_000 * CALLS, many]);
      });
    case "surcharge":
      return results.value(measure.system, measure.workload, "surcharge");
  }
}

/** Microseconds of one more handoff. */
function hop(results: Results, system: string): number | undefined {
  return between(results, system, ["turn/h1", "turn/h50"], (one, fifty) => slope([1, one], [50, fifty]));
}

/** What two workloads of a system come to together. */
function between(
  results: Results,
  system: string,
  [small, large]: readonly [string, string],
  combine: (small: number, large: number) => number,
): number | undefined {
  const [one, other] = [results.value(system, small), results.value(system, large)];
  return one === undefined || other === undefined ? undefined : combine(one, other);
}
