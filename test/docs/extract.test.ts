import { describe, expect, it } from "vitest";
import { assertComments } from "./assert-comments.ts";
import { placeOf } from "./block.ts";
import { blocksOfDocstrings, blocksOfMarkdown } from "./extract.ts";

const fence = (language: string, ...code: readonly string[]): string => ["```" + language, ...code, "```"].join("\n");
const page = (...parts: readonly string[]): string => parts.join("\n\n");
const inPage = (...parts: readonly string[]) => blocksOfMarkdown(page(...parts), { file: "docs/page.md" });

describe("blocksOfMarkdown", () => {
  it("names a block by file, line and heading", () => {
    const [block] = inPage("# Title", "## Use `it`", fence("ts", "a;", "b;"));
    expect(block).toMatchObject({ language: "ts", code: "a;\nb;", line: 5 });
    expect(block && placeOf(block)).toBe("docs/page.md:5, Use `it`");
  });

  it("takes a marked text block as the output of the ts block before it", () => {
    const blocks = inPage(fence("ts", "a;"), "<!-- output -->", fence("text", "1", "2"), fence("text", "free"));
    expect(blocks.map(({ language, output }) => [language, output])).toEqual([
      ["ts", "1\n2"],
      ["text", undefined],
    ]);
  });

  it.each([
    ["an output without code", page("<!-- output -->", fence("text", "1"))],
    ["prose in between", page(fence("ts", "a;"), "which prints", "<!-- output -->", fence("text", "1"))],
    ["an output that is no text", page(fence("ts", "a;"), "<!-- output -->", fence("json", "1"))],
    ["a second output", page(fence("ts", ""), ...Array(2).fill(page("<!-- output -->", fence("text", "1"))))],
    ["an exemption without a reason", page("<!-- not run -->", fence("ts", "a;"))],
    ["an open fence", "```ts\na;"],
  ])("reports %s", (_name, markdown) => {
    const blocks = blocksOfMarkdown(markdown, { file: "page.md" });
    expect(blocks.filter(({ malformed }) => malformed !== undefined)).toHaveLength(1);
  });

  it("exempts only the block right under the reason", () => {
    const blocks = inPage("<!-- not run: takes an hour -->", fence("ts", "a;"), fence("ts", "b;"));
    expect(blocks.map(({ notRun }) => notRun)).toEqual(["takes an hour", undefined]);
  });

  it("reads a fence in a list, and none inside a longer one", () => {
    const list = "- first\n  ```ts\n  if (a) {\n    b;\n  }\n  ```";
    expect(inPage(list, "````md\n" + fence("ts", "c;") + "\n````").map(({ code }) => code)).toEqual([
      "if (a) {\n  b;\n}",
      fence("ts", "c;"),
    ]);
  });
});

describe("blocksOfDocstrings", () => {
  const docstring = (...lines: readonly string[]): string =>
    ["/**", ...lines.map((line) => ` * ${line}`), " */"].join("\n");

  it("finds each example with its own line and the name under it", () => {
    const example = docstring("Adds.", "", "@example", "```ts", "add(1, 2); // 3", "```", "@returns the sum");
    const blocks = blocksOfDocstrings(`import "x";\n${example}\nexport async function add() {}\n`, {
      file: "src/add.ts",
    });
    expect(blocks.map(placeOf)).toEqual(["src/add.ts:6, add"]);
    expect(blocks[0]?.code).toBe("add(1, 2); // 3");
  });

  it("ignores code outside an example, and reports an example without code", () => {
    expect(blocksOfDocstrings(docstring("```ts", "a;", "```"), { file: "a.ts" })).toEqual([]);
    const [block] = blocksOfDocstrings(docstring("@example add(1, 2)"), { file: "a.ts" });
    expect(block).toMatchObject({ line: 2, malformed: expect.stringContaining("```ts") });
  });
});

describe("assertComments", () => {
  it.each([
    ['result.route; // "billing"', '__shows(result.route, ("billing"));'],
    ["await f(1); // [1, -2.5, null, undefined]", "__shows(await f(1), ([1, -2.5, null, undefined]));"],
    ['f("a"); // { kind: "worker", names: [] }', '__shows(f("a"), ({ kind: "worker", names: [] }));'],
    ["console.log(f(1), b); // 1 'b'", `__prints("1 'b'", f(1), b);`],
  ])("checks %s", (line, rewritten) => {
    expect(assertComments(line)).toBe(rewritten);
  });

  it.each([
    "f(1); // 26 miles",
    "f(1); // nothing happens",
    "const a = 1; // 1",
    "  a; // 1",
    "}).length; // 1",
    "// 1",
    'link("http://example.com");',
  ])("leaves %s", (line) => {
    expect(assertComments(line)).toBe(line);
  });
});
