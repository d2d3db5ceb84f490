import type { Effort } from "../measure.ts";
import type { SystemInfo } from "../systems/catalogue.ts";
import type { Workload } from "../workloads.ts";

/**
 * What a cell came to, by name. Times are microseconds of one turn unless the name says milliseconds:
 * `cpuMin`, `cpuMedian`, `wallMin`, `wallMedian`, `buildMs`, `heapBytes`, `bytesPerHop`, `turnsPerSecond`, `coldMs`,
 * `bytes`, `gzipBytes`, `cpuMsPerHop`, `wallMsPerHop`; shares of a surcharge as `surcharge`, `low`, `high`; microseconds of a
 * hop by whose code they were spent in as `of <owner>`, and by function as `in <function>`.
 */
export type Metrics = Readonly<Record<string, number>>;

/** How a kind of workload is measured, in a process of its own. */
export type MeasureKind = (system: SystemInfo, workload: Workload, effort: Effort) => Promise<Metrics>;
