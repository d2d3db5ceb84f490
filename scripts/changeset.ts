import { spawn } from "node:child_process";
import { CHANGESET, inReleaseWorkspace } from "./release/changesets.ts";

/* Runs Changesets over every package that is published: `pnpm changeset`, `pnpm changeset version`. */
process.exitCode = await inReleaseWorkspace(
  (workspace) =>
    new Promise<number>((resolve, reject) => {
      const child = spawn(CHANGESET, process.argv.slice(2), { ...workspace, stdio: "inherit" });
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 1));
    }),
);
