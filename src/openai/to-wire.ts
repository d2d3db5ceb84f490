import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { InvalidToolCall } from "@langchain/core/messages/tool";
import type { OpenAI } from "openai";
import { toTextContent, toUserContent } from "./to-wire-content.ts";
import { parseArguments } from "./tool-call-assembly.ts";

/** The longest name of an author or a function that OpenAI accepts. */
const MAX_NAME = 64;

/** Characters that OpenAI refuses in the name of a message's author. */
const ILLEGAL_IN_AUTHOR = /[\s<|\\/>]+/g;

/** Characters that OpenAI refuses in a function's name, in the history too. Models that take a dot are left it. */
const ILLEGAL_IN_FUNCTION = /[^a-zA-Z0-9_.-]/g;

/**
 * LangChain messages as Chat Completions messages. Contract: pure; sends every tool call of an assistant message, the
 * malformed ones too, so that no tool message loses the call that it answers.
 *
 * @throws TypeError for a message or a content block that Chat Completions has no form for.
 */
export function toWire(messages: readonly BaseMessage[]): OpenAI.ChatCompletionMessageParam[] {
  return messages.map((message, index) => toWireMessage(message, `messages[${index}]`));
}

function toWireMessage(message: BaseMessage, place: string): OpenAI.ChatCompletionMessageParam {
  const author = authorOf(message.name);
  if (AIMessage.isInstance(message)) return { ...toAssistant(message, place), ...author };
  if (ToolMessage.isInstance(message)) {
    return { role: "tool", content: toTextContent(message.content, place), tool_call_id: message.tool_call_id };
  }
  switch (roleOf(message)) {
    case "human":
    case "user":
      return { role: "user", content: toUserContent(message.content, place), ...author };
    case "system":
      return { role: "system", content: toTextContent(message.content, place), ...author };
    case "developer":
      return { role: "developer", content: toTextContent(message.content, place), ...author };
    default:
      throw new TypeError(
        `${place} is a "${roleOf(message)}" message, which Chat Completions has no form for: send it as a system, human, ai or tool message`,
      );
  }
}

function toAssistant(message: AIMessage, place: string): OpenAI.ChatCompletionAssistantMessageParam {
  const calls = [
    ...(message.tool_calls ?? []).map((call) => ({ ...call, text: JSON.stringify(call.args) })),
    ...invalidCallsOf(message).map((call) => ({ ...call, text: objectText(call.args) })),
  ];
  const text = textOf(message);
  const { refusal } = message.additional_kwargs;
  return {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    ...(typeof refusal === "string" && { refusal }),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, name, text: args }, index) => ({
        type: "function" as const,
        id: id || `call_${place.replace(/\D/g, "")}_${index}`,
        function: { name: functionName(name), arguments: args },
      })),
    }),
  };
}

/** The malformed calls of a message: its own, and those that only its content blocks hold. */
function invalidCallsOf(message: AIMessage): InvalidToolCall[] {
  const invalid = message.invalid_tool_calls ?? [];
  if (typeof message.content === "string") return invalid;
  const blocks = message.content.filter(({ type }) => type === "invalid_tool_call") as unknown as InvalidToolCall[];
  return [...invalid, ...blocks.filter((block) => !invalid.some(({ id }) => id === block.id))];
}

/** An assistant's text alone: its other blocks are calls, sent as such, or another provider's thoughts. */
function textOf({ content }: AIMessage): string {
  if (typeof content === "string") return content;
  return content.map((block) => (block.type === "text" ? String(block["text"]) : "")).join("");
}

/** Some servers parse the arguments in the history, and fail on anything but an object. */
function objectText(text: string | undefined): string {
  return text !== undefined && text !== "" && "args" in parseArguments(text) ? text : "{}";
}

function functionName(name: string | undefined): string {
  return (name ?? "").replace(ILLEGAL_IN_FUNCTION, "_").slice(0, MAX_NAME) || "unknown";
}

function authorOf(name: string | undefined): { name?: string } {
  const legal = (name ?? "").replace(ILLEGAL_IN_AUTHOR, "_").slice(0, MAX_NAME).toWellFormed();
  return legal === "" ? {} : { name: legal };
}

function roleOf(message: BaseMessage): string {
  return "role" in message && typeof message.role === "string" ? message.role : message.type;
}
