import { figure } from "../report/table.ts";
import { median } from "../statistics.ts";
import { ratiosOf } from "./scale-run.ts";
import type { ScaleRun } from "./scale-run.ts";

/** The middle of some values; nothing of none. */
export function medianOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median(values);
}

/** A ratio as the page shows it: the middle of the rounds, and the lowest and the highest where there are several. */
export function ratioOf(run: ScaleRun, metric: string, cells: readonly [string, string]): string {
  const ratios = ratiosOf(run, metric, cells);
  const middle = figure(medianOf(ratios));
  if (ratios.length < 2 || cells[0] === cells[1]) return middle;
  return `${middle} (${figure(Math.min(...ratios))} to ${figure(Math.max(...ratios))})`;
}

/** Bytes in the unit that leaves few figures: `5.2 KB`, `3.1 TB`. */
export function bytes(value: number): string {
  if (value === 0) return "–";
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${figure(value / 1_000 ** power)} ${units[power]}`;
}
