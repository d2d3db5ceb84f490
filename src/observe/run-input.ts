import { BaseMessage } from "@langchain/core/messages";
import { textOf } from "../define/text-of.ts";

/** Whether a run goes on where it stopped: its input is null, or LangGraph's `Command`. */
export function isResumed(input: unknown): boolean {
  return input === null || (typeof input === "object" && input !== null && "lg_name" in input);
}

/** What an input's messages say, where they say something. */
export function textOfInput(input: unknown): string | undefined {
  const messages = typeof input === "object" && input !== null && "messages" in input ? input.messages : undefined;
  const list: readonly unknown[] = Array.isArray(messages) ? messages : [messages];
  const texts = list.map(said).filter((text) => text !== "");
  return texts.length === 0 ? undefined : texts.join("\n");
}

function said(message: unknown): string {
  if (typeof message === "string") return message;
  if (BaseMessage.isInstance(message)) return textOf(message);
  const { text, content } = (message ?? {}) as { text?: unknown; content?: unknown };
  if (typeof text === "string") return text;
  return typeof content === "string" ? content : "";
}
