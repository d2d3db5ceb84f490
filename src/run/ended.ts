import type { LimitKind, Outcome, TurnState } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import type { Trip } from "./guard.ts";
import { emit } from "./runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { emitTrip } from "./signals.ts";

/** Where a turn ends. */
export interface Ending {
  readonly state: NodeState;
  readonly config: NodeConfig;
  readonly turn: TurnState;
}

/** What a turn writes that ends without an answer, beside its messages and the ledger. */
export interface Ended {
  readonly turn: TurnState;
  readonly outcome: Outcome;
  /** An answer of an earlier turn is none of this one. */
  readonly structuredResponse?: null;
}

/** The end of a turn by a guardrail, which is told to whoever listens. */
export function endedBy(trip: Trip, { agent }: AgentRuntime, { config, ...ending }: Ending): Ended {
  emitTrip(config, agent.name, trip, { action: "end" });
  return ended({ ...tripped(trip), agent: agent.name, path: ending.turn.path }, ending);
}

/** The end of a turn by a budget that leaves no call for an answer, which is told to whoever listens. */
export function endedAt(limit: LimitKind, { agent }: AgentRuntime, { config, ...ending }: Ending): Ended {
  const { path } = ending.turn;
  emit(config, { type: "limit.reached", agent: agent.name, limit, path });
  return ended({ kind: "limit", limit, agent: agent.name, path }, ending);
}

/** What an outcome says of a guardrail that tripped. */
export function tripped({ guardrail, stage, reason, details }: Trip) {
  return { kind: "guardrail" as const, guardrail, stage, reason, ...(details !== undefined && { details }) };
}

function ended(outcome: Outcome, { state, turn }: Omit<Ending, "config">): Ended {
  const hasAnswer = (state.structuredResponse ?? undefined) !== undefined;
  return { turn, outcome, ...(hasAnswer && { structuredResponse: null }) };
}
