import { HumanMessage } from "@langchain/core/messages";
import type { AIMessage, BaseMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import type { ScriptedModel } from "../src/testing/index.ts";

/** One user message as a swarm's input. */
export function says(text = "Hello"): { messages: HumanMessage[] } {
  return { messages: [new HumanMessage(text)] };
}

/** A tool that adds, and counts how often it ran. */
export function addTool(): { add: ReturnType<typeof makeAdd>; runs: { count: number } } {
  const runs = { count: 0 };
  return { add: makeAdd(runs), runs };
}

function makeAdd(runs: { count: number }) {
  return tool(
    ({ a, b }) => {
      runs.count += 1;
      return `${a + b}`;
    },
    { name: "add", description: "Adds two numbers.", schema: z.object({ a: z.number(), b: z.number() }) },
  );
}

/** A tool that echoes its text. */
export const echo = tool(({ text }) => text, {
  name: "echo",
  description: "Says it again.",
  schema: z.object({ text: z.string() }),
});

/** A prompt as one line per message: `human: Hello`, `ai: [transfer_to_b]`, `tool: 3`. */
export function shape(messages: readonly BaseMessage[]): string[] {
  return messages.map((message) => {
    const calls = ((message as AIMessage).tool_calls ?? []).map(({ name }) => name);
    const parts = [message.text, calls.length > 0 ? `[${calls.join(", ")}]` : ""].filter((part) => part !== "");
    return `${message.type}: ${parts.join(" ")}`.trim();
  });
}

/** How {@link shape} shows the answer to a call whose run ended before it had a result. */
export function cutOff(tool: string): string {
  return `tool: Error: the call of "${tool}" was interrupted: the run ended before it had a result. It may have happened or not: find out before you call it again.`;
}

/** The prompt of a model's n-th call, counted from 1, without the system prompt. */
export function promptOf(model: ScriptedModel, call = 1): BaseMessage[] {
  return (model.calls[call - 1]?.messages ?? []).filter((message) => message.type !== "system");
}

/** The system prompt of a model's n-th call, counted from 1. */
export function systemOf(model: ScriptedModel, call = 1): string {
  return model.calls[call - 1]?.messages.find((message) => message.type === "system")?.text ?? "";
}

/** The tool messages of a log. */
export function toolMessages(messages: readonly BaseMessage[]): ToolMessage[] {
  return messages.filter((message): message is ToolMessage => message.type === "tool");
}
