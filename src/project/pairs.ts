import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { callsOf } from "../define/calls.ts";
import type { CallView } from "../define/calls.ts";
import { isOfResponses, plainMessage } from "./provenance.ts";

/** What a model reads for a call that was never run. */
export const NOT_EXECUTED = "Error: this call was not executed.";

/** The kinds of content blocks in which providers repeat a tool call. */
const CALL_BLOCKS: ReadonlySet<unknown> = new Set([
  "tool_use",
  "tool_call",
  "function_call",
  "functionCall",
  "input_json_delta",
]);

/** The content blocks of reasoning, which say nothing to the reader. */
const REASONING_BLOCKS: ReadonlySet<unknown> = new Set([
  "thinking",
  "redacted_thinking",
  "reasoning",
  "reasoning_content",
]);

/** How {@link pairCalls} writes calls. */
export interface PairOptions {
  /** Makes an id legal at the provider. A pure function of the id. */
  readonly callId: (id: string) => string;
  /** Makes the name of a called tool legal at the provider. A pure function of the name. Default: as it is. */
  readonly toolName?: (name: string) => string;
}

/** The call ids of a prompt so far. */
export interface UsedIds {
  has(id: string): boolean;
  add(id: string): unknown;
}

/**
 * Makes every call answered exactly once and directly after its message, in call order, under an id that no other has,
 * and drops every answer without a call. Malformed calls become valid ones with empty arguments, since adapters would
 * leave them out and orphan the answer. Idempotent; O(messages). A message that is right already is passed on as it is.
 * The ids that are given out are added to `used`.
 */
export function pairCalls(
  messages: readonly BaseMessage[],
  options: PairOptions,
  used: UsedIds = new Set<string>(),
): BaseMessage[] {
  const paired: BaseMessage[] = [];
  let index = 0;
  while (index < messages.length) {
    const message = messages[index] as BaseMessage;
    index += 1;
    if (!AIMessage.isInstance(message)) {
      if (message.type !== "tool") paired.push(message);
      continue;
    }
    if (index === messages.length || AIMessage.isInstance(messages[index])) {
      pushGroup(paired, message, NO_ANSWERS, { options, used });
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
    pushGroup(paired, message, answers, { options, used });
    for (const other of others) paired.push(other);
  }
  return paired;
}

/**
 * A copy of an assistant message with these calls and no others. The copies of the calls that providers keep in content
 * blocks and in `additional_kwargs.tool_calls` go: adapters write them anew from `tool_calls`. A message of OpenAI's
 * Responses becomes a plain one, since its items refer to each other.
 */
export function withCalls(given: AIMessage, calls: readonly CallView[]): AIMessage {
  const message = isOfResponses(given) ? plainMessage(given) : given;
  const { tool_calls: _calls, ...additional } = message.additional_kwargs;
  const content = withoutCallBlocks(message);
  // Adapters read standard content blocks alone where a message says that it holds them.
  const isStandard = message.response_metadata["output_version"] === "v1" && typeof content !== "string";
  const blocks = calls.map(({ id, name, args }) => ({ type: "tool_call", id: id ?? "", name, args: { ...args } }));
  return new AIMessage({
    content: isStandard ? ([...content, ...blocks] as AIMessage["content"]) : content,
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

const NO_ANSWERS: ReadonlyMap<string, ToolMessage> = new Map();

function pushGroup(
  into: BaseMessage[],
  message: AIMessage,
  answers: ReadonlyMap<string, ToolMessage>,
  { options, used }: { readonly options: PairOptions; readonly used: UsedIds },
): void {
  const calls = callsOf(message);
  if (calls.length === 0) {
    // Adapters take the raw calls where there are no others.
    const isBare = message.additional_kwargs["tool_calls"] === undefined;
    if (saysSomething(message)) into.push(isBare ? message : withCalls(message, []));
    return;
  }
  const legal = calls.map((call, position) => {
    const wanted = options.callId(call.id === undefined || call.id === "" ? `call_${position}` : call.id);
    let id = wanted;
    for (let copy = 2; used.has(id); copy += 1) id = options.callId(`${wanted}_${copy}`);
    used.add(id);
    return { ...call, id, name: options.toolName?.(call.name) ?? call.name };
  });
  const isRight = calls.every((call, position) => {
    const { id, name } = legal[position] as CallView;
    return call.malformed === undefined && call.id === id && call.name === name;
  });
  into.push(isRight ? message : withCalls(message, legal));
  calls.forEach((call, position) => {
    const { id, name } = legal[position] as CallView & { id: string };
    const answer = call.id === undefined ? undefined : answers.get(call.id);
    const isAddressed = answer?.tool_call_id === id && answer.name === name;
    into.push(answer === undefined ? notExecuted(name, id) : isAddressed ? answer : readdressed(answer, { id, name }));
  });
}

function notExecuted(name: string, id: string): ToolMessage {
  return new ToolMessage({ content: NOT_EXECUTED, tool_call_id: id, name, status: "error" });
}

/** An answer under the id and the name that its call has on the wire. Some providers find it by the name. */
function readdressed(answer: ToolMessage, { id, name }: { id: string; name: string }): ToolMessage {
  return new ToolMessage({
    content: answer.content,
    tool_call_id: id,
    name,
    ...(answer.id !== undefined && { id: answer.id }),
    ...(answer.status && { status: answer.status }),
  });
}

function withoutCallBlocks({ content }: AIMessage): AIMessage["content"] {
  if (typeof content === "string") return content;
  return content.filter(({ type }) => !CALL_BLOCKS.has(type)) as AIMessage["content"];
}
