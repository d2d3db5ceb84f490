import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const page = readFileSync(join(root, "docs/decisions/0022-names-of-the-engine.md"), "utf8");

/** The names and the files of each row of the page's table. */
const rows = [...page.matchAll(/^\| `(?<name>\w+)` +\| (?<where>[^|]+)\|/gmu)].map(({ groups }) => ({
  name: groups?.["name"] ?? "",
  files: [...(groups?.["where"] ?? "").matchAll(/\(\.\.\/\.\.\/(?<file>[^)]+)\)/gu)].map(
    (match) => match.groups?.["file"] ?? "",
  ),
}));

/** A source without its comments. */
const codeOf = (file: string): string =>
  readFileSync(join(root, file), "utf8")
    .replaceAll(/\/\*.*?\*\//gsu, "")
    .replaceAll(/(?:^|\s)\/\/.*$/gmu, "");

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => join("src", file));

/** Names that are used of another's objects: of a key, a member, or one that is implemented. */
const USED =
  /["'`](__(?:pregel_\w+|error__|resume__|return__))["'`]|\.(_[a-z]\w*)|\boverride (?:async )?\*?(_[a-z]\w*)/giu;

it("the page of the engine's names has each that the sources use, and no other", () => {
  const used = new Set(
    sources.flatMap((file) => [...codeOf(file).matchAll(USED)].map(([, key, member, own]) => key ?? member ?? own)),
  );
  const listed = new Set(rows.map(({ name }) => name));
  expect(rows.length).toBeGreaterThan(20);
  expect([...used].filter((name) => !listed.has(name ?? ""))).toEqual([]);
  for (const { name, files } of rows) {
    expect(files).not.toEqual([]);
    for (const file of files) expect(codeOf(file)).toMatch(new RegExp(`\\b${name}\\b`, "u"));
  }
});
