import { measureBuild } from "./kinds/build.ts";
import { measureBundle } from "./kinds/bundle.ts";
import { measureCheckpoint } from "./kinds/checkpoint.ts";
import { measureCold } from "./kinds/cold.ts";
import type { MeasureKind, Metrics } from "./kinds/kind.ts";
import { measureProfile } from "./kinds/profile.ts";
import { measureSurcharge } from "./kinds/surcharge.ts";
import { measureConcurrent, measureTurn } from "./kinds/turn.ts";
import type { Effort } from "./measure.ts";
import { Skip } from "./skip.ts";
import { catalogue } from "./systems/catalogue.ts";
import type { Kind, Workload } from "./workloads.ts";

/** What a cell's process is told. */
export interface CellOrder {
  readonly system: string;
  readonly workload: Workload;
  readonly effort: Effort;
}

/** What a cell's process answers. */
export type CellAnswer = { readonly metrics: Metrics } | { readonly skipped: string } | { readonly failed: string };

const kinds: Readonly<Record<Kind, () => Promise<MeasureKind>>> = {
  turn: async () => measureTurn,
  history: async () => measureTurn,
  stream: async () => measureTurn,
  concurrent: async () => measureConcurrent,
  build: async () => measureBuild,
  checkpoint: async () => measureCheckpoint,
  cold: async () => measureCold,
  surcharge: async () => measureSurcharge,
  profile: async () => measureProfile,
  bundle: async () => measureBundle,
  // It imports the library, which a cold start must not find loaded.
  projection: async () => (await import("./kinds/projection.ts")).measureProjection,
};

/** Measures one cell, in this process. */
export async function measureCell({ system: id, workload, effort }: CellOrder): Promise<CellAnswer> {
  const system = catalogue[id];
  if (system === undefined) return { failed: `there is no system "${id}"` };
  if (!system.kinds.includes(workload.kind)) return { skipped: `it does no ${workload.kind}` };
  try {
    const kind = await kinds[workload.kind]();
    return { metrics: await kind(system, workload, effort) };
  } catch (error) {
    if (error instanceof Skip) return { skipped: error.message };
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}
