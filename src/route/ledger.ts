import type { HandoffRecord } from "../types.ts";

/** The ledger with lines replaced or added. */
export function withRecords(ledger: readonly HandoffRecord[], changes: readonly HandoffRecord[]): HandoffRecord[] {
  const records = [...ledger];
  for (const change of changes) {
    // From the end: what changes is what was decided last.
    const index = records.findLastIndex(({ id }) => id === change.id);
    if (index === -1) records.push(change);
    else records[index] = change;
  }
  return records;
}
