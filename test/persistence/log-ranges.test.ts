import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countOf, numbersIn, rangesOf, scatteredAtEnd, startOf } from "../../src/persist/log-ranges.ts";
import type { LogRange } from "../../src/persist/log-ranges.ts";

const numbers = fc.array(fc.nat(40), { maxLength: 40 });
const ranges = fc.array(
  fc.tuple(fc.nat(50), fc.nat(9)).map(([first, length]): LogRange => [first, first + length]),
  { maxLength: 24 },
);

describe("ranges of numbers", () => {
  it("hold the numbers that they were made of, in order", () => {
    fc.assert(
      fc.property(ranges, numbers, (start, added) => {
        const made = rangesOf(start, added);
        expect(numbersIn(made)).toEqual([...numbersIn(start), ...added]);
        expect(countOf(made)).toBe(countOf(start) + added.length);
        expect(made.length).toBeLessThanOrEqual(start.length + added.length);
      }),
    );
  });

  it("are one for numbers that follow each other, and leave what they were made from as it was", () => {
    const start: LogRange[] = [[3, 4]];
    expect(rangesOf(start, [5, 6, 7])).toEqual([[3, 7]]);
    expect(rangesOf(start, [4, 6])).toEqual([[3, 4], [4, 4], [6, 6]]); // prettier-ignore
    expect(start).toEqual([[3, 4]]);
  });

  it("begin with the ranges of their first numbers", () => {
    fc.assert(
      fc.property(ranges, fc.nat(120), (all, length) => {
        expect(numbersIn(startOf(all, length))).toEqual(numbersIn(all).slice(0, length));
      }),
    );
  });

  it("are joined at their end by whole pieces, two at least, and not where there are few", () => {
    fc.assert(
      fc.property(ranges, (all) => {
        const joined = scatteredAtEnd(all);
        if (all.length <= 8) expect(joined).toBe(0);
        if (joined === 0) return;
        const left = startOf(all, countOf(all) - joined);
        expect(all.slice(0, left.length)).toEqual(left);
        expect(all.length - left.length).toBeGreaterThan(1);
        expect(joined).toBeLessThanOrEqual(128);
      }),
    );
  });

  it("stay few in a list whose last items are replaced over and over, and few items are written again", () => {
    let all: readonly LogRange[] = [];
    let next = 0;
    let rewritten = 0;
    for (let turn = 0; turn < 1_000; turn += 1) {
      all = rangesOf(startOf(all, Math.max(0, countOf(all) - 1)), [next + 1, next + 3]);
      next += 4;
      const joined = scatteredAtEnd(all);
      if (joined === 0) continue;
      all = [...startOf(all, countOf(all) - joined), [next, next + joined - 1]];
      next += joined;
      rewritten += joined;
    }
    expect(countOf(all)).toBe(1_001);
    expect(all.length).toBeLessThan(32);
    expect(rewritten).toBeLessThan(9_000);
  });
});
