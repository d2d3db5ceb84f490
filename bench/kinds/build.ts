import { heapInUse } from "../measure.ts";
import { workload as workloadOf } from "../workloads.ts";
import { assertTurn } from "./assert-turn.ts";
import { loadFor } from "./load-for.ts";
import type { MeasureKind } from "./kind.ts";

/** Making a swarm once, in a process that has made a small one: milliseconds of CPU time, and what it holds in memory. */
export const measureBuild: MeasureKind = async (info, workload) => {
  const system = await loadFor(info, workload);
  const build = system.build ?? system.prepare;
  const small = workloadOf("build/warm", "build", { topology: workload.topology });
  const prepared = await system.prepare(small);
  await assertTurn(small, prepared, prepared.run);
  await build(small);
  const before = heapInUse();
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const built = await build(workload);
  const wallMs = performance.now() - begun;
  const used = process.cpuUsage(cpu);
  const heapBytes = heapInUse() - before;
  // What was built must still be there when the heap is looked at.
  if (built === undefined) throw new Error("nothing was built");
  return { buildMs: (used.user + used.system) / 1_000, wallMs, heapBytes };
};
