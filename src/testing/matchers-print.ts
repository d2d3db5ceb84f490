import { printPath } from "../route/limits.ts";
import type { LoggedCall } from "./matchers-log.ts";
import type { ReadResult } from "./matchers-result.ts";

/** Prints a value on one line. */
export type PrintValue = (value: unknown) => string;

/** What happened, for a failure message: the path of the last turn, the handoffs, the regular calls. */
export function printRun(result: ReadResult, print: PrintValue): string {
  return [
    ...(result.path === undefined ? [] : [`path of the last turn: ${printPath(result.path)}`]),
    ...(result.handoffs === undefined ? [] : [section("handoffs", printHandoffs(result.handoffs, print))]),
    section("tool calls", printCalls(result.log.calls, print)),
  ].join("\n");
}

function printHandoffs(handoffs: NonNullable<ReadResult["handoffs"]>, print: PrintValue): string[] {
  return handoffs.map(({ from, to, status, code, input }) => {
    const why = code === undefined ? "" : ` (${code})`;
    return `${from} -> ${to}: ${status}${why}${input === undefined ? "" : `, input ${print(input)}`}`;
  });
}

function printCalls(calls: readonly LoggedCall[], print: PrintValue): string[] {
  return calls
    .filter(({ isHandoff }) => !isHandoff)
    .map((call) => `${call.name}(${call.malformed === undefined ? print(call.args) : "malformed"}): ${fateOf(call)}`);
}

function fateOf({ answers }: LoggedCall): string {
  if (answers.length === 0) return "not answered";
  return answers.some(({ isError }) => !isError) ? "success" : "error";
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? `${title}: none` : [`${title}:`, ...lines.map((line) => `  ${line}`)].join("\n");
}
