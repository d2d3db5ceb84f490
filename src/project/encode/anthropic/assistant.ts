import type { AIMessage } from "@langchain/core/messages";
import type { ToolCall } from "@langchain/core/messages/tool";
import { listOf, objectOf } from "../../wire/problem.ts";
import type { JsonObject } from "../../wire/problem.ts";
import { contentOf } from "./blocks.ts";
import { compact } from "./media.ts";

/** Blocks that stand for a call already. */
const CALLS = new Set<unknown>(["tool_use", "input_json_delta", "server_tool_use"]);

/**
 * An assistant's content on Anthropic's wire: its text or blocks, then the calls that no block stands for. Blocks of
 * calls are sent also where the message has no call of that id; malformed calls are not sent, nor is the author's name.
 */
export function assistantContent(message: AIMessage): unknown {
  if (message.response_metadata?.["output_version"] === "v1") return standardContent(message);
  const calls = message.tool_calls ?? [];
  const { content } = message;
  if (calls.length === 0) return contentOf(content);
  if (typeof content === "string") {
    return [...(content === "" ? [] : [{ type: "text", text: content }]), ...calls.map(callOf)];
  }
  const missing = calls.filter(({ id }) => !content.some((block) => CALLS.has(block.type) && block["id"] === id));
  return [...listOf(contentOf(content, calls)), ...missing.map(callOf)];
}

/** The calls and texts of a message in LangChain's standard form; its thoughts only where Anthropic had them. */
function standardContent(message: AIMessage): unknown[] {
  const isOwn = message.response_metadata["model_provider"] === "anthropic";
  return message.contentBlocks.map(objectOf).flatMap((block) => {
    switch (block["type"]) {
      case "text":
        return [{ type: "text", text: block["text"] }];
      case "tool_call":
        return [{ type: "tool_use", id: block["id"] ?? "", name: block["name"], input: block["args"] }];
      case "reasoning":
        return isOwn ? [{ type: "thinking", thinking: block["reasoning"], signature: String(block["signature"]) }] : [];
      case "non_standard":
        return isOwn ? [block["value"]] : [];
      default:
        return [];
    }
  });
}

function callOf({ id, name, args }: ToolCall): JsonObject {
  return compact({ type: "tool_use", id, name, input: args });
}
