import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { expect } from "vitest";

/** The rules that every provider shares: each call answered once, adjacently and in order, nothing orphaned, a turn to answer at the end. */
export function expectValidPrompt(prompt: readonly BaseMessage[]): void {
  const messages = prompt.filter((message) => message.type !== "system");
  expect(messages.length).toBeGreaterThan(0);
  expect(["human", "tool"]).toContain(messages.at(-1)?.type);
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index] as BaseMessage;
    expect(ToolMessage.isInstance(message)).toBe(false);
    if (!AIMessage.isInstance(message)) continue;
    expect(message.invalid_tool_calls ?? []).toEqual([]);
    const calls = message.tool_calls ?? [];
    expect(calls.length > 0 || message.text.trim() !== "").toBe(true);
    const answers = messages.slice(index + 1, index + 1 + calls.length);
    expect(answers.map((answer) => (answer as ToolMessage).tool_call_id)).toEqual(calls.map(({ id }) => id));
    index += calls.length;
  }
}
