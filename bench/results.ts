import type { Metrics } from "./kinds/kind.ts";
import { median } from "./statistics.ts";
import type { Kind } from "./workloads.ts";

/** What one cell came to, round by round. */
export interface CellResult {
  readonly system: string;
  readonly workload: string;
  readonly rounds: readonly Metrics[];
  /** Why there is nothing, where there is nothing. */
  readonly skipped?: string;
  readonly failed?: string;
}

/** The metric that ratios are made of, for each kind: CPU time, and bytes for the bundle. */
const MAIN: Readonly<Record<Kind, string>> = {
  turn: "cpuMin",
  history: "cpuMin",
  checkpoint: "cpuMin",
  concurrent: "cpuMin",
  stream: "cpuMin",
  surcharge: "cpuMin",
  profile: "cpuMin",
  projection: "cpuMin",
  build: "buildMs",
  cold: "coldCpuMs",
  bundle: "bytes",
};

/** The main metric of a workload, by its id: `turn/h1` is of the kind `turn`. */
export function mainMetric(workload: string): string {
  return MAIN[workload.split("/")[0] as Kind];
}

/** Metrics that are the time of the fastest: of all samples of a process, or of the one thing that it does. */
const TIMES: ReadonlySet<string> = new Set(["cpuMin", "wallMin", "buildMs", "coldCpuMs"]);

/** All cells of a run. Figures are `undefined` where a cell was not measured. */
export class Results {
  readonly cells: readonly CellResult[];
  readonly #byKey: ReadonlyMap<string, CellResult>;

  constructor(cells: readonly CellResult[]) {
    this.cells = cells;
    this.#byKey = new Map(cells.map((cell) => [`${cell.system} ${cell.workload}`, cell]));
  }

  /** A metric of a cell in each round. Default: the main one. */
  rounds(system: string, workload: string, metric: string = mainMetric(workload)): number[] {
    const rounds = this.#byKey.get(`${system} ${workload}`)?.rounds ?? [];
    return rounds.map((metrics) => metrics[metric]).filter((value) => value !== undefined);
  }

  /** A metric over the rounds: of a time the least, since whatever else a machine does only adds to it; else the median. */
  value(system: string, workload: string, metric: string = mainMetric(workload)): number | undefined {
    const rounds = this.rounds(system, workload, metric);
    if (rounds.length === 0) return undefined;
    return TIMES.has(metric) ? Math.min(...rounds) : median(rounds);
  }

  /** How often `over` goes into `of`. */
  ratio(of: string, over: string, workload: string, metric?: string): number | undefined {
    const dividend = this.value(of, workload, metric);
    const divisor = this.value(over, workload, metric);
    return dividend === undefined || divisor === undefined ? undefined : dividend / divisor;
  }

  /** These cells in place of the same ones of an earlier run, whose others stay. */
  over(earlier: Results): Results {
    const keyOf = ({ system, workload }: CellResult) => `${system} ${workload}`;
    const open = new Map(this.cells.map((cell) => [keyOf(cell), cell]));
    const cells = earlier.cells.map((cell) => {
      const newer = open.get(keyOf(cell));
      open.delete(keyOf(cell));
      return newer ?? cell;
    });
    return new Results([...cells, ...open.values()]);
  }

  /** The systems that were measured on a workload. */
  systems(workload: string): string[] {
    return this.cells
      .filter((cell) => cell.workload === workload && cell.rounds.length > 0)
      .map(({ system }) => system);
  }

  /** The workloads that were measured on any system. */
  workloads(): string[] {
    return [...new Set(this.cells.filter(({ rounds }) => rounds.length > 0).map(({ workload }) => workload))];
  }
}
