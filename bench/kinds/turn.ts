import { measure } from "../measure.ts";
import { expectedOf } from "../systems/script.ts";
import { assertTurn } from "./assert-turn.ts";
import { loadFor } from "./load-for.ts";
import type { MeasureKind } from "./kind.ts";

/** One turn after the other, each a new conversation: the main table, histories and streams. */
export const measureTurn: MeasureKind = async (info, workload, effort) => {
  const system = await loadFor(info, workload);
  const prepared = await system.prepare(workload);
  await assertTurn(workload, prepared, prepared.run);
  const cost = await measure(prepared.run, effort);
  await prepared.close?.();
  return { ...cost };
};

/** Many turns at once, each of them found right before. Costs are of one turn. */
export const measureConcurrent: MeasureKind = async (info, workload, effort) => {
  const system = await loadFor(info, workload);
  const prepared = await system.prepare(workload);
  await assertTurn(workload, prepared, prepared.run);
  const all = () => Promise.all(Array.from({ length: workload.runs }, () => prepared.run()));
  const { text } = expectedOf(workload);
  const wrong = (await all()).filter((turn) => turn.handoffs !== workload.handoffs || turn.text !== text);
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${workload.runs} runs at once came to something else`);
  const cost = await measure(all, effort, workload.runs);
  await prepared.close?.();
  return { ...cost, turnsPerSecond: 1_000_000 / cost.wallMin };
};
