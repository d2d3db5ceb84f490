import { mapStoredMessageToChatMessage } from "@langchain/core/messages";
import type { BaseMessage, StoredMessage } from "@langchain/core/messages";

/** Fields whose texts somebody said, thought or found. */
const TEXTS: ReadonlySet<string> = new Set(["content", "text", "thinking", "reasoning", "reasoning_content", "q"]);

/** What stands for everything that is said in the message at a position. */
export function markOf(position: number): string {
  return `said~${position}~`;
}

/**
 * A message with each of its texts, thoughts and arguments replaced by the mark of its position, wherever its maker keeps
 * a copy of them.
 */
export function marked(message: BaseMessage, position: number): BaseMessage {
  const mark = markOf(position);
  const args = JSON.stringify({ q: mark });
  const text = JSON.stringify(message.toDict(), (key, value: unknown) => {
    if (key === "q") return mark;
    if (typeof value !== "string") return value;
    // The arguments of a malformed call are a text, and stay malformed.
    if (key === "args") return `{"q":"${mark}`;
    return key === "arguments" ? args : TEXTS.has(key) ? mark : value;
  });
  return mapStoredMessageToChatMessage(JSON.parse(text) as StoredMessage);
}
