import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskComments } from "../src/code-interpreter/mask-comments.ts";
import { returnLast } from "../src/code-interpreter/last-expression.ts";

const valueOf = (source: string): Promise<unknown> =>
  runInNewContext(`(async () => { ${returnLast(source)}\n})()`, { f: (x: unknown) => x }) as Promise<unknown>;

describe("returnLast", () => {
  it.each<[string, unknown]>([
    ["1 + 1", 2],
    ["const a = 2;\na * 21", 42],
    ["const a = 2; a * 21;", 42],
    ["const a = 1 // one; two\na // note; b\n// end\n", 1],
    ["/* a; b */ 7 /* c\n d */", 7],
    ["const o = {\n a: 1,\n b: [2,\n 3]\n}\no.b.length", 2],
    ["[1, 2, 3]\n  .map((x) => x * 2)\n  .join()", "2,4,6"],
    ["const a = 1\n+ 2\n+ 3", undefined],
    ["let a = 1\na\n+ 2", 3],
    ["const g = (x) => x\nconst a = g\n(4)", undefined],
    ["const o = { a: 1 }\n[0]", undefined],
    ["const g = () => {}\n[0]", [0]],
    ["let a = 1\na++\n+ 5", 6],
    ["let a = 1\n++a", 2],
    ["do f(1)\nwhile (f(0))\nf(2)", 2],
    ["({ a: 1 }).a", 1],
    ["{ a: 1 }", { a: 1 }],
    ["for (let i = 0; i < 2; i++) { f(i) }", undefined],
    ["if (f(1))\n f(2)\nelse\n f(3)", undefined],
    ["f(1); if (f(1)) { f(2) }\nf(4)", 4],
    ["function g() {\n return 5\n}\ng()", 5],
    ["function g() { return 5 }", undefined],
    ["f(1)\nasync function g() {}", undefined],
    ["class A { static x = 1 }\nA.x", 1],
    ["const g = () => {\n const a = 1; const b = 2;\n return a + b;\n};\ng()", 3],
    ["await Promise.resolve(9)", 9],
    ["return 8", 8],
    ["return 8\nf(9)", 8],
    ["`a;\n${`b${1 + 1}`};`", "a;\nb2;"],
    ["`\\`${'}'}\\``", "`}`"],
    ["'a;b\\'' + \"c\\\"; d\"", "a;b'c\"; d"],
    ["/[/;]\\/;/.test('a;') ; 4 / 2 / 1", 2],
    ["const r = /`/g; 'a`b'.replace(r, '')", "ab"],
    ["f(6) / 2", 3],
    ["", undefined],
    [";;", undefined],
    ["// only a note", undefined],
    ["var a = 1; a++, a", 2],
    ["try { f(1) } catch { f(2) }", undefined],
    ["label:\nf(3)", undefined],
    ["let x\nx = 5", 5],
  ])("of %j is %j", async (source, value) => {
    const found = await valueOf(source);
    expect(found === undefined ? undefined : (JSON.parse(JSON.stringify(found)) as unknown)).toEqual(value);
  });

  it.each(["f(", "a)", "`${", "(]", "const = 1", "'open"])("leaves %j as it is", (source) => {
    expect(returnLast(source)).toBe(source);
  });

  it("keeps every line where it is", () => {
    const source = "const a = 1; // first\n\n/* two\nlines */ a;\n";
    expect(
      returnLast(source)
        .split("\n")
        .findIndex((line) => line.includes("return")),
    ).toBe(0);
    expect(returnLast("const a = 1;\n\n\na").split("\n")[3]).toContain("a");
  });

  it("never throws, whatever the text", () => {
    const piece = fc.constantFrom(
      "a",
      " ",
      "\n",
      ";",
      "`",
      "${",
      "}",
      "{",
      "(",
      ")",
      "/",
      "*",
      "//",
      "'",
      '"',
      "\\",
      "[",
      "]",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }).map((parts) => parts.join("")),
        (source) => {
          expect(typeof returnLast(source)).toBe("string");
          expect(maskComments(source)?.code.length ?? source.length).toBe(source.length);
        },
      ),
    );
  });
});
