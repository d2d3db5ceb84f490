import { Skip } from "../skip.ts";
import type { SystemInfo } from "../systems/catalogue.ts";
import type { System } from "../systems/system.ts";
import type { Workload } from "../workloads.ts";

/** Loads a system for a workload. @throws Skip if it cannot do it. */
export async function loadFor(info: SystemInfo, workload: Workload): Promise<System> {
  const system = await info.load();
  const reason = system.refuses?.(workload);
  if (reason !== undefined) throw new Skip(reason);
  return system;
}
