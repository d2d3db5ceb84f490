import type { Measured } from "./order.ts";
import type { Counters } from "./postgres.ts";

/** What one model call more costs, and what a turn costs beside its calls. */
export interface Cost {
  readonly perTurn: number;
  readonly perCall: number;
}

/** What a server beside the workers does for a run, by what is counted; 0 where that is not known. */
export type ServerCosts = Readonly<Record<keyof Counters, Cost>>;

/** A whole run, as `bench/scale.json` keeps it. */
export interface ScaleRun {
  /** E.g. `2026-11-21`. */
  readonly date: string;
  readonly machine: string;
  /** What else the machine had to do, where that was much. */
  readonly load?: string | undefined;
  readonly versions: Readonly<Record<string, string>>;
  /** How the rounds are to be read. */
  readonly note: string;
  /** Figures of each round, by cell. */
  readonly rounds: readonly Readonly<Record<string, Measured>>[];
  /** Why a cell has no figures, by cell. */
  readonly skipped: Readonly<Record<string, string>>;
  /** By backend. */
  readonly counts: Readonly<Record<string, ServerCosts>>;
}

/** The figures of workers that ran side by side as those of one: rates add up, costs of a run are their mean. */
export function together(workers: readonly Measured[]): Measured {
  const [first = {}] = workers;
  if (first["runsPerSecond"] === undefined) return first;
  const sum = (name: string) => workers.reduce((all, worker) => all + (worker[name] ?? 0), 0);
  const runs = sum("runs");
  const cpu = workers.reduce((all, { runs: own = 0, cpuMsPerRun = 0 }) => all + own * cpuMsPerRun, 0);
  return { runs, runsPerSecond: sum("runsPerSecond"), cpuMsPerRun: runs === 0 ? 0 : cpu / runs };
}

/** A run with the rounds of a later one on the same machine beside its own; what was counted anew counts. */
export function added(before: ScaleRun, after: ScaleRun): ScaleRun {
  const rounds = [...before.rounds, ...after.rounds];
  const skipped = Object.entries({ ...before.skipped, ...after.skipped });
  return {
    ...after,
    load: after.load ?? before.load,
    rounds,
    skipped: Object.fromEntries(skipped.filter(([cell]) => rounds.every((round) => round[cell] === undefined))),
    counts: { ...before.counts, ...after.counts },
  };
}

/** The values of a metric of a cell, round by round; rounds without it are left out. */
export function valuesOf({ rounds }: ScaleRun, cell: string, metric: string): readonly number[] {
  return rounds.flatMap((round) => round[cell]?.[metric] ?? []);
}

/** How often one cell's metric holds another's, in each round that has both. */
export function ratiosOf(
  { rounds }: ScaleRun,
  metric: string,
  [cell, base]: readonly [string, string],
): readonly number[] {
  return rounds.flatMap((round) => {
    const [value, by] = [round[cell]?.[metric], round[base]?.[metric]];
    return value === undefined || by === undefined || by === 0 ? [] : [value / by];
  });
}

/**
 * Costs from three counts: of the same number of short runs twice, of which the first had fewer, and of as many longer ones.
 * What is there whether or not there are runs, such as opening the database, falls out.
 */
export function costFrom(
  { few, many, long }: { readonly few: number; readonly many: number; readonly long: number },
  {
    runs,
    calls,
    more,
  }: { readonly runs: readonly [few: number, many: number]; readonly calls: number; readonly more: number },
): Cost {
  const perCall = Math.max(0, (long - many) / runs[1] / more);
  const perShort = Math.max(0, (many - few) / (runs[1] - runs[0]));
  return { perCall, perTurn: Math.max(0, perShort - calls * perCall) };
}
