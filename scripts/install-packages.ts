import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";
import { outsidePackages, ROOT } from "./workspace.ts";

/* Installs the tools that check the packages, and what the packages outside the main workspace need. */

const FIFTEEN_MINUTES = 900_000;

/** Tells whether a workspace of tests names one of these packages as its own. */
function holdsOne(folder: string, packages: readonly string[]): boolean {
  const settings = join(ROOT, folder, "pnpm-workspace.yaml");
  if (!existsSync(settings)) return false;
  const named = [
    ...readFileSync(settings, "utf8").matchAll(/^ +- \.\.\/\.\.\/(?<start>packages\/[\w-]+)(?<rest>\*?)$/gmu),
  ];
  return named.some(({ groups }) =>
    packages.some((name) =>
      groups?.["rest"] === "*" ? name.startsWith(groups["start"] ?? "") : name === groups?.["start"],
    ),
  );
}

const outside = outsidePackages().map(({ folder }) => folder);
const workspaces = readdirSync(join(ROOT, "test")).map((name) => `test/${name}`);
for (const folder of ["test/packages", ...workspaces.filter((workspace) => holdsOne(workspace, outside))]) {
  await runCommand("npx", ["-y", "pnpm@12", "--dir", folder, "install", "--frozen-lockfile"], {
    cwd: ROOT,
    timeoutMs: FIFTEEN_MINUTES,
  });
}
