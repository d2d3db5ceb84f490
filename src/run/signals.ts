import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage, ToolMessage } from "@langchain/core/messages";
import { textOf } from "../define/text-of.ts";
import { saidCalls } from "../observe/plain.ts";
import type { RunSignal } from "../observe/run-signal.ts";
import type { HandoffRecord } from "../types.ts";
import type { Trip } from "./guard.ts";
import type { LogMessage } from "./reply.ts";
import { emit, isHeard } from "./runtime.ts";
import type { NodeConfig } from "./runtime.ts";

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What an agent said in one turn. */
export interface Said {
  readonly agent: string;
  /** As the model or the graph gave them. */
  readonly replies: readonly BaseMessage[];
  /** The last of them, as the log holds it. */
  readonly reply: LogMessage;
  /** Answers to calls that nobody can run. */
  readonly answers: readonly ToolMessage[];
  readonly records: readonly HandoffRecord[];
}

/** Says an agent's messages and the handoff that is to be taken, where somebody listens. */
export function emitSaid(config: NodeConfig, { agent, replies, reply, answers, records }: Said): void {
  if (!isHeard(config)) return;
  for (const message of replies.slice(0, -1)) {
    if (AIMessage.isInstance(message) && message.id !== undefined) emitMessage(config, agent, message, message.id);
  }
  emitMessage(config, agent, reply, replies.at(-1)?.id);
  for (const answer of answers) {
    const { tool_call_id: callId, name: tool = "" } = answer;
    emit(config, { type: "tool.error", agent, tool, callId, result: textOf(answer) });
  }
  // One that waits for an approval has not begun.
  const taken = records.find(({ status, approval }) => status === "pending" && approval === undefined);
  if (taken === undefined) return;
  const { id, from, to, callId, input, reason } = taken;
  const told = { ...(input !== undefined && { input }), ...(reason !== undefined && { reason }) };
  emit(config, { type: "handoff.started", id, from, to, callId, ...told });
}

function emitMessage(config: NodeConfig, agent: string, message: AIMessage, streamedId: string | undefined): void {
  const { id = "" } = message;
  const calls = saidCalls(message);
  const told: Writable<RunSignal & { type: "message.done" }> = {
    type: "message.done",
    agent,
    id,
    text: textOf(message),
  };
  if (streamedId !== undefined && streamedId !== id) told.streamedId = streamedId;
  if (calls.length > 0) told.calls = calls;
  emit(config, told);
}

/** The handoffs of a message that are not taken. */
export function refusalsOf(records: readonly HandoffRecord[]): RunSignal[] {
  return records.flatMap(({ status, id, from, to, callId, code, reason }): RunSignal[] =>
    (status === "refused" || status === "dropped") && code !== undefined
      ? [{ type: `handoff.${status}`, id, from, to, callId, code, reason }]
      : [],
  );
}

/** Says that a guardrail tripped, and what comes of it. */
export function emitTrip(
  config: NodeConfig,
  agent: string,
  { guardrail, stage, reason, details }: Trip,
  { action, callId }: { action: "end" | "retry" | "answer"; callId?: string | undefined },
): void {
  const told = { ...(details !== undefined && { details }), ...(callId !== undefined && { callId }) };
  emit(config, { type: "guardrail.tripped", agent, guardrail, stage, reason, action, ...told });
}
