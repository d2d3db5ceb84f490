import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { plannedReleases } from "../../scripts/release/plan.ts";
import { previewText } from "../../scripts/release/preview.ts";
import { CHANGESET, inReleaseWorkspace } from "../../scripts/release/changesets.ts";
import { runCommand } from "../../scripts/run-command.ts";
import { outsidePackages, publishedPackages, readManifest, ROOT } from "../../scripts/workspace.ts";

const published = publishedPackages();
const settings = ["pnpm-workspace.yaml", ".changeset/config.json", "graphs/package.json"];

/** A repository that has no more than what Changesets reads: its settings, and the manifest of each package. */
let root = "";

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "swarmgraph-notes-"));
  for (const path of [...settings, ...published.map(({ folder }) => join(folder, "package.json"))]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    cpSync(join(ROOT, path), join(root, path));
  }
  mkdirSync(join(root, "test/packages"), { recursive: true });
  symlinkSync(join(ROOT, "test/packages/node_modules"), join(root, "test/packages/node_modules"));
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", ".");
  await commit();
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const git = (...args: readonly string[]): Promise<string> => runCommand("git", args, { cwd: root });

const commit = (): Promise<string> =>
  git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--all", "--message=A change");

function note(names: readonly string[], type: "minor" | "patch"): void {
  const lines = names.map((name) => `"${name}": ${type}`);
  writeFileSync(
    join(root, ".changeset/note.md"),
    ["---", ...lines, "---", "", "Forks read back right.", ""].join("\n"),
  );
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const versionOf = (folder: string): string => readManifest(join(root, folder)).version;

describe("Changesets", () => {
  it("raises a package that the main workspace leaves out, and writes its CHANGELOG with the commit", async () => {
    const before = versionOf("packages/persist-sqlite");
    note(["@swarmgraph/persist-sqlite"], "minor");
    await git("add", ".changeset");
    await commit();
    const hash = (await git("rev-parse", "--short=7", "HEAD")).trim();
    await inReleaseWorkspace((workspace) => runCommand(CHANGESET, ["version"], workspace), { root });
    const [major, minor = ""] = before.split(".");
    const after = `${major}.${Number(minor) + 1}.0`;
    expect(versionOf("packages/persist-sqlite")).toBe(after);
    const changelog = read("packages/persist-sqlite/CHANGELOG.md");
    expect(changelog).toContain(`# @swarmgraph/persist-sqlite\n\n## ${after}\n`);
    expect(changelog).toContain(`- ${hash}: Forks read back right.`);
    expect((await git("status", "--short")).split("\n").filter(Boolean).sort()).toEqual([
      " D .changeset/note.md",
      " M packages/persist-sqlite/package.json",
      "?? packages/persist-sqlite/CHANGELOG.md",
    ]);
  });

  it("shows such a package in the preview, with what depends on it", async () => {
    note(["@swarmgraph/persist-core"], "patch");
    const releases = await plannedReleases({ root });
    const text = previewText({ packages: inject("packages"), releases, hasFiles: false });
    for (const name of ["core", "sqlite", "postgres"]) {
      expect(text).toMatch(new RegExp(`^@swarmgraph/persist-${name} \\S+ -> \\S+ \\(patch\\)$`, "mu"));
    }
    expect(text).toMatch(/^@swarmgraph\/durable-dbos \S+ \(no changeset names it\)$/mu);
  });

  it("knows every package that is published", async () => {
    const names = published.map(({ manifest }) => manifest.name).sort();
    note(names, "minor");
    const raised = (await plannedReleases({ root })).filter(({ type }) => type === "minor");
    expect(raised.map(({ name }) => name).sort()).toEqual(names);
  });

  it("refuses a note that names no package", async () => {
    note(["@swarmgraph/persist-nowhere"], "patch");
    await expect(plannedReleases({ root })).rejects.toThrow("@swarmgraph/persist-nowhere");
  });
});

describe("the default install", () => {
  it("brings nothing of what the packages outside of it need", () => {
    const needed = outsidePackages().flatMap(({ manifest }) => Object.keys(manifest.dependencies ?? {}));
    expect(needed).toEqual(expect.arrayContaining(["better-sqlite3", "pg", "@dbos-inc/dbos-sdk"]));
    const lockfile = readFileSync(join(ROOT, "pnpm-lock.yaml"), "utf8");
    expect(needed.filter((name) => lockfile.includes(`${name}@`))).toEqual([]);
  });
});
