import type { HandoffRecord } from "../types.ts";

/** The ledger with lines replaced or added. */
export function withRecords(ledger: readonly HandoffRecord[], changes: readonly HandoffRecord[]): HandoffRecord[] {
  const records = [...ledger];
  for (const change of changes) {
    // From the end: what changes is what was decided last.
    let index = records.length - 1;
    while (index >= 0 && records[index]?.id !== change.id) index -= 1;
    if (index === -1) records.push(change);
    else records[index] = change;
  }
  return records;
}
