import { z } from "zod/v4";
import type { ChatMessage } from "./chat-messages.ts";
import { plainContent, toolCall } from "./content-parts.ts";

const text = z.object({ type: z.literal("text"), text: z.string() });
const image = z.object({
  type: z.literal("image"),
  source: z.discriminatedUnion("type", [
    z.object({ type: z.literal("url"), value: z.string() }),
    z.object({ type: z.literal("data"), value: z.string(), mimeType: z.string() }),
  ]),
});
const id = z.string().min(1).max(200);
const user = z.object({
  role: z.literal("user"),
  id,
  content: z.union([z.string(), z.array(z.discriminatedUnion("type", [text, image]))]),
});
const assistant = z.object({
  role: z.literal("assistant"),
  id,
  content: plainContent.nullish(),
  toolCalls: z.array(toolCall).optional(),
});
const tool = z.object({ role: z.literal("tool"), id, toolCallId: z.string(), content: plainContent });
/** A page has no say over the agents' instructions, and what it shows beside the chat is its own. */
const passedOver = z.object({ role: z.enum(["system", "developer", "reasoning", "activity"]) });

/** A message of AG-UI 1.0. */
export const agUiMessage = z.discriminatedUnion("role", [user, assistant, tool, passedOver]);

/** See {@link agUiMessage}. */
export type AgUiMessage = z.infer<typeof agUiMessage>;

/** Messages of AG-UI as those of a chat. */
export function toChatMessages(messages: readonly AgUiMessage[]): ChatMessage[] {
  return messages.flatMap((message): ChatMessage[] => {
    switch (message.role) {
      case "user":
        return [{ role: "user", id: message.id, content: contentOf(message.content) }];
      case "assistant":
        return [{ role: "assistant", content: message.content, tool_calls: message.toolCalls }];
      case "tool":
        return [{ role: "tool", tool_call_id: message.toolCallId, content: message.content }];
      default:
        return [];
    }
  });
}

type UserContent = Extract<ChatMessage, { role: "user" }>["content"];

function contentOf(content: Extract<AgUiMessage, { role: "user" }>["content"]): UserContent {
  if (typeof content === "string") return content;
  return content.map((part) => {
    if (part.type === "text") return part;
    const { source } = part;
    const url = source.type === "url" ? source.value : `data:${source.mimeType};base64,${source.value}`;
    return { type: "image_url", image_url: { url } };
  });
}
