import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { objectOf } from "../wire/problem.ts";
import { assistantContent } from "./anthropic/assistant.ts";
import { contentOf } from "./anthropic/blocks.ts";
import { compact } from "./anthropic/media.ts";
import { toolsOf } from "./anthropic/tools.ts";
import type { WireEncoder } from "./prompt.ts";

/** The model that a request names where nobody says which. */
const PLACEHOLDER_MODEL = "claude-sonnet-4-5";

/** The limit of tokens where nobody says which; LangChain's adapter has one per model. */
const MAX_TOKENS = 4096;

const ROLES = new Map([
  ["human", "user"],
  ["ai", "assistant"],
  ["tool", "user"],
]);

interface WireMessage {
  readonly role: string;
  readonly content: unknown;
}

/**
 * Writes the body of a request to Anthropic's Messages API as LangChain's `ChatAnthropic` does: system messages at the
 * head become `system`, later ones stay where they are, results in a row share a user's message. Names, malformed calls
 * and the status of a result are not sent. What the adapter throws at is written so that `validateAnthropic` refuses it.
 * Pure.
 */
export const encodeAnthropic: WireEncoder = ({ messages, tools, model = PLACEHOLDER_MODEL }) => {
  const first = messages.findIndex(({ type }) => type !== "system");
  const head = messages.slice(0, first === -1 ? messages.length : first);
  return {
    model,
    max_tokens: MAX_TOKENS,
    ...(head.length > 0 && { system: systemOf(head) }),
    messages: messages.slice(head.length).reduce(append, []),
    ...(tools !== undefined && { tools: toolsOf(tools) }),
  };
};

function systemOf(head: readonly BaseMessage[]): unknown {
  const [only] = head;
  if (head.length === 1) return systemContent(only?.content);
  return head.flatMap(({ content }) =>
    typeof content === "string" ? { type: "text", text: content } : systemContent(content),
  );
}

function systemContent(content: BaseMessage["content"] | undefined): unknown {
  if (!Array.isArray(content)) return content;
  return content.map((each) => {
    const block = objectOf(each);
    const { type, text, cache_control, citations } = block;
    return type === "text" && typeof text === "string" ? compact({ type, text, cache_control, citations }) : each;
  });
}

function append(sent: readonly WireMessage[], message: BaseMessage): WireMessage[] {
  const next = wireOf(message);
  const last = sent.at(-1);
  const joins = isResults(next) && (isText(message) ? startsWithResult(last) : isResults(last));
  if (last === undefined || !joins) return [...sent, next];
  return [...sent.slice(0, -1), { ...last, content: [...blocksOf(last), ...blocksOf(next)] }];
}

function wireOf(message: BaseMessage): WireMessage {
  const role = ROLES.get(message.type) ?? message.type;
  if (AIMessage.isInstance(message)) return { role, content: assistantContent(message) };
  if (ToolMessage.isInstance(message)) {
    const { content, tool_call_id: id } = message;
    return { role, content: [{ type: "tool_result", content: contentOf(content), tool_use_id: id }] };
  }
  return { role, content: message.type === "system" ? systemContent(message.content) : contentOf(message.content) };
}

function blocksOf(message: WireMessage | undefined): readonly unknown[] {
  return Array.isArray(message?.content) ? message.content : [];
}

function isResults(message: WireMessage | undefined): boolean {
  if (message?.role !== "user" || !Array.isArray(message.content)) return false;
  return message.content.every((block) => objectOf(block)["type"] === "tool_result");
}

function startsWithResult(message: WireMessage | undefined): boolean {
  return message?.role === "user" && objectOf(blocksOf(message)[0])["type"] === "tool_result";
}

function isText(message: BaseMessage): boolean {
  return message.type === "tool" && typeof message.content === "string";
}
