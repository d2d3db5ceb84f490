import type { BaseMessage } from "@langchain/core/messages";
import type { ToolCall } from "@langchain/core/messages/tool";
import { objectOf, textOf } from "../../wire/problem.ts";
import type { JsonObject } from "../../wire/problem.ts";
import { isLegacyMedia } from "../media.ts";
import { cached, compact, imageUrl, legacyMedia, media } from "./media.ts";

/** Blocks that go out as they came, but for their arguments, and their index in a stream. */
const TOOLS = new Set([
  "bash_code_execution_tool_result",
  "server_tool_use",
  "text_editor_code_execution_tool_result",
  "tool_result",
  "tool_search_tool_result",
  "tool_search_tool_bm25_tool_result",
  "tool_search_tool_regex_tool_result",
  "tool_use",
  "web_search_result",
  "web_search_tool_result",
]);

/**
 * A message's content on Anthropic's wire: a text as it is, blocks one by one. Blocks that Anthropic has no form for are
 * dropped without a word, other providers' thoughts among them; what the adapter throws at is left as it is.
 */
export function contentOf(content: BaseMessage["content"], calls: readonly ToolCall[] = []): unknown {
  if (typeof content === "string") return content;
  const blocks = content.map((block) => objectOf(block));
  return blocks.flatMap((block) => [
    ...(isLegacyMedia(block) ? [legacyMedia(block)] : []),
    ...blockOf(block, { blocks, calls }),
  ]);
}

function blockOf(block: JsonObject, context: { blocks: readonly JsonObject[]; calls: readonly ToolCall[] }): unknown[] {
  const type = textOf(block["type"]);
  if (TOOLS.has(type)) return [toolBlock(block, context)];
  switch (type) {
    case "text":
    case "text_delta":
      return "text" in block ? [{ type: "text", text: block["text"], ...cached(block), ...cited(block) }] : [];
    case "image_url":
      return imageUrl(block);
    case "image":
    case "file":
      return media(block);
    case "document":
    case "container_upload":
      return [block];
    case "thinking":
      return [compact({ type, thinking: block["thinking"], signature: block["signature"], ...cached(block) })];
    case "redacted_thinking":
      return [compact({ type, data: block["data"], ...cached(block) })];
    case "compaction":
      return [compact({ type, content: block["content"], ...cached(block) })];
    case "search_result": {
      const { title, source, content } = block;
      return [compact({ type, title, source, content, ...cached(block), ...cited(block) })];
    }
    default:
      return [];
  }
}

/** A call or a result; arguments that came as a text are those of the message's call, or what the stream's parts make. */
function toolBlock(
  block: JsonObject,
  context: { blocks: readonly JsonObject[]; calls: readonly ToolCall[] },
): JsonObject {
  const { index, ...rest } = block;
  if (typeof rest["input"] !== "string") return rest;
  if (rest["type"] !== "tool_use") return { ...rest, input: parsed(rest["input"]) };
  const call = context.calls.find(({ id }) => id === rest["id"]);
  if (call !== undefined) return { ...rest, input: call.args };
  const parts = context.blocks.filter((each) => each["type"] === "input_json_delta" && each["index"] === index);
  return { ...rest, input: parsed(rest["input"] + parts.map((each) => textOf(each["input"])).join("")) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function cited({ citations }: JsonObject): JsonObject {
  return citations === undefined || citations === null ? {} : { citations };
}
