import type { BaseMessage } from "@langchain/core/messages";
import type { ResolvedLimits } from "../define/limits.ts";
import type { HandoffRecord, LimitKind, TurnState } from "../types.ts";

/** The counters at the start of a user turn. */
export function freshTurn(id: string | undefined): TurnState {
  return { id, modelCalls: 0, handoffs: 0, modelErrors: 0, streak: 0, path: [], callers: [] };
}

/** The counters as releases stored them that wrote version 1 of the form, or none: each edge that was taken, and how often. */
type StoredTurn = TurnState | (Omit<TurnState, "streak"> & { readonly edges: Readonly<Record<string, number>> });

/**
 * The counters of the turn that the log is in: fresh after a new user message, and without a streak after a tool's result.
 * Those of an earlier release are read as well.
 */
export function currentTurn(messages: readonly BaseMessage[], stored: StoredTurn | undefined): TurnState {
  const id = messages.findLast((message) => message.type === "human")?.id;
  if (stored === undefined || stored.id !== id) return freshTurn(id);
  const turn = "edges" in stored ? counted(stored) : stored;
  const hasNewInformation = turn.streak > 0 && messages.at(-1)?.type === "tool";
  return hasNewInformation ? { ...turn, streak: 0 } : turn;
}

function counted({ edges, ...turn }: Exclude<StoredTurn, TurnState>): TurnState {
  return { ...turn, streak: Object.values(edges).reduce((sum, count) => sum + count, 0) };
}

/** What the budgets leave for the next model call. */
export interface Allowance {
  /** Whether no tool at all may be called: it is the last call of the turn. */
  readonly isLastCall: boolean;
  /** Whether every handoff is closed. */
  readonly noHandoffs: boolean;
  /** Targets that were handed to too often without anything new. */
  readonly closedTargets: ReadonlySet<string>;
}

/** What the budgets leave for an agent's next model call, by the turn's counters and the ledger. Pure. */
export function allowance(
  { turn, ledger }: { readonly turn: TurnState; readonly ledger: readonly HandoffRecord[] },
  agent: string,
  limits: ResolvedLimits,
): Allowance {
  return {
    isLastCall: turn.modelCalls + 1 >= limits.maxTurns,
    noHandoffs: turn.handoffs >= limits.maxHandoffs,
    closedTargets: closedTargets(ledger, turn.streak, agent, limits.maxRepeatedEdge),
  };
}

/**
 * The targets that an agent has handed to as often as one edge may be taken, among the last handoffs that were taken. O(what
 * is behind these).
 */
function closedTargets(
  ledger: readonly HandoffRecord[],
  streak: number,
  agent: string,
  maxRepeatedEdge: number,
): ReadonlySet<string> {
  let counts: Map<string, number> | undefined;
  let left = streak;
  for (let index = ledger.length - 1; index >= 0 && left > 0; index -= 1) {
    const { status, from, to } = ledger[index] as HandoffRecord;
    if (status !== "done") continue;
    left -= 1;
    if (from === agent) (counts ??= new Map()).set(to, (counts.get(to) ?? 0) + 1);
  }
  if (counts === undefined) return NONE_CLOSED;
  return new Set([...counts].flatMap(([to, count]) => (count >= maxRepeatedEdge ? [to] : [])));
}

const NONE_CLOSED: ReadonlySet<string> = new Set();

/** The budget that closes a handoff to a target, if one does. */
export function closedBy({ noHandoffs, closedTargets, isLastCall }: Allowance, target: string): LimitKind | undefined {
  if (noHandoffs) return "maxHandoffs";
  if (closedTargets.has(target)) return "repeatedEdge";
  return isLastCall ? "maxTurns" : undefined;
}

/** The counters after a handoff was taken. */
export function countHandoff(turn: TurnState): TurnState {
  return { ...turn, handoffs: turn.handoffs + 1, streak: turn.streak + 1 };
}

/** The counters without what a budget did to the last model call. A key that says nothing would be stored all the same. */
export function withoutLimit(turn: TurnState): TurnState {
  if (!("limit" in turn) && !("redirect" in turn)) return turn;
  const { limit: _limit, redirect: _redirect, ...rest } = turn;
  return rest;
}

/** `a -> b -> a`, for messages. */
export function printPath(path: readonly string[]): string {
  return path.join(" -> ");
}
