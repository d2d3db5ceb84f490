import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { listOf, objectOf, textOf } from "../wire/problem.ts";
import type { JsonObject } from "../wire/problem.ts";
import { base64Of, dataPart, isDataBlock, neededFileName } from "./openai/blocks.ts";
import { chatTools } from "./openai/tools.ts";
import { compact, isStandard, PLACEHOLDER_MODEL, roleOf } from "./openai/role.ts";
import type { WireEncoder } from "./prompt.ts";

/** Blocks that the adapter leaves out: calls are sent as calls, and thoughts not at all. */
const LEFT_OUT: ReadonlySet<unknown> = new Set(["tool_use", "tool_call", "reasoning", "reasoning_content", "thinking"]);

/**
 * Writes the body of a Chat Completions request as `ChatOpenAI` of `@langchain/openai` does. Malformed calls
 * (`invalid_tool_calls`) are not sent, unless `additional_kwargs.tool_calls` holds them. Contract: pure; where the
 * adapter throws (a call without an id, a message of no known role), the body shows the fault to the validator instead.
 *
 */
export const encodeOpenAIChat: WireEncoder = ({ messages, tools = [], model = PLACEHOLDER_MODEL }) => ({
  model,
  messages: messages.flatMap((message) => encodeMessage(message, model)),
  ...(tools.length > 0 && { tools: chatTools(tools) }),
});

function encodeMessage(message: BaseMessage, model: string): Record<string, unknown>[] {
  const role = roleOf(message, model);
  if (isStandard(message)) return [encodeStandard(message, role)];
  const kwargs = objectOf(message.additional_kwargs);
  const wire = compact({
    role,
    content: typeof message.content === "string" ? message.content : encodeContent(message.content),
    name: message.name ?? undefined,
    function_call: kwargs["function_call"] ?? undefined,
    ...callFields(message),
  });
  const audio = objectOf(kwargs["audio"]);
  return "id" in audio ? [wire, { role: "assistant", audio: { id: audio["id"] } }] : [wire];
}

function encodeContent(blocks: readonly unknown[]): unknown[] {
  return blocks.flatMap((value) => {
    const block = objectOf(value);
    if (isDataBlock(block)) return [dataPart(block)];
    return LEFT_OUT.has(block["type"]) ? [] : [value];
  });
}

/** What ties a message to others: an assistant's calls, parsed or raw, or the call that a tool's message answers. */
function callFields(message: BaseMessage): Record<string, unknown> {
  if (AIMessage.isInstance(message) && (message.tool_calls ?? []).length > 0) {
    const calls = message.tool_calls?.map(({ id, name, args }) =>
      compact({ id, type: "function", function: { name, arguments: JSON.stringify(args) } }),
    );
    return { tool_calls: calls };
  }
  return {
    tool_calls: objectOf(message.additional_kwargs)["tool_calls"] ?? undefined,
    tool_call_id: ToolMessage.isInstance(message) ? message.tool_call_id : undefined,
  };
}

/** A message of standard blocks: its name is not sent, and of its blocks the text only, but for a user's. */
function encodeStandard(message: BaseMessage, role: string): Record<string, unknown> {
  const blocks = listOf(message.contentBlocks).map(objectOf);
  const texts = blocks.filter(({ type }) => type === "text");
  switch (role) {
    case "system":
    case "developer":
      return { role, content: texts };
    case "assistant":
    case "tool":
      return compact({ role, content: texts, ...callFields(message) });
    default:
      return { role, content: blocks.flatMap(userPart) };
  }
}

function userPart(block: JsonObject): unknown[] {
  const { type, url, data, mimeType, fileId } = block;
  const inline = `data:${textOf(mimeType)};base64,${base64Of(data)}`;
  if (type === "text") return [{ type, text: block["text"] }];
  if (type === "image" && (url || data)) return [{ type: "image_url", image_url: { url: url || inline } }];
  if (type === "audio" && data) {
    const format = textOf(mimeType) === "audio/mp3" ? "mp3" : "wav";
    return [{ type: "input_audio", input_audio: { data: base64Of(data), format } }];
  }
  if (type === "file" && data) return [{ type, file: { file_data: inline, filename: neededFileName(block) } }];
  return type === "file" && fileId ? [{ type, file: { file_id: fileId } }] : [];
}
