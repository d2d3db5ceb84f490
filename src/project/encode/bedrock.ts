import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { objectOf } from "../wire/problem.ts";
import type { JsonObject } from "../wire/problem.ts";
import { assistantContent } from "./bedrock/assistant.ts";
import { cachePoint, resultContent, userContent } from "./bedrock/blocks.ts";
import { boundTool } from "./bound-tool.ts";
import type { WireEncoder } from "./prompt.ts";

const ROLES = new Map([
  ["human", "user"],
  ["generic", "user"],
  ["ai", "assistant"],
  ["tool", "user"],
]);

interface WireMessage {
  readonly role: string;
  readonly content: readonly unknown[];
}

/**
 * Writes the body of a request to Bedrock's Converse API as LangChain's `ChatBedrockConverse` does: system messages from
 * anywhere become `system`, results in a row share a user's message, other messages of one role stay apart. Names,
 * malformed calls and the status of a result are not sent. The model is part of the URL. What the adapter throws at is
 * written so that `validateBedrock` refuses it. Pure.
 */
export const encodeBedrock: WireEncoder = ({ messages, tools = [] }) => {
  const system = messages.filter(({ type }) => type === "system").flatMap(({ content }) => systemOf(content));
  return {
    messages: messages.filter(({ type }) => type !== "system").reduce(append, []),
    ...(system.length > 0 && { system }),
    ...(tools.length > 0 && { toolConfig: { tools: tools.map(toolOf) } }),
  };
};

function systemOf(content: BaseMessage["content"]): unknown[] {
  if (typeof content === "string") return [{ text: content }];
  return content.map(objectOf).map((block) => {
    const { type, text } = block;
    return type === "text" && typeof text === "string" ? { text } : (cachePoint(block) ?? block);
  });
}

function append(sent: readonly WireMessage[], message: BaseMessage): WireMessage[] {
  const next = { role: ROLES.get(message.type) ?? message.type, content: contentOf(message) };
  const last = sent.at(-1);
  if (last === undefined || !holdsResult(last) || !holdsResult(next)) return [...sent, next];
  return [...sent.slice(0, -1), { ...last, content: [...last.content, ...next.content] }];
}

function contentOf(message: BaseMessage): unknown[] {
  if (AIMessage.isInstance(message)) return assistantContent(message);
  if (ToolMessage.isInstance(message)) return resultContent(message.content, message.tool_call_id);
  return userContent(message.content);
}

function holdsResult({ role, content }: WireMessage): boolean {
  return role === "user" && content.some((block) => "toolResult" in objectOf(block));
}

function toolOf(tool: BindToolsInput): JsonObject {
  const bound = boundTool(tool);
  if (bound === undefined) return { ...tool };
  const { name, description, schema } = bound;
  return { toolSpec: { name, ...(description !== undefined && { description }), inputSchema: { json: schema } } };
}
