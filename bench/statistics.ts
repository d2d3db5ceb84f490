/** Some numbers in short. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The distance between the largest and the smallest, as a share of the median. */
  readonly spread: number;
  readonly count: number;
}

/** The middle of some numbers, or the mean of the two in the middle. @throws RangeError if there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError("there is no median of no numbers");
  return (lower + upper) / 2;
}

/**
 * The range in which the median of what some numbers are drawn from lies with 95 % certainty, whatever their distribution.
 *
 * @throws RangeError if there are no numbers.
 */
export function medianRange(values: readonly number[]): readonly [low: number, high: number] {
  const sorted = values.toSorted((a, b) => a - b);
  const reach = (1.96 * Math.sqrt(sorted.length)) / 2;
  const low = sorted[Math.max(0, Math.floor(sorted.length / 2 - reach))];
  const high = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length / 2 + reach))];
  if (low === undefined || high === undefined) throw new RangeError("there is no median of no numbers");
  return [low, high];
}

/** @throws RangeError if there are no numbers. */
export function summarise(values: readonly number[]): Summary {
  const middle = median(values);
  const min = Math.min(...values);
  const max = Math.max(...values);
  return { median: middle, min, max, spread: middle === 0 ? 0 : (max - min) / middle, count: values.length };
}

/** How a cost grows: `e` where the cost goes with the e-th power of the size, from two points. */
export function exponent(small: readonly [size: number, cost: number], large: readonly [number, number]): number {
  return Math.log(large[1] / small[1]) / Math.log(large[0] / small[0]);
}

/** The cost of one more, from two points. */
export function slope(small: readonly [size: number, cost: number], large: readonly [number, number]): number {
  return (large[1] - small[1]) / (large[0] - small[0]);
}
