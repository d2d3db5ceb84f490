import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plannedReleases } from "./release/plan.ts";
import { previewText } from "./release/preview.ts";
import { stagePackages } from "./stage.ts";

/* Prints what a release would publish: `pnpm release:preview`; with `--files`, every file of each package. */
const folder = mkdtempSync(join(tmpdir(), "swarmgraph-release-"));
try {
  const releases = await plannedReleases();
  const packages = await stagePackages(folder);
  process.stdout.write(previewText({ packages, releases, hasFiles: process.argv.includes("--files") }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
