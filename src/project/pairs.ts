import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { callsOf } from "../define/calls.ts";
import type { CallView } from "../define/calls.ts";

/** What a model reads for a call that was never run. */
export const NOT_EXECUTED = "Error: this call was not executed.";

/** The kinds of content blocks in which providers repeat a tool call. */
const CALL_BLOCKS: ReadonlySet<unknown> = new Set(["tool_use", "tool_call", "function_call", "input_json_delta"]);

/** The content blocks of reasoning, which say nothing to the reader. */
const REASONING_BLOCKS: ReadonlySet<unknown> = new Set(["thinking", "redacted_thinking", "reasoning"]);

/** How {@link pairCalls} treats ids. */
export interface PairOptions {
  /** Makes an id legal at the provider. A pure function of the id. */
  readonly callId: (id: string) => string;
}

/**
 * Makes every call answered exactly once and directly after its message, in call order, and drops every answer without a
 * call. Malformed calls become valid ones with empty arguments, since adapters would leave them out and orphan the
 * answer. Pure and idempotent; O(messages). A message that is right already is passed on as it is.
 */
export function pairCalls(messages: readonly BaseMessage[], options: PairOptions): BaseMessage[] {
  const paired: BaseMessage[] = [];
  let index = 0;
  while (index < messages.length) {
    const message = messages[index] as BaseMessage;
    index += 1;
    if (!AIMessage.isInstance(message)) {
      if (message.type !== "tool") paired.push(message);
      continue;
    }
    const answers = new Map<string, ToolMessage>();
    const others: BaseMessage[] = [];
    // A group reaches to the next assistant message: whatever else came in between goes behind the answers.
    for (; index < messages.length && !AIMessage.isInstance(messages[index]); index += 1) {
      const next = messages[index] as BaseMessage;
      if (!ToolMessage.isInstance(next)) others.push(next);
      else if (!answers.has(next.tool_call_id)) answers.set(next.tool_call_id, next);
    }
    pushGroup(paired, message, answers, options);
    for (const other of others) paired.push(other);
  }
  return paired;
}

/** A copy of an assistant message with these calls and no others, in `tool_calls` and in its content alike. */
export function withCalls(message: AIMessage, calls: readonly CallView[]): AIMessage {
  const additional: Record<string, unknown> = { ...message.additional_kwargs };
  // Adapters fall back to this copy of the calls where `tool_calls` is empty.
  delete additional["tool_calls"];
  return new AIMessage({
    content: withoutCallBlocks(message, calls),
    additional_kwargs: additional,
    response_metadata: message.response_metadata,
    tool_calls: calls.map(({ id, name, args }) => ({ type: "tool_call", id: id ?? "", name, args: { ...args } })),
    ...(message.id !== undefined && { id: message.id }),
    ...(message.name !== undefined && { name: message.name }),
    ...(message.usage_metadata !== undefined && { usage_metadata: message.usage_metadata }),
  });
}

/** Whether an assistant message says something to a reader. */
export function saysSomething(message: AIMessage): boolean {
  if (typeof message.content === "string") return message.content.trim() !== "";
  return message.content.some((block) => {
    const { type, text } = block as { type?: unknown; text?: unknown };
    if (CALL_BLOCKS.has(type) || REASONING_BLOCKS.has(type)) return false;
    return typeof text === "string" ? text.trim() !== "" : true;
  });
}

function pushGroup(
  into: BaseMessage[],
  message: AIMessage,
  answers: ReadonlyMap<string, ToolMessage>,
  options: PairOptions,
): void {
  const calls = callsOf(message);
  if (calls.length === 0) {
    if (saysSomething(message)) into.push(message);
    return;
  }
  const used = new Set<string>();
  const legal = calls.map((call, position) => {
    const wanted = call.id === undefined ? `call_${position}` : options.callId(call.id);
    const id = used.has(wanted) ? options.callId(`${wanted}_${position}`) : wanted;
    used.add(id);
    return { ...call, id };
  });
  const isRight = calls.every((call, position) => call.malformed === undefined && call.id === legal[position]?.id);
  into.push(isRight ? message : withCalls(message, legal));
  calls.forEach((call, position) => {
    const id = (legal[position] as { id: string }).id;
    const answer = call.id === undefined ? undefined : answers.get(call.id);
    into.push(
      answer === undefined ? notExecuted(call, id) : answer.tool_call_id === id ? answer : readdressed(answer, id),
    );
  });
}

function notExecuted(call: CallView, id: string): ToolMessage {
  return new ToolMessage({ content: NOT_EXECUTED, tool_call_id: id, name: call.name, status: "error" });
}

function readdressed(answer: ToolMessage, id: string): ToolMessage {
  return new ToolMessage({
    content: answer.content,
    tool_call_id: id,
    ...(answer.id !== undefined && { id: answer.id }),
    ...(answer.name !== undefined && { name: answer.name }),
    ...(answer.status && { status: answer.status }),
  });
}

function withoutCallBlocks(message: AIMessage, calls: readonly CallView[]): AIMessage["content"] {
  if (typeof message.content === "string") return message.content;
  const kept = new Set(calls.map(({ id }) => id));
  return message.content.filter((block) => {
    const { type, id, call_id: callId } = block as { type?: unknown; id?: string; call_id?: string };
    return !CALL_BLOCKS.has(type) || kept.has(id) || kept.has(callId);
  }) as AIMessage["content"];
}
