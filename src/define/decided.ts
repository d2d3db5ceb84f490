import type { HandoffRecord } from "../types.ts";
import { hidden } from "./hidden.ts";
import { merged } from "./merged.ts";

const decided = hidden<object>();

/**
 * A pending handoff's line once the handoff is done. The two differ in their status alone, so that a saver may keep them
 * as one: neither may be changed afterwards.
 */
export function doneFrom(pending: HandoffRecord): HandoffRecord {
  const done: HandoffRecord = merged(pending, { status: "done" as const });
  decided.set(done, pending);
  return done;
}

/** The pending line that {@link doneFrom} made a line from. */
export function pendingOf(line: object): object | undefined {
  return decided.get(line);
}
