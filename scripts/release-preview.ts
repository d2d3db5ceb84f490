import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { previewText, type PlannedRelease } from "./release/preview.ts";
import { runCommand } from "./run-command.ts";
import { stagePackages } from "./stage.ts";
import { ROOT } from "./workspace.ts";

/* Prints what a release would publish: `pnpm release:preview`; with `--files`, every file of each package. */
const folder = mkdtempSync(join(tmpdir(), "swarmgraph-release-"));
try {
  const plan = join(folder, "plan.json");
  // The path that Changesets takes is one from the repository's root.
  const status = ["status", "--output", relative(ROOT, plan)];
  await runCommand(join(ROOT, "test/packages/node_modules/.bin/changeset"), status, { cwd: ROOT });
  const { releases } = JSON.parse(readFileSync(plan, "utf8")) as { readonly releases: readonly PlannedRelease[] };
  const packages = await stagePackages(folder);
  process.stdout.write(previewText({ packages, releases, hasFiles: process.argv.includes("--files") }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
