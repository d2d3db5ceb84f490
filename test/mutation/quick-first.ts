import { relative } from "node:path";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/**
 * The order of the test files for a mutant: first those that failed for one before it, which was most often nearby, then
 * the quick ones. The first failure ends the run.
 */
export class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ranks = new Map(files.map((file) => [file, this.#rank(file)]));
    return files.toSorted((one, other) => (ranks.get(one) ?? 0) - (ranks.get(other) ?? 0));
  }

  #rank({ moduleId, project }: TestSpecification): number {
    const key = `${project.name}:${relative(project.config.root, moduleId)}`;
    const { failed = false, duration = 0 } = this.ctx.cache.getFileTestResults(key) ?? {};
    return failed ? duration - Number.MAX_SAFE_INTEGER / 2 : duration;
  }
}
