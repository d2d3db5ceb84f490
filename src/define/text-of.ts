import type { BaseMessage } from "@langchain/core/messages";

/** A message's text. LangChain's own `text` runs content that is a text already through all of its translations. */
export function textOf(message: BaseMessage): string {
  const { content } = message;
  return typeof content === "string" ? content : message.text;
}
