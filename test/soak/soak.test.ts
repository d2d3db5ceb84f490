import { describe, expect, it } from "vitest";
import { leaksOf, slopeOf } from "./measure.ts";
import type { Soak } from "./measure.ts";
import { soaked } from "./soaked.ts";

/** Bytes for each run: a few thousand still warm up, and what leaks a whole run leaks more. */
const GENEROUS = 2048;

describe("two thousand runs in one process", () => {
  it(
    "[F71][I23] leave no timer, handle or listener, and no heap that grows with them",
    { timeout: 300_000 },
    async () => {
      const { after, before, heapSlope, leaks, runs, unhandled } = await soaked(2000, GENEROUS);
      expect(runs).toBe(2000);
      expect(after).toEqual(before);
      expect([after.timers, after.signalListeners, unhandled]).toEqual([0, 0, 0]);
      expect(heapSlope).toBeLessThan(GENEROUS);
      expect(leaks).toEqual([]);
    },
  );
});

describe("the measure", () => {
  const held = { timers: 0, handles: 2, signalListeners: 0, processListeners: 7 };
  const quiet: Soak = { runs: 100, ms: 1, heapSlope: 3, heap: [30, 30], before: held, after: held, unhandled: 0 };

  it("is the slope of the line through the samples", () => {
    const line = Array.from({ length: 20 }, (_, index): [number, number] => [index * 10, 500 + index * 30]);
    expect(slopeOf(line)).toBeCloseTo(3);
    expect(slopeOf(line.map(([x, y], index) => [x, y + (index % 2) * 7]))).toBeCloseTo(3, 0);
    expect(slopeOf([[1, 5]])).toBe(0);
  });

  it("[I23] names whatever leaked", () => {
    expect(leaksOf(quiet, 64)).toEqual([]);
    const after = { ...held, timers: 3, signalListeners: 1 };
    expect(leaksOf({ ...quiet, after, heapSlope: 900, unhandled: 2 }, 64)).toEqual([
      "timers: 0 before, 3 after",
      "signalListeners: 0 before, 1 after",
      "the heap grows by 900 bytes with each run",
      "2 unhandled rejections",
    ]);
  });
});
