/** A logarithmic axis: values on pixels. */
export interface LogScale {
  /** The pixel of a value. */
  at(value: number): number;
  /** Powers of ten within the axis, its ends included. */
  readonly ticks: readonly number[];
}

/**
 * A logarithmic axis that holds all values and ends on powers of ten.
 *
 * @throws RangeError if there is no value, or one that is not positive.
 */
export function logScale(values: readonly number[], pixels: readonly [from: number, to: number]): LogScale {
  if (values.length === 0 || values.some((value) => !(value > 0))) {
    throw new RangeError(`a logarithmic axis needs positive values, and was given [${values.join(", ")}]`);
  }
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  const [from, to] = pixels;
  return { at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from), ticks };
}
