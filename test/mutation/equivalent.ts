/** A mutant that no test can tell from the code, and why. */
export interface Equivalent {
  readonly file: string;
  /** The code that is replaced, on one line. */
  readonly original: string;
  readonly replacement: string;
  readonly reason: string;
}

const INDEX = "The index is within the list; the language's types do not know it.";

/** The survivors that were read and found to change nothing. They count as survivors in the scores. */
export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: "src/route/entry.ts",
    original: "handoffs.length - 1",
    replacement: "handoffs.length + 1",
    reason: "Beyond the end there is no record, and the loop passes over that.",
  },
  { file: "src/route/entry.ts", original: "record?.status", replacement: "record.status", reason: INDEX },
  {
    file: "src/route/entry.ts",
    original: "chosen !== undefined",
    replacement: "true",
    reason: "No agent has the name `undefined`, so the second half of the condition says the same.",
  },
  {
    file: "src/route/ledger.ts",
    original: "changes.length === 0",
    replacement: "false",
    reason: "Without changes the rest gives the same copy, more slowly.",
  },
  {
    file: "src/route/route-handoffs.ts",
    original: "call.id !== undefined",
    replacement: "true",
    reason: "No result answers a call without an id, so the second half of the condition says the same.",
  },
  {
    file: "src/route/route-handoffs.ts",
    original: "target !== undefined",
    replacement: "true",
    reason: "No target has the name `undefined`, so the second half of the condition says the same.",
  },
  {
    file: "src/route/route-handoffs.ts",
    original: "handoffs?.[index]",
    replacement: "handoffs[index]",
    reason: "The loop begins only where there is a ledger.",
  },
  { file: "src/route/route-handoffs.ts", original: "record === undefined", replacement: "false", reason: INDEX },
];
