import type { Effort } from "../measure.ts";
import type { SystemInfo } from "../systems/catalogue.ts";
import type { Workload } from "../workloads.ts";

/**
 * What a cell came to, by name. Times are microseconds of one turn unless the name says milliseconds:
 * `cpuMin`, `cpuMedian`, `wallMin`, `wallMedian`, `buildMs`, `heapBytes`, `bytesPerHop`, `turnsPerSecond`, `coldMs`,
 * `bytes`, `gzipBytes`.
 */
export type Metrics = Readonly<Record<string, number>>;

/** How a kind of workload is measured, in a process of its own. */
export type MeasureKind = (system: SystemInfo, workload: Workload, effort: Effort) => Promise<Metrics>;
