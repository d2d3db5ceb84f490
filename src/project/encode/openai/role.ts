import type { BaseMessage } from "@langchain/core/messages";

/** The model that a request names where nobody says which. */
export const PLACEHOLDER_MODEL = "gpt-5.2";

const ROLES: Readonly<Record<string, string>> = { ai: "assistant", human: "user" };

/**
 * The role of a message on OpenAI's wire, as LangChain's adapter has it: reasoning models are given system prompts as
 * `developer`. A message that the adapter has no role for, and throws at, keeps its type, which no API takes.
 */
export function roleOf(message: BaseMessage, model: string): string {
  const own = message.type === "generic" && "role" in message ? String(message.role) : message.type;
  const role = ROLES[message.type] ?? own;
  return role === "system" && isReasoningModel(model) ? "developer" : role;
}

/** Whether a message holds LangChain's standard blocks, as its `contentBlocks` gives them. */
export function isStandard(message: BaseMessage): boolean {
  return message.response_metadata?.["output_version"] === "v1";
}

/** A record without the fields that hold nothing: JSON has no `undefined`. */
export function compact(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function isReasoningModel(model: string): boolean {
  return /^o\d/.test(model) || (model.startsWith("gpt-5") && !model.startsWith("gpt-5-chat"));
}
