import type { BaseMessage } from "@langchain/core/messages";
import type { ResolvedLimits } from "../define/limits.ts";
import type { LimitKind, TurnState } from "../types.ts";

/** The counters at the start of a user turn. */
export function freshTurn(id: string | undefined): TurnState {
  return { id, modelCalls: 0, handoffs: 0, modelErrors: 0, edges: {}, path: [], callers: [] };
}

/** The counters of the turn that the log is in: fresh after a new user message, and without edges after a tool's result. */
export function currentTurn(messages: readonly BaseMessage[], turn: TurnState | undefined): TurnState {
  const id = messages.findLast((message) => message.type === "human")?.id;
  if (turn === undefined || turn.id !== id) return freshTurn(id);
  const hasNewInformation = messages.at(-1)?.type === "tool" && Object.keys(turn.edges).length > 0;
  return hasNewInformation ? { ...turn, edges: {} } : turn;
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

/** What the budgets leave for an agent's next model call. Pure. */
export function allowance(turn: TurnState, agent: string, limits: ResolvedLimits): Allowance {
  const closedTargets = new Set<string>();
  const { maxRepeatedEdge } = limits;
  for (const edge in turn.edges) {
    if ((turn.edges[edge] as number) < maxRepeatedEdge) continue;
    const [from, to] = splitEdge(edge);
    if (from === agent) closedTargets.add(to);
  }
  return {
    isLastCall: turn.modelCalls + 1 >= limits.maxTurns,
    noHandoffs: turn.handoffs >= limits.maxHandoffs,
    closedTargets,
  };
}

/** The budget that closes a handoff to a target, if one does. */
export function closedBy({ noHandoffs, closedTargets, isLastCall }: Allowance, target: string): LimitKind | undefined {
  if (noHandoffs) return "maxHandoffs";
  if (closedTargets.has(target)) return "repeatedEdge";
  return isLastCall ? "maxTurns" : undefined;
}

/** The counters after a handoff was taken. */
export function countHandoff(turn: TurnState, from: string, to: string): TurnState {
  const edge = joinEdge(from, to);
  return { ...turn, handoffs: turn.handoffs + 1, edges: { ...turn.edges, [edge]: (turn.edges[edge] ?? 0) + 1 } };
}

/** `a -> b -> a`, for messages. */
export function printPath(path: readonly string[]): string {
  return path.join(" -> ");
}

function joinEdge(from: string, to: string): string {
  return JSON.stringify([from, to]);
}

function splitEdge(edge: string): readonly [string, string] {
  return JSON.parse(edge) as [string, string];
}
