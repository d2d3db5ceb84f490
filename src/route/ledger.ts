import type { HandoffRecord } from "../types.ts";

/** The ledger with lines replaced or added. */
export function withRecords(ledger: readonly HandoffRecord[], changes: readonly HandoffRecord[]): HandoffRecord[] {
  if (changes.length === 0) return [...ledger];
  const byId = new Map(changes.map((record) => [record.id, record]));
  const known = new Set(ledger.map(({ id }) => id));
  return [...ledger.map((record) => byId.get(record.id) ?? record), ...changes.filter(({ id }) => !known.has(id))];
}
