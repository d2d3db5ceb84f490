import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../scripts/run-command.ts";
import { outsidePackages, ROOT } from "../../scripts/workspace.ts";

interface Finding {
  readonly name: string;
}

interface Report {
  readonly issues: readonly ({ readonly file: string } & Readonly<Record<string, readonly Finding[]>>)[];
}

const knip = join(import.meta.dirname, "node_modules/.bin/knip");

/** What knip finds in a workspace: the main one, or a package that lies outside it. */
async function findIn(folder: string, config: string): Promise<Report["issues"]> {
  const settings = ["--directory", join(ROOT, folder), "--config", join(import.meta.dirname, config)];
  const options = ["--reporter", "json", "--no-exit-code"];
  const { issues } = JSON.parse(await runCommand(knip, [...settings, ...options], { cwd: ROOT })) as Report;
  return issues.map((issue) => ({ ...issue, file: join(folder, issue.file) }) as Report["issues"][number]);
}

const outside = outsidePackages().map(({ folder }) => findIn(folder, "knip.outside.json"));
const issues = (await Promise.all([findIn(".", "knip.json"), ...outside])).flat();

const found = (kinds: readonly string[]): readonly string[] =>
  issues.flatMap((issue) => kinds.flatMap((kind) => (issue[kind] ?? []).map(({ name }) => `${issue.file} ${name}`)));

describe("knip", () => {
  it("finds no file that nothing uses", () => expect(found(["files"])).toEqual([]));

  it("finds no dependency that nothing uses, and none that is used and not named", () => {
    const kinds = ["dependencies", "devDependencies", "optionalPeerDependencies", "unlisted", "unresolved", "binaries"];
    expect(found(kinds)).toEqual([]);
  });

  it("finds no export that nothing uses, not even its own file", () => {
    expect(found(["exports", "types", "enumMembers", "namespaceMembers", "duplicates"])).toEqual([]);
  });
});
