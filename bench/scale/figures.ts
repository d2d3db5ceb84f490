import { median } from "../statistics.ts";
import { SHORT } from "./cells.ts";
import type { Figures } from "./needs.ts";
import { valuesOf } from "./scale-run.ts";
import type { Cost, ScaleRun } from "./scale-run.ts";

const NOTHING: Cost = { perTurn: 0, perCall: 0 };
const UNKNOWN = { transactions: NOTHING, walBytes: NOTHING, storedBytes: NOTHING, cpuMs: NOTHING };

/** What a run measured of a backend, as `needs` takes it; nothing where the backend was not run. */
export function figuresOf(run: ScaleRun, backend: string): Figures | undefined {
  const turns = valuesOf(run, `step/${backend}`, "turnCpuMs");
  const steps = valuesOf(run, `step/${backend}`, "stepCpuMs");
  if (turns.length === 0 || steps.length === 0) return undefined;
  const perCall = Math.max(0, median(steps));
  const perTurn = Math.max(0, median(turns) - (SHORT + 1) * perCall);
  return { workerCpuMs: { perTurn, perCall }, server: run.counts[backend] ?? UNKNOWN };
}
