import { AIMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { hidden } from "../../src/define/hidden.ts";

describe("what is kept with an object", () => {
  const notes = hidden<{ text: string }>();
  const others = hidden<{ text: string }>();

  it("is found again, and is nobody else's", () => {
    const message = new AIMessage("hello");
    expect(notes.get(message)).toBeUndefined();
    notes.set(message, { text: "one" });
    notes.set(message, { text: "two" });
    expect(notes.get(message)).toEqual({ text: "two" });
    expect(others.get(message)).toBeUndefined();
    expect(notes.get(new AIMessage("hello"))).toBeUndefined();
  });

  it("is not seen: by lists of keys, copies, comparisons, JSON and clones", () => {
    const plain = { a: 1 };
    notes.set(plain, { text: "hidden" });
    expect(Object.keys(plain)).toEqual(["a"]);
    expect(notes.get({ ...plain })).toBeUndefined();
    expect(notes.get(Object.assign({}, plain))).toBeUndefined();
    expect(notes.get(structuredClone(plain))).toBeUndefined();
    expect(JSON.stringify(plain)).toBe('{"a":1}');
    expect(plain).toStrictEqual({ a: 1 });
  });

  it("may be kept with what takes no properties, and changed after it was closed", () => {
    const frozen = Object.freeze({ a: 1 });
    notes.set(frozen, { text: "frozen" });
    expect(notes.get(frozen)).toEqual({ text: "frozen" });
    const sealed = { a: 1 };
    notes.set(sealed, { text: "open" });
    Object.seal(sealed);
    notes.set(sealed, { text: "sealed" });
    expect(notes.get(sealed)).toEqual({ text: "sealed" });
    const late = { a: 1 };
    notes.set(late, { text: "open" });
    Object.freeze(late);
    notes.set(late, { text: "closed" });
    expect(notes.get(late)).toEqual({ text: "closed" });
  });
});
