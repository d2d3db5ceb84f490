import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { stagePackages, type PackedPackage } from "../../scripts/stage.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Every published package, built and packed for this test run. */
    readonly packages: readonly PackedPackage[];
    /** Those that could not be, each with the reason. */
    readonly failures: readonly string[];
  }
}

/** Builds and packs once for all files of the project. */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "swarmgraph-packages-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const failures: string[] = [];
    const onFailure = (name: string, error: unknown): void => void failures.push(`${name}: ${String(error)}`);
    project.provide("packages", await stagePackages(folder, { onFailure }));
    project.provide("failures", failures);
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}
