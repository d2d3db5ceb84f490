import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exponent, median, medianRange, slope, summarise } from "../../bench/statistics.ts";

// No -0, which is no other number than 0, and yet not the same.
const number = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0);
const numbers = fc.array(number, { minLength: 1, maxLength: 30 });

describe("median", () => {
  it.each([
    [[3], 3],
    [[3, 1], 2],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("stands between the two halves of any numbers, whatever their order, and leaves them as they are", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const given = [...values];
        const middle = median(values);
        expect(values).toEqual(given);
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(median(values.toReversed())).toBe(middle);
      }),
    );
  });

  it("of nothing is an error", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("the range of a median", () => {
  it("holds it, and closes in on it with more numbers", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const [low, high] = medianRange(values);
        expect(low).toBeLessThanOrEqual(median(values));
        expect(high).toBeGreaterThanOrEqual(median(values));
      }),
    );
    const upTo = (count: number) => Array.from({ length: count }, (_, index) => index / count);
    const width = ([low, high]: readonly [number, number]) => high - low;
    expect(width(medianRange(upTo(1_000)))).toBeLessThan(width(medianRange(upTo(100))) / 2);
    expect(() => medianRange([])).toThrow(RangeError);
  });
});

describe("summarise", () => {
  it("gives the ends, and their distance as a share of the median", () => {
    expect(summarise([8, 10, 12])).toEqual({ median: 10, min: 8, max: 12, spread: 0.4, count: 3 });
    expect(summarise([0, 0]).spread).toBe(0);
  });
});

describe("growth", () => {
  it("is 1 where the cost goes with the size, and 2 where it goes with its square", () => {
    expect(exponent([10, 30], [50, 150])).toBeCloseTo(1);
    expect(exponent([10, 100], [50, 2_500])).toBeCloseTo(2);
  });

  it("has a slope that leaves out what is paid once", () => {
    expect(slope([1, 107], [50, 450])).toBe(7);
  });
});
