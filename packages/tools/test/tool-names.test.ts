import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameTools } from "../src/mcp/tool-names.ts";

describe("nameTools", () => {
  it.each<[readonly (readonly [string, string])[], readonly string[]]>([
    [[["s", "get-sum"]], ["get-sum"]],
    [[["s", "a.b/c"]], ["a_b_c"]],
    [[["s", "1st"]], ["_1st"]],
    [[["s", "é".repeat(70)]], ["_".repeat(64)]],
    [
      [
        ["s", "a.b"],
        ["s", "a b"],
      ],
      ["s_a_b", "s_a_b_2"],
    ],
    [
      [
        ["s", "a"],
        ["t", "a"],
        ["t", "s_a"],
      ],
      ["s_a_2", "t_a", "s_a"],
    ],
    [
      [
        ["x".repeat(70), "a"],
        ["x".repeat(70), "a"],
      ],
      ["x".repeat(64), `${"x".repeat(62)}_2`],
    ],
  ])("of %j are %j", (tools, names) => {
    expect(nameTools(tools.map(([server, name]) => ({ server, name })))).toEqual(names);
  });

  it("are legal, different, and the same each time", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom("a", "b", "a_b", "a_b_2", "a.b", "s_a", "x".repeat(80)));
    fc.assert(
      fc.property(fc.array(fc.record({ server: text, name: text })), (tools) => {
        const names = nameTools(tools);
        expect(new Set(names).size).toBe(tools.length);
        for (const name of names) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/);
        expect(nameTools(tools)).toEqual(names);
      }),
    );
  });
});
