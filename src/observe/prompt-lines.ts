import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { shortHash } from "../define/tool-name.ts";
import { saidCalls, toPlain } from "./plain.ts";

/** Characters of a prompt's hash: 14 stand for 64 bits. */
const HASH = 14;

/**
 * A prompt as one text for each message, with calls numbered in the order in which they come: two prompts that differ in
 * ids alone have the same lines.
 */
export function promptLines(messages: readonly BaseMessage[]): string[] {
  const numbers = new Map<string, number>();
  const numberOf = (id: string): number => {
    const known = numbers.get(id) ?? numbers.size + 1;
    numbers.set(id, known);
    return known;
  };
  return messages.map((message) => {
    const said = typeof message.content === "string" ? message.content : JSON.stringify(toPlain(message.content));
    if (ToolMessage.isInstance(message)) return `tool #${numberOf(message.tool_call_id)}: ${said}`;
    const calls = AIMessage.isInstance(message)
      ? saidCalls(message).map(
          (call) =>
            `[#${numberOf(call.id)} ${call.name}(${"args" in call ? JSON.stringify(call.args) : call.rawArgs})]`,
        )
      : [];
    return [`${message.type}:`, ...(said === "" ? [] : [said]), ...calls].join(" ");
  });
}

/** A short text that stands for a prompt. */
export function promptHash(lines: readonly string[]): string {
  return shortHash(JSON.stringify(lines), HASH);
}
