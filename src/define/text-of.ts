import type { BaseMessage } from "@langchain/core/messages";

/**
 * A message's text. LangChain's own `text` runs content that is a text already through all of its translations, of which
 * Groq's alone changes it: what a model thinks stands there within the text.
 */
export function textOf(message: BaseMessage): string {
  const { content, response_metadata: metadata } = message;
  return typeof content === "string" && metadata?.["model_provider"] !== "groq" ? content : message.text;
}
