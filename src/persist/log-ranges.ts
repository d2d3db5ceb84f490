/** Entries from a number up to another one, both included. */
export type LogRange = readonly [first: number, last: number];

/** A list in so many pieces is left as it is: to name one costs less than to write its items again. */
const FEW = 8;

/** Pieces at a list's end are joined up to this many items, so that one replaced item now and then does not scatter it. */
const MAX_JOINED = 128;

/** Ranges with numbers added behind them, in order: a number that follows the one before lengthens its range. */
export function rangesOf(start: readonly LogRange[], numbers: readonly number[]): readonly LogRange[] {
  const ranges = [...start];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) ranges[ranges.length - 1] = [last[0], number];
    else ranges.push([number, number]);
  }
  return ranges;
}

/** How many numbers ranges hold. */
export function countOf(ranges: readonly LogRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** How many items the small pieces at the end of a list of many pieces hold that are to be joined; 0 for none. */
export function scatteredAtEnd(ranges: readonly LogRange[]): number {
  if (ranges.length <= FEW) return 0;
  let joined = 0;
  let pieces = 0;
  for (const [first, last] of ranges.toReversed()) {
    const size = last - first + 1;
    if (pieces > 0 && (size > joined || size + joined > MAX_JOINED)) break;
    joined += size;
    pieces += 1;
  }
  return pieces > 1 ? joined : 0;
}

/** The ranges of the first `length` items. */
export function startOf(ranges: readonly LogRange[], length: number): LogRange[] {
  const start: LogRange[] = [];
  let left = length;
  for (const [first, last] of ranges) {
    if (left <= 0) break;
    start.push([first, Math.min(last, first + left - 1)]);
    left -= last - first + 1;
  }
  return start;
}

/** Every number that ranges hold, in their order. */
export function numbersIn(ranges: readonly LogRange[]): number[] {
  return ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
}
