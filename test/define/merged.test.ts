import { setFlagsFromString } from "node:v8";
import { beforeAll, describe, expect, it } from "vitest";
import { doneFrom, pendingOf } from "../../src/define/decided.ts";
import { merged } from "../../src/define/merged.ts";
import type { HandoffRecord } from "../../src/types.ts";

const record = (id: string): HandoffRecord => ({
  id,
  from: "a",
  to: "b",
  callId: id,
  messageId: "m",
  at: "2026-01-01T00:00:00.000Z",
  status: "pending",
});

describe("what two objects come to", () => {
  it("has the fields of both, the second one's first", () => {
    const base = { a: 1, b: 2 };
    expect(merged(base, { b: 3, c: 4 })).toEqual({ a: 1, b: 3, c: 4 });
    expect(merged(undefined, { c: 4 })).toEqual({ c: 4 });
    expect(base).toEqual({ a: 1, b: 2 });
  });
});

describe("objects that each hop makes", () => {
  let haveSameShape: (one: object, other: object) => boolean;

  beforeAll(() => {
    setFlagsFromString("--allow-natives-syntax");
    // V8's own words are no syntax of the language, and are read only while it is told to.
    haveSameShape = new Function("one", "other", "return %HaveSameMap(one, other)") as typeof haveSameShape;
    setFlagsFromString("--no-allow-natives-syntax");
  });

  it("share their shape, so that V8 knows where their fields are", () => {
    const plain = (extra: number) => merged({ a: 1 }, { extra });
    expect(haveSameShape(plain(1), plain(2))).toBe(true);
    expect(haveSameShape(doneFrom(record("1")), doneFrom(record("2")))).toBe(true);
    expect(haveSameShape(plain(1), { other: 1 })).toBe(false);
  });

  it("stand for what they were made from", () => {
    const pending = record("1");
    const done = doneFrom(pending);
    expect(done).toEqual({ ...pending, status: "done" });
    expect(pendingOf(done)).toBe(pending);
  });
});
