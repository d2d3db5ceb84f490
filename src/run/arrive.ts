import type { BaseMessage } from "@langchain/core/messages";
import { doneFrom } from "../define/decided.ts";
import type { SwarmDefinition } from "../define/definition.ts";
import type { RunSignal } from "../observe/run-signal.ts";
import { agentOfToday, knownAgent, pendingHandoff } from "../route/entry.ts";
import { countHandoff } from "../route/limits.ts";
import type { HandoffRecord, TurnState } from "../types.ts";
import type { NodeState } from "./runtime.ts";

/** What entering an agent changes. */
export interface Arrival {
  /** Lines of the ledger that are new or changed. */
  readonly records: readonly HandoffRecord[];
  readonly turn: TurnState;
  readonly events: readonly RunSignal[];
}

/**
 * Completes whatever led into an agent: a handoff that was decided, an answer that comes back to who asked for it, or
 * just the first turn. Pure: it runs again after a crash and comes to the same.
 */
export function arrive(agent: string, state: NodeState, turn: TurnState, definition: SwarmDefinition): Arrival {
  const pending = pendingHandoff(state.handoffs);
  const isHere =
    pending !== undefined &&
    pending.approval !== "required" &&
    (pending.to === agent || stepsInFor(agent, pending, definition));
  if (isHere) return enter(agent, pending, turn, definition);
  const abandoned: HandoffRecord[] =
    pending === undefined ? [] : [{ ...pending, status: "dropped", code: "HANDOFF_ABANDONED" }];
  const events = abandoned.map((record): RunSignal => ({
    type: "handoff.dropped",
    id: record.id,
    from: record.from,
    to: record.to,
    callId: record.callId,
    code: "HANDOFF_ABANDONED",
  }));
  const frame = turn.callers.at(-1);
  if (frame?.agent === agent && state.activeAgent !== agent) return comeBack(agent, state, turn, frame.handoffId);
  const isSame = turn.path.at(-1) === agent;
  return { records: abandoned, turn: isSame ? turn : { ...turn, path: [...turn.path, agent] }, events };
}

/** Whether the agent takes the place of a target that a deploy removed. Whoever handed over does not hand over to itself. */
function stepsInFor(agent: string, { from, to }: HandoffRecord, definition: SwarmDefinition): boolean {
  return !definition.agents.has(to) && agentOfToday(definition, from) !== agent;
}

function enter(agent: string, pending: HandoffRecord, turn: TurnState, definition: SwarmDefinition): Arrival {
  const { id, from, callId, input, reason } = pending;
  const counted = countHandoff(turn);
  // A deploy may have renamed whoever handed over: who waits for the answer is told by the name of today.
  const caller = Object.hasOwn(definition.options.aliases ?? {}, from) ? knownAgent(definition, from) : from;
  const edge = definition.agents.get(caller)?.edges.find(({ to }) => to === agent);
  const path = turn.path.length === 0 ? [from] : turn.path;
  return {
    records: [pending.to === agent ? doneFrom(pending) : { ...pending, to: agent, status: "done" }],
    turn: {
      ...counted,
      path: [...path, agent],
      ...(edge?.returns && { callers: [...turn.callers, { agent: caller, handoffId: id }] }),
    },
    events: [
      {
        type: "handoff.done",
        id,
        from,
        to: agent,
        callId,
        ...(input !== undefined && { input }),
        ...(reason !== undefined && { reason }),
      },
    ],
  };
}

function comeBack(agent: string, state: NodeState, turn: TurnState, handoffId: string): Arrival {
  const record = state.handoffs.find(({ id }) => id === handoffId);
  const answer = state.messages.findLast((message: BaseMessage) => message.type === "ai")?.id;
  const records = record === undefined || answer === undefined ? [] : [{ ...record, returned: answer }];
  return {
    records,
    turn: { ...turn, callers: turn.callers.slice(0, -1), path: [...turn.path, agent] },
    events: [{ type: "handoff.returned", id: handoffId, from: state.activeAgent ?? "", to: agent }],
  };
}
