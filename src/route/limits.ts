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
    closedTargets: closedTargets(lastTaken(ledger, turn.streak), agent, limits.maxRepeatedEdge),
  };
}

/** The targets that an agent has handed to as often as one edge may be taken. */
function closedTargets(taken: readonly HandoffRecord[], agent: string, maxRepeatedEdge: number): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { from, to } of taken) if (from === agent) counts.set(to, (counts.get(to) ?? 0) + 1);
  return new Set([...counts].flatMap(([to, count]) => (count >= maxRepeatedEdge ? [to] : [])));
}

/** The last handoffs of a ledger that were taken, the latest first. O(what is behind them). */
function lastTaken(ledger: readonly HandoffRecord[], count: number): HandoffRecord[] {
  const taken: HandoffRecord[] = [];
  for (let index = ledger.length - 1; index >= 0 && taken.length < count; index -= 1) {
    const record = ledger[index];
    if (record?.status === "done") taken.push(record);
  }
  return taken;
}

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
export function withoutLimit({ limit: _limit, redirect: _redirect, ...turn }: TurnState): TurnState {
  return turn;
}

/** `a -> b -> a`, for messages. */
export function printPath(path: readonly string[]): string {
  return path.join(" -> ");
}
