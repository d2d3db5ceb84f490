import type { Results } from "./results.ts";
import { OURS, STEPPED } from "./systems/catalogue.ts";

/** Ratios by workload and pair: `ratios["turn/h1"]["openai-agents / ours"]` is how much more the other one costs. */
export type Ratios = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What `baseline.json` holds. */
export interface Baseline {
  readonly date: string;
  readonly ratios: Ratios;
}

/** A ratio that got worse. */
export interface Regression {
  readonly workload: string;
  readonly pair: string;
  readonly before: number;
  readonly now: number;
}

/** The share of a ratio that may be lost before it counts as a regression: runs differ by less. */
const TOLERANCE = 0.15;

/** Every system's cost in ours, and in ours stepped, of the same round. Over 1: ours costs less. */
export function ratiosOf(results: Results): Ratios {
  return Object.fromEntries(
    results.workloads().map((workload) => {
      const pairs = results
        .systems(workload)
        .flatMap((system) => [OURS, STEPPED].filter((own) => own !== system).map((own) => [system, own] as const))
        .flatMap(([system, own]) => {
          const ratio = results.ratio(system, own, workload);
          return ratio === undefined ? [] : [[`${system} / ${own}`, Number(ratio.toPrecision(4))] as const];
        });
      return [workload, Object.fromEntries(pairs)];
    }),
  );
}

/** The ratios that got worse by more than the tolerance. What only one of the two has is not compared. */
export function regressionsOf(now: Ratios, before: Ratios): Regression[] {
  return Object.entries(now).flatMap(([workload, pairs]) =>
    Object.entries(pairs)
      .map(([pair, ratio]) => ({ workload, pair, before: before[workload]?.[pair], now: ratio }))
      .filter((each): each is Regression => each.before !== undefined && each.now < each.before * (1 - TOLERANCE))
      // Ours against itself at another speed is no ratio that can get better or worse.
      .filter(({ pair }) => ![`${OURS} / ${STEPPED}`, `${STEPPED} / ${OURS}`].includes(pair)),
  );
}

/** A baseline with what a run measured; what the run left out stays. */
export function updatedBaseline(before: Baseline | undefined, { date, ratios }: Baseline): Baseline {
  return { date, ratios: { ...before?.ratios, ...ratios } };
}
