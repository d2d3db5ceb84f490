import { measurePairs } from "../measure.ts";
import { Skip } from "../skip.ts";
import { assertTurn } from "./assert-turn.ts";
import { loadFor } from "./load-for.ts";
import type { MeasureKind } from "./kind.ts";

/** How many times as long as other cells: per cent of a turn drown in what single runs differ by. */
const REPETITIONS = 20;

/** A turn with something beside its work, over the same turn without it, in one process. Costs are of the turn with it. */
export const measureSurcharge: MeasureKind = async (info, workload, { warmUpMs, measureMs }) => {
  const system = await loadFor(info, workload);
  const pair = await system.pair?.(workload);
  if (pair === undefined) throw new Skip("it has no such pair");
  for (const run of [pair.plain, pair.more]) await assertTurn(workload, pair, run);
  const effort = { warmUpMs: 4 * warmUpMs, measureMs: REPETITIONS * measureMs };
  const cost = await measurePairs([pair.plain, pair.more], effort);
  await pair.close?.();
  return { ...cost };
};
