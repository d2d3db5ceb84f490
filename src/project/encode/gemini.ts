import { AIMessage, ChatMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { objectOf } from "../wire/problem.ts";
import { toPart } from "./gemini/blocks.ts";
import type { Block, Part } from "./gemini/blocks.ts";
import { toGeminiTools } from "./gemini/tools.ts";
import type { WireEncoder } from "./prompt.ts";

/** Where the adapter keeps the signatures of a message's calls, by call id. */
const SIGNATURES = "__gemini_function_call_thought_signatures__";

/** The signature that Google documents for calls which have none, because another model made them. */
const NO_SIGNATURE = "skip_thought_signature_validator";

/** Gemini's roles by LangChain's types. */
const ROLES = new Map([
  ["human", "user"],
  ["ai", "model"],
  ["model", "model"],
  ["supervisor", "model"],
  ["tool", "user"],
  ["function", "user"],
  ["system", "system"],
]);

/**
 * Writes a prompt as `ChatGoogleGenerativeAI` does for a model that takes images and a system instruction: the leading
 * system message is the instruction; every result is a content of its own, also those of parallel calls, which Gemini
 * refuses (G5); call ids, names of authors and malformed calls are not sent. A model of the third generation has every
 * unsigned call signed with a filler: here the documented one, which says that there is no signature.
 *
 * In addition to what the adapter sends, the body names its model, so that the rules which depend on it can be checked.
 *
 * @throws TypeError where the adapter throws: a system message that is not the first, a message or a block that it does
 * not know, an image by its address, a result whose call is nowhere before it and that has no name.
 */
export const encodeGemini: WireEncoder = ({ messages, tools = [], model = "gemini-3-pro-preview" }) => {
  const names = new Map<string, string>();
  const contents = messages.map((message, index) => {
    const content = { role: roleOf(message, index), parts: toParts(message, `messages[${index}]`, names, model) };
    for (const { id, name } of callsOf(message)) if (id !== undefined && !names.has(id)) names.set(id, name);
    return content;
  });
  const [first, ...rest] = contents;
  const isInstructed = first?.role === "system";
  return {
    model: `models/${model.replace(/^models\//, "")}`,
    ...(isInstructed && { systemInstruction: first }),
    contents: isInstructed ? rest : contents,
    ...(tools.length > 0 && { tools: toGeminiTools(tools) }),
  };
};

function roleOf(message: BaseMessage, index: number): string {
  const author = ChatMessage.isInstance(message) ? message.role : message.type;
  const role = ROLES.get(author);
  if (role === undefined) {
    throw new TypeError(
      `messages[${index}] is by "${author}": ChatGoogleGenerativeAI sends system, human, ai and tool only`,
    );
  }
  if (role === "system" && index > 0) {
    throw new TypeError(`messages[${index}] is a system message: Gemini takes one, and as the first message only`);
  }
  return role;
}

function toParts(message: BaseMessage, place: string, names: ReadonlyMap<string, string>, model: string): Part[] {
  if (ToolMessage.isInstance(message)) return [toResponse(message, place, names)];
  const parts = typeof message.content === "string" ? toText(message.content) : toBlocks(message, place);
  const signatures = objectOf(message.additional_kwargs[SIGNATURES]);
  const filler = model.includes("gemini-3") ? NO_SIGNATURE : undefined;
  const calls = callsOf(message).map(({ id, name, args }): Part => {
    const thoughtSignature = (id && signatures[id]) || filler;
    return { functionCall: { name, args }, ...(thoughtSignature !== undefined && { thoughtSignature }) };
  });
  return [...parts, ...calls];
}

function toText(text: string): Part[] {
  return text === "" ? [] : [{ text }];
}

function toBlocks({ content }: BaseMessage, place: string): Part[] {
  const parts = (content as Block[]).map((block, index) => toPart(block, `${place}.content[${index}]`));
  return parts.filter((part) => part !== undefined);
}

/** A result under the name of its call, because Gemini knows calls by their names. */
function toResponse(message: ToolMessage, place: string, names: ReadonlyMap<string, string>): Part {
  const name = message.name ?? names.get(message.tool_call_id);
  if (name === undefined) {
    throw new TypeError(`${place} answers "${message.tool_call_id}", which no message before it calls: give it a name`);
  }
  const result = typeof message.content === "string" ? message.content : toBlocks(message, place);
  const response = message.status === "error" ? { error: { details: result } } : { result };
  return { functionResponse: { name, response } };
}

function callsOf(message: BaseMessage): NonNullable<AIMessage["tool_calls"]> {
  return AIMessage.isInstance(message) ? (message.tool_calls ?? []) : [];
}
