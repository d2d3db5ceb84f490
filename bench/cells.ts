import { catalogue } from "./systems/catalogue.ts";
import type { Workload } from "./workloads.ts";

/** One system on one workload: what a process measures. */
export interface Cell {
  readonly system: string;
  readonly workload: Workload;
}

/** The cells of some workloads. The systems of a workload stand together, so that they run at nearly the same time. */
export function cellsOf(workloads: readonly Workload[]): Cell[] {
  return workloads.flatMap((workload) =>
    Object.entries(catalogue)
      .filter(([, { kinds }]) => kinds.includes(workload.kind))
      .filter(([id]) => (workload.only?.includes(id) ?? true) && workload.except?.includes(id) !== true)
      .map(([system]) => ({ system, workload })),
  );
}
