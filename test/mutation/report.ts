import { createHash } from "node:crypto";

/** One change that Stryker made. */
export interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** What is read of Stryker's JSON report. */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

/** How many mutants came to which end. */
export interface Tally {
  readonly mutants: number;
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  /** Mutants that no test reached. They count as survivors in the score. */
  readonly notCovered: number;
}

/** Counts mutants. Those that did not run, since they are ignored or do not compile, count nowhere. */
export function tally(mutants: readonly Mutant[]): Tally {
  const count = (status: string) => mutants.filter((mutant) => mutant.status === status).length;
  const ends = {
    killed: count("Killed"),
    timedOut: count("Timeout"),
    survived: count("Survived"),
    notCovered: count("NoCoverage"),
  };
  return { mutants: Object.values(ends).reduce((sum, one) => sum + one, 0), ...ends };
}

/** The share of mutants that were found, of all: `96.97`. */
export function score({ mutants, killed, timedOut }: Tally): string {
  return mutants === 0 ? "–" : (((killed + timedOut) / mutants) * 100).toFixed(2);
}

/** What a mutant replaces, on one line. */
export function originalOf(source: string, { location: { start, end } }: Mutant): string {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  const last = lines.length - 1;
  const cut = lines.map((line, index) =>
    line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined),
  );
  return onOneLine(cut.join("\n"));
}

/** Code on one line. */
export function onOneLine(code: string): string {
  return code.replaceAll(/\s+/g, " ").trim();
}

/** The beginning of the SHA-256 of what was mutated: whether a report is one of the code at hand. */
export function sourcesOf({ files }: MutationReport): string {
  const hash = createHash("sha256");
  for (const [name, { source }] of Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    hash.update(name).update(source);
  }
  return hash.digest("hex").slice(0, 16);
}
