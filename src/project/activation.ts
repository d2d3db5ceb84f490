import type { BaseMessage } from "@langchain/core/messages";
import type { HandoffRecord } from "../types.ts";

/** Where each message stands in the log. */
export type Positions = ReadonlyMap<string, number>;

/** Where each message stands in the log. O(messages). */
export function positionsOf(messages: readonly BaseMessage[]): Positions {
  const positions = new Map<string, number>();
  messages.forEach(({ id }, index) => {
    if (id !== undefined) positions.set(id, index);
  });
  return positions;
}

/**
 * The handoff that made an agent active, if it is active by a handoff. What happened inside a handoff that has returned
 * does not count: the conversation is back where it was. O(ledger).
 */
export function activationOf(
  agent: string,
  handoffs: readonly HandoffRecord[],
  positions: Positions,
): HandoffRecord | undefined {
  let active: HandoffRecord | undefined;
  let returnedUpTo = -1;
  for (const record of handoffs) {
    if (!isTaken(record)) continue;
    const position = positions.get(record.messageId) ?? -1;
    if (position >= 0 && position <= returnedUpTo) continue;
    if (record.returned === undefined) active = record;
    else returnedUpTo = positions.get(record.returned) ?? position;
  }
  return active?.to === agent ? active : undefined;
}

/** {@link activationOf}, which has to know where messages stand only where a handoff has come back. */
export function activationIn(
  agent: string,
  handoffs: readonly HandoffRecord[],
  log: readonly BaseMessage[],
): HandoffRecord | undefined {
  let active: HandoffRecord | undefined;
  for (let index = handoffs.length - 1; index >= 0; index -= 1) {
    const record = handoffs[index] as HandoffRecord;
    if (record.returned !== undefined) return activationOf(agent, handoffs, positionsOf(log));
    if (active === undefined && isTaken(record)) active = record;
  }
  return active?.to === agent ? active : undefined;
}

function isTaken({ status, approval }: HandoffRecord): boolean {
  return status === "done" || (status === "pending" && approval !== "required");
}

/** For each handoff of an agent's own that has come back: the span of the log that was the others' working. */
export function returnedSpans(
  agent: string,
  handoffs: readonly HandoffRecord[],
  positions: Positions,
): { record: HandoffRecord; from: number; to: number }[] {
  const spans: { record: HandoffRecord; from: number; to: number }[] = [];
  if (positions.size === 0) return spans;
  for (const record of handoffs) {
    if (record.from !== agent || record.returned === undefined) continue;
    const from = positions.get(record.messageId);
    const to = positions.get(record.returned);
    if (from !== undefined && to !== undefined) spans.push({ record, from, to });
  }
  return spans;
}
