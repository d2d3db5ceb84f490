import { readFileSync, writeFileSync } from "node:fs";
import { corpus } from "./corpus.ts";
import { runFault } from "./fault.ts";
import type { Fault, FaultResult } from "./fault.ts";
import { toMarkdown } from "./page.ts";
import { readPeerResults } from "./peers.ts";
import type { PeerResults } from "./peers.ts";

/** How many faults the corpus is to hold: those that `corpus.ts` has not yet count as not survived. */
export const OF = 91;

/** What `--json` prints. */
export interface Report {
  readonly survived: number;
  readonly of: number;
  readonly faults: Readonly<Record<string, FaultResult>>;
  /** The same faults in other libraries, where they were made to happen. */
  readonly peers?: PeerResults;
}

/** Makes each fault happen, one after the other. */
export async function runCorpus(faults: readonly Fault[]): Promise<Report> {
  const results: Record<string, FaultResult> = {};
  for (const fault of faults) results[fault.id] = await runFault(fault);
  for (let number = 1; number <= OF; number += 1) {
    const id = `F${String(number).padStart(2, "0")}`;
    results[id] ??= { survived: false, reason: "no test in this run" };
  }
  const survived = Object.values(results).filter((result) => result.survived).length;
  const ordered = Object.entries(results).toSorted(([a], [b]) => a.localeCompare(b));
  return { survived, of: OF, faults: Object.fromEntries(ordered) };
}

const PAGE = new URL("../../docs/reliability.md", import.meta.url);

/** `pnpm corpus [--json] [--check]`. Exit code 1 where a fault is not survived, or where the page is not what the run says. */
async function main(args: readonly string[]): Promise<number> {
  const peers = readPeerResults();
  const report: Report = { ...(await runCorpus(corpus)), ...(peers && { peers }) };
  const page = toMarkdown(report, corpus);
  if (args.includes("--json")) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return report.survived === report.of ? 0 : 1;
  }
  for (const [id, { survived, reason }] of Object.entries(report.faults)) {
    const fault = corpus.find((one) => one.id === id);
    process.stdout.write(
      `${survived ? "✓" : "✗"} ${id} ${fault?.fault ?? ""}${reason === undefined ? "" : ` (${reason})`}\n`,
    );
  }
  process.stdout.write(`${report.survived} of ${report.of} faults survived\n`);
  if (args.includes("--check")) return readFileSync(PAGE, "utf8") === page ? 0 : 1;
  writeFileSync(PAGE, page);
  return report.survived === report.of ? 0 : 1;
}

if (process.argv[1]?.endsWith("corpus/report.ts")) process.exitCode = await main(process.argv.slice(2));
