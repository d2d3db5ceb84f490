import { assertTurn } from "./assert-turn.ts";
import { loadFor } from "./load-for.ts";
import type { MeasureKind } from "./kind.ts";

/** From the import to the first answer, in a process that has loaded nothing. */
export const measureCold: MeasureKind = async (info, workload) => {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const system = await loadFor(info, workload);
  const prepared = await system.prepare(workload);
  await assertTurn(workload, prepared, prepared.run);
  const coldMs = performance.now() - begun;
  const used = process.cpuUsage(cpu);
  await prepared.close?.();
  return { coldMs, coldCpuMs: (used.user + used.system) / 1_000 };
};
