import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../run-command.ts";
import { CHANGESET, inReleaseWorkspace } from "./changesets.ts";

/** What Changesets plans for a package. */
export interface PlannedRelease {
  readonly name: string;
  readonly type: "major" | "minor" | "patch" | "none";
  readonly newVersion: string;
}

/**
 * Asks Changesets what its notes would make of every package.
 *
 * @throws an `Error` with its words if it cannot tell, e.g. for a note that names no package.
 */
export function plannedReleases(options: { readonly root?: string } = {}): Promise<readonly PlannedRelease[]> {
  return inReleaseWorkspace(async (workspace) => {
    await runCommand(CHANGESET, ["status", "--output", "plan.json"], workspace);
    const plan = JSON.parse(readFileSync(join(workspace.cwd, "plan.json"), "utf8")) as {
      readonly releases: readonly PlannedRelease[];
    };
    return plan.releases;
  }, options);
}
