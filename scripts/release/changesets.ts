import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ROOT } from "../workspace.ts";

/** Where Changesets is run, and how. */
export interface ReleaseWorkspace {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Where Changesets' program is. */
export const CHANGESET: string = join(ROOT, "test/packages/node_modules/.bin/changeset");

/**
 * Gives Changesets a workspace of every package, also of those that the main one leaves out so that no install brings
 * what they need. It is a folder of its own for as long as it is used; what Changesets writes goes into the repository.
 *
 * @param root the root of the repository.
 */
export async function inReleaseWorkspace<T>(
  use: (workspace: ReleaseWorkspace) => Promise<T>,
  { root = ROOT }: { readonly root?: string } = {},
): Promise<T> {
  const cwd = mkdtempSync(join(tmpdir(), "swarmgraph-changesets-"));
  try {
    const packages = mainPatterns(root).map((pattern) => join(relative(cwd, root), pattern));
    // JSON is YAML.
    writeFileSync(join(cwd, "pnpm-workspace.yaml"), JSON.stringify({ packages }));
    writeFileSync(join(cwd, "package.json"), JSON.stringify({ name: "release", version: "0.0.0", private: true }));
    symlinkSync(join(root, ".changeset"), join(cwd, ".changeset"));
    // By these git answers as it would in the repository: which commit wrote a note, which files are changed.
    return await use({ cwd, env: { ...process.env, GIT_DIR: join(root, ".git"), GIT_WORK_TREE: root } });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** The folders that the main workspace is made of, without those that it leaves out of them. */
function mainPatterns(root: string): readonly string[] {
  const settings = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
  return [...settings.matchAll(/^ +- (?<pattern>[\w./*-]+)$/gmu)].map(({ groups }) => groups?.["pattern"] ?? "");
}
