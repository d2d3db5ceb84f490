import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { docstringProblems } from "../../docs/docstrings/check.ts";
import { entriesOf } from "../../docs/docstrings/entries.ts";
import { publicNames } from "../../docs/docstrings/public-names.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** The problems of a package with one file. */
function problemsOf(source: string, names = "add"): readonly string[] {
  const files: Record<string, string> = {
    "src/index.ts": `export { ${names} } from "./add.ts";`,
    "src/add.ts": source,
  };
  return docstringProblems("src/index.ts", (file) => files[file] ?? "");
}

describe("the rule for docstrings", () => {
  it.each([
    ["none", "export function add() {}", "src/add.ts: add has no docstring"],
    ["that of another", "/** Adds. */\nconst one = 1;\nexport const add = one;", "src/add.ts: add has no docstring"],
    ["a remark", "// Adds.\nexport const add = 1;", "src/add.ts: add has no docstring"],
    ["a name alone", "/** add */\nexport const add = 1;", "src/add.ts: add does not begin with a sentence"],
    ["no example", "/** Adds. */\nexport async function add() {}", "src/add.ts: add has no @example, and no {@link}…"],
    ["no declaration", "", "src/add.ts: add is exported, and its declaration is not found"],
  ])("finds %s", (_name, source, problem) => {
    expect(problemsOf(source).map((found) => found.replace(/ to what.*/u, "…"))).toEqual([problem]);
  });

  it("asks for each field of what is passed in, and of nothing else", () => {
    const fields = "{\n  /** How many. */\n  readonly count?: number;\n  readonly next: string;\n  run(): void;\n}";
    const source = `/** How to add. */\nexport interface AddOptions ${fields}\n/** What came of it. */\nexport interface Sum ${fields}`;
    expect(problemsOf(source, "AddOptions, Sum")).toEqual(["src/add.ts: AddOptions does not say what is next, run"]);
  });

  it.each([
    ["a constant", "/** The sum. */\nexport const add = 1;"],
    ["an example", "/**\n * Adds.\n *\n * @example\n * ```ts\n * add();\n * ```\n */\nexport function add() {}"],
    ["a link", "/** Applied by {@link sum}. */\nexport function add() {}"],
    ["a type", "/** How to add. */\nexport interface add {}"],
  ])("lets %s pass", (_name, source) => {
    expect(problemsOf(source)).toEqual([]);
  });

  it("follows a name through files, and takes each of several", () => {
    const files: Record<string, string> = {
      "src/index.ts": 'export type { A, B } from "./a/b.ts";',
      "src/a/b.ts": 'export type { A } from "./c.ts";\n/** B is it. */\nexport type B = 1;',
      "src/a/c.ts": "/** A is it. */\nexport interface A {}",
    };
    expect(publicNames("src/index.ts", (file) => files[file] ?? "")).toEqual([
      { name: "A", file: "src/a/c.ts", kind: "interface", docstring: "A is it.", bareFields: [] },
      { name: "B", file: "src/a/b.ts", kind: "type", docstring: "B is it.", bareFields: [] },
    ]);
  });
});

describe("every public name", () => {
  const entries = entriesOf(root);

  it("is found: the core exports over a hundred", () => {
    expect(publicNames("src/index.ts", read).length).toBeGreaterThan(100);
  });

  it.each(entries)("of %s is documented", (entry) => {
    expect(docstringProblems(entry, read)).toEqual([]);
  });
});
