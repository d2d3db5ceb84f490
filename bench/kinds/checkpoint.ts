import { measureOnce } from "../measure.ts";
import { Skip } from "../skip.ts";
import { assertTurn } from "./assert-turn.ts";
import { loadFor } from "./load-for.ts";
import type { MeasureKind } from "./kind.ts";

/** Threads that a turn is played on, each once: a turn on a thread makes it longer. */
const threadsFor = (history: number): number => (history >= 10_000 ? 4 : 16);

/** Turns on threads that hold the history: what a hop costs with a saver, and what the saver is given to write. */
export const measureCheckpoint: MeasureKind = async (info, workload) => {
  const system = await loadFor(info, workload);
  const prepared = await system.prepare(workload);
  const count = threadsFor(workload.history);
  const turns = await prepared.threads?.(count);
  const [first, ...others] = turns ?? [];
  if (first === undefined || prepared.written === undefined) throw new Skip("it has no saver");
  await assertTurn(workload, prepared, first);
  const before = prepared.written();
  const cost = await measureOnce(others);
  const bytes = prepared.written() - before;
  await prepared.close?.();
  return {
    ...cost,
    bytesPerHop: bytes / others.length / workload.handoffs,
    cpuMsPerHop: cost.cpuMin / workload.handoffs / 1_000,
    wallMsPerHop: cost.wallMin / workload.handoffs / 1_000,
  };
};
