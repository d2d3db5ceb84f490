import { ratiosOf } from "../baseline.ts";
import type { Report } from "./page.ts";
import { figure } from "./table.ts";

/** A run's ratios, goals and regressions as lines of text. */
export function printReport(report: Report): string {
  const lines: string[] = ["", "Ratios: how much more the other one costs", ""];
  for (const [workload, pairs] of Object.entries(ratiosOf(report.results))) {
    for (const [pair, ratio] of Object.entries(pairs)) {
      lines.push(`${workload.padEnd(18)} ${pair.padEnd(40)} ${figure(ratio).padStart(8)}`);
    }
  }
  lines.push("", "Goals", "");
  for (const { goal, value, verdict } of report.goals) {
    const bound = `${goal.is} ${goal.bound}`;
    lines.push(`${verdict.padEnd(12)} ${figure(value).padStart(8)}  ${bound.padEnd(14)} ${goal.text}`);
  }
  lines.push("");
  for (const { workload, pair, before, now } of report.regressions) {
    lines.push(`REGRESSION ${workload}: ${pair} is ${figure(now)}, and was ${figure(before)}`);
  }
  for (const { system, workload, skipped } of report.results.cells) {
    if (skipped !== undefined) lines.push(`skipped ${workload} on ${system}: ${skipped}`);
  }
  return `${lines.join("\n")}\n`;
}
