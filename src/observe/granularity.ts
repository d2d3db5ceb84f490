import type { SwarmEventType } from "./events.ts";

/**
 * How fine a run is told. `"hops"`: who acts, handoffs, approvals, persons asked, limits, guardrails and the end.
 * `"messages"`: also whole messages, tools, tokens spent and checkpoints. `"tokens"`: also texts, reasoning and arguments
 * piece by piece. Models are only asked to stream for `"tokens"`.
 */
export type Granularity = "hops" | "messages" | "tokens";

const HOPS = /^(?:run|agent|handoff|approval|human|limit|guardrail)\./;

/** Whether events of a type are told. */
export function tells(granularity: Granularity, type: SwarmEventType): boolean {
  if (granularity === "tokens") return true;
  return granularity === "messages" ? !type.endsWith(".delta") : HOPS.test(type);
}
