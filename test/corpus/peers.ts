import { existsSync, readFileSync } from "node:fs";
import type { FaultResult } from "./fault.ts";

/** What became of the same faults in other libraries, as `pnpm corpus:peers` wrote it. */
export interface PeerResults {
  /** The day of the run, as `2026-01-31`. */
  readonly date: string;
  /** By package. */
  readonly versions: Readonly<Record<string, string>>;
  /** By fault, then by peer; a fault that cannot be made to happen in a peer has nothing for it. */
  readonly results: Readonly<Record<string, Readonly<Record<string, FaultResult>>>>;
}

const RESULTS = new URL("peer-results.json", import.meta.url);

/** The results of the last run, if there was one. */
export function readPeerResults(): PeerResults | undefined {
  return existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, "utf8")) as PeerResults) : undefined;
}

/** The peers that the results are about, in alphabetical order. */
export function peersIn({ results }: PeerResults): string[] {
  return [...new Set(Object.values(results).flatMap((one) => Object.keys(one)))].toSorted();
}

/** How many of the faults that can happen in a peer it survives. */
export function scoreOf({ results }: PeerResults, peer: string): { survived: number; of: number } {
  const known = Object.values(results).flatMap((one) => one[peer] ?? []);
  return { survived: known.filter(({ survived }) => survived).length, of: known.length };
}
