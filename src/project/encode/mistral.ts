import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage, ContentBlock } from "@langchain/core/messages";
import { isLangChainTool } from "@langchain/core/utils/function_calling";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { isInteropZodSchema } from "@langchain/core/utils/types";
import { objectOf } from "../wire/problem.ts";
import type { WireEncoder } from "./prompt.ts";

type Json = Record<string, unknown>;
type Block = ContentBlock & Readonly<Record<string, unknown>>;

/** Mistral's roles by LangChain's types. A message of an old function call goes out as the assistant's. */
const ROLES = new Map([
  ["human", "user"],
  ["ai", "assistant"],
  ["system", "system"],
  ["tool", "tool"],
  ["function", "assistant"],
]);

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * Writes a prompt as `ChatMistralAI` does: ids that Mistral would refuse become nine digits and letters; calls that
 * nothing in the prompt answers are left out, and with them an empty message; a message that keeps a call loses its
 * text; names of authors are not sent, those of results are.
 *
 * @throws TypeError where the adapter throws: a message of another type, a block that is neither text nor an image, an
 * image outside of a user's or an assistant's message, a tool of unknown form.
 */
export const encodeMistral: WireEncoder = ({ messages, tools = [], model = "mistral-large-latest" }) => {
  const answered = new Set(messages.flatMap((message) => answeredBy(message) ?? []));
  return {
    model,
    stream: false,
    messages: messages.flatMap((message, index) => toMessages(message, `messages[${index}]`, answered)),
    ...(tools.length > 0 && { tools: tools.map(toTool) }),
  };
};

/** The id of the call that a message answers, as it goes out; `undefined` for a message that answers none. */
function answeredBy(message: BaseMessage): string | undefined {
  const id = "tool_call_id" in message ? message.tool_call_id : undefined;
  return typeof id === "string" ? toCallId(id) : undefined;
}

function toMessages(message: BaseMessage, place: string, answered: ReadonlySet<string>): Json[] {
  const role = ROLES.get(message.type);
  if (role === undefined) {
    throw new TypeError(`${place} is a "${message.type}" message: ChatMistralAI sends system, human, ai and tool only`);
  }
  const content = toContent(message.content, role, place);
  const id = answeredBy(message);
  if (id !== undefined) {
    return [{ role, content, tool_call_id: id, ...(message.name !== undefined && { name: message.name }) }];
  }
  return role === "assistant" ? toAssistant(message, content, answered) : [{ role, content }];
}

function toAssistant(message: BaseMessage, content: string | Json[], answered: ReadonlySet<string>): Json[] {
  const text = { role: "assistant", content, prefix: false };
  const calls = AIMessage.isInstance(message) ? (message.tool_calls ?? []) : [];
  if (calls.length === 0) return [text];
  const kept = calls
    .map(({ id = "", name, args }) => ({ id: toCallId(id), name, arguments: JSON.stringify(args) }))
    .filter(({ id }) => answered.has(id));
  if (kept.length === 0) {
    const isEmpty = typeof content === "string" ? content.trim() === "" : content.length === 0;
    return isEmpty ? [] : [text];
  }
  const toolCalls = kept.map(({ id, ...call }) => ({ id, type: "function", function: call, index: 0 }));
  return [{ role: "assistant", prefix: false, tool_calls: toolCalls }];
}

function toContent(content: BaseMessage["content"], role: string, place: string): string | Json[] {
  if (typeof content === "string") return content;
  return content.map((each, index) => {
    const block = each as Block;
    if (block.type === "text") return { type: "text", text: block["text"] };
    if (block.type === "image_url" && (role === "user" || role === "assistant")) {
      return { type: "image_url", image_url: block["image_url"] };
    }
    throw new TypeError(
      `${place}.content[${index}] is a "${block.type}" block: ChatMistralAI sends text, and image_url for users and assistants`,
    );
  });
}

/** Nine letters and digits for any id: itself where it is legal, else its 32-bit hash in base 62. */
function toCallId(id: string): string {
  if (/^[a-zA-Z0-9]{9}$/.test(id)) return id;
  let hash = 0;
  for (let index = 0; index < id.length; index++) hash = (Math.imul(hash, 31) + id.charCodeAt(index)) | 0;
  let text = "";
  for (let rest = Math.abs(hash); rest > 0; rest = Math.floor(rest / 62)) text = DIGITS.charAt(rest % 62) + text;
  return text.padStart(9, "0");
}

function toTool(tool: unknown): Json {
  const { type = "function", function: fn } = objectOf(tool);
  if (fn !== undefined) return { type, function: fn };
  if (!isLangChainTool(tool)) {
    throw new TypeError("A tool has neither a function nor a name and a schema: give it one of the two");
  }
  const { name, description = `Tool: ${name}`, schema } = tool;
  const parameters = isInteropZodSchema(schema) ? toJsonSchema(schema) : schema;
  return { type: "function", function: { name, description, parameters } };
}
