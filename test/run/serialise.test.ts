import { describe, expect, it } from "vitest";
import { capText, describeThrown, serialise } from "../../src/run/serialise.ts";

/** Lists in lists, `depth` of them. */
function nested(depth: number): unknown {
  let value: unknown = "core";
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

const cycle: Record<string, unknown> = { name: "loop" };
cycle["self"] = cycle;

const throwing = {
  ok: 1,
  get bad(): never {
    throw new Error("locked");
  },
};

const unshowable = new Proxy(new Error("hidden"), {
  get() {
    throw new Error("no");
  },
});

describe("a value that a tool returned, as a model reads it", () => {
  it.each([
    ["a text", "as it is", "as it is"],
    ["nothing", undefined, ""],
    ["null", null, "null"],
    ["a big number", 12n, "12"],
    ["a big number inside", { id: 12n }, '{"id":"12"}'],
    ["no number", [Number.NaN, Infinity], '["NaN","Infinity"]'],
    ["a function", [() => 1, Symbol("s")], '["[function]","[symbol]"]'],
    ["a function by itself", () => 1, '"[function]"'],
    ["a cycle", cycle, '{"name":"loop","self":"[circular]"}'],
    ["an error", { failed: new Error("no such order") }, '{"failed":{"error":"no such order"}}'],
    ["a map", new Map([["a", 1]]), '[["a",1]]'],
    ["a set", new Set([1, 2]), "[1,2]"],
    ["a buffer", new ArrayBuffer(8), '"[binary 8 bytes]"'],
    ["a typed array", { data: new Uint8Array(4) }, '{"data":"[binary 4 bytes]"}'],
    ["a date", new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ["an object that has nothing to show", { toJSON: () => undefined }, ""],
    ["a throwing getter", throwing, '{"ok":1,"bad":"[unreadable: locked]"}'],
    [
      "a throwing toJSON",
      {
        toJSON: () => {
          throw new Error("locked");
        },
      },
      '"[unreadable: locked]"',
    ],
    ["half a character", "a\ud800", "a\ufffd"],
  ])("is readable for %s", (_what, value, text) => {
    expect(serialise(value)).toBe(text);
  });

  it("is cut where it is nested too deeply", () => {
    expect(serialise(nested(50))).toContain("core");
    expect(serialise(nested(51))).toContain("[nested too deeply]");
    expect(serialise(nested(10_000))).not.toContain("core");
  });
});

describe("what was thrown, as a sentence", () => {
  it.each([
    ["an error", new Error("broken"), "broken"],
    ["an error without a message", new TypeError(), "TypeError"],
    ["a text", "broken", "broken"],
    ["an object", { code: 7 }, '{"code":7}'],
    ["null", null, "null was thrown"],
    ["nothing", undefined, "undefined was thrown"],
    ["an error that cannot be read", unshowable, "an error that cannot be shown"],
  ])("is given for %s", (_what, thrown, text) => {
    expect(describeThrown(thrown)).toBe(text);
  });
});

describe("capText", () => {
  it("leaves a text that fits, and says of a longer one how much is missing", () => {
    expect(capText("short", 200)).toBe("short");
    const cut = capText("x".repeat(1000), 200);
    expect(cut).toHaveLength(200);
    expect(cut).toContain("800 of 1000 characters left out");
  });
});
