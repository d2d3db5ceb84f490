import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { z } from "zod/v4";
import { isRecord } from "../wire/chosen.ts";
import { plainContent, textOf, toolCall, userContent } from "./content-parts.ts";

const id = z.string().max(200).optional();
const system = z.object({ role: z.enum(["system", "developer"]), content: plainContent });
const user = z.object({ role: z.literal("user"), id, content: userContent });
const assistant = z.object({
  role: z.literal("assistant"),
  content: plainContent.nullish(),
  tool_calls: z.array(toolCall).nullish(),
});
const tool = z.object({ role: z.literal("tool"), tool_call_id: z.string(), content: plainContent });

/** A message of a chat, as OpenAI has it. */
export const chatMessage = z.discriminatedUnion("role", [system, user, assistant, tool]);

/** See {@link chatMessage}. */
export type ChatMessage = z.infer<typeof chatMessage>;

/** A message as the log has it. */
export function toBaseMessage(message: ChatMessage): BaseMessage {
  switch (message.role) {
    case "user":
      return new HumanMessage({ content: message.content as string, ...(message.id && { id: message.id }) });
    case "assistant":
      return new AIMessage({
        content: textOf(message.content),
        tool_calls: (message.tool_calls ?? []).map(({ id, function: { name, arguments: args } }) => ({
          type: "tool_call",
          id,
          name,
          args: argumentsIn(args),
        })),
      });
    case "tool":
      return new ToolMessage({ content: textOf(message.content), tool_call_id: message.tool_call_id });
    default:
      return new SystemMessage(textOf(message.content));
  }
}

/** What stands behind the last message of an assistant: what is new. */
export function tailOf(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  return messages.slice(messages.findLastIndex(({ role }) => role === "assistant") + 1);
}

/** The results of tools among messages, by call, as `Command({ resume })` takes them. */
export function repliesIn(messages: readonly ChatMessage[]): ReadonlyMap<string, { readonly result: string }> {
  return new Map(
    messages.flatMap((message) =>
      message.role === "tool" ? [[message.tool_call_id, { result: textOf(message.content) }] as const] : [],
    ),
  );
}

function argumentsIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
