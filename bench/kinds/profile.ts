import { Session } from "node:inspector/promises";
import { profileCosts } from "../profile-costs.ts";
import { assertTurn } from "./assert-turn.ts";
import { loadFor } from "./load-for.ts";
import type { MeasureKind } from "./kind.ts";

/** Microseconds between two samples of the profiler. */
const INTERVAL = 250;

/** Turns are profiled for so many times as long as others are measured: a function that is a hundredth needs its samples. */
const REPETITIONS = 6;

/**
 * Whose code the CPU time of a hop is spent in, by V8's profiler. It runs from the start, since it sees what was inlined only
 * in code that was compiled under it; what it saw before the turns were warm is thrown away.
 */
export const measureProfile: MeasureKind = async (info, workload, { warmUpMs, measureMs }) => {
  const system = await loadFor(info, workload);
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: INTERVAL });
  await session.post("Profiler.start");
  const prepared = await system.prepare(workload);
  await assertTurn(workload, prepared, prepared.run);
  await turnsFor(3 * warmUpMs, prepared.run);
  const from = Number(process.hrtime.bigint() / 1_000n);
  const cpu = process.cpuUsage();
  const turns = await turnsFor(REPETITIONS * measureMs, prepared.run);
  const { user, system: kernel } = process.cpuUsage(cpu);
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  await prepared.close?.();
  const hops = turns * (workload.handoffs + 1);
  return { cpuMin: (user + kernel) / turns, ...profileCosts(profile, { from, hops, cpu: user + kernel }) };
};

/** Runs turns for so many milliseconds of CPU time. */
async function turnsFor(budgetMs: number, run: () => Promise<unknown>): Promise<number> {
  const cpu = process.cpuUsage();
  for (let turns = 1; ; turns += 1) {
    await run();
    const { user, system } = process.cpuUsage(cpu);
    if ((user + system) / 1_000 >= budgetMs) return turns;
  }
}
