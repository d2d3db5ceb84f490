import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { listOf, objectOf, textOf } from "../../wire/problem.ts";
import type { JsonObject } from "../../wire/problem.ts";
import { base64Of, fileName, neededFileName } from "../openai/blocks.ts";
import { compact } from "../openai/role.ts";

const ROLES: ReadonlySet<string> = new Set(["system", "developer", "assistant", "user"]);

/**
 * A message of LangChain's standard blocks, in their order: parts that follow each other make one message. A tool's message has no form here: the adapter writes its
 * text as an assistant's, so that the call it answers stays open.
 */
export function standardItems(message: BaseMessage, ownRole: string): unknown[] {
  const role = ROLES.has(ownRole) ? ownRole : "assistant";
  const isOwn = AIMessage.isInstance(message) && message.response_metadata?.["model_provider"] === "openai";
  const items: unknown[] = [];
  let parts: unknown[] | undefined;
  for (const block of listOf(message.contentBlocks).map(objectOf)) {
    const part = partOf(block, role);
    if (part !== undefined && parts !== undefined) {
      parts.push(part);
    } else if (part !== undefined) {
      parts = [part];
      items.push(compact({ type: "message", role, content: parts, phase: phaseOf(block) }));
    } else {
      const others = itemsOf(block, isOwn);
      if (others.length > 0) parts = undefined;
      items.push(...others);
    }
  }
  return items;
}

function phaseOf(block: JsonObject): unknown {
  return block["type"] === "text" ? objectOf(block["extras"])["phase"] || undefined : undefined;
}

function partOf(block: JsonObject, role: string): Record<string, unknown> | undefined {
  switch (block["type"]) {
    case "text":
      return textPart(block["text"], role);
    case "text-plain":
      return block["text"] ? textPart(block["text"], role) : undefined;
    case "image":
      return imagePart(block);
    case "file":
    case "video":
      return filePart(block);
    default:
      return undefined;
  }
}

function textPart(text: unknown, role: string): Record<string, unknown> {
  return role === "assistant" ? { type: "output_text", text, annotations: [] } : { type: "input_text", text };
}

function imagePart(block: JsonObject): Record<string, unknown> | undefined {
  const asked = objectOf(block["metadata"])["detail"];
  const image = { type: "input_image", detail: asked === "low" || asked === "high" ? asked : "auto" };
  if (block["fileId"]) return { ...image, file_id: block["fileId"] };
  if (block["url"]) return { ...image, image_url: block["url"] };
  return block["data"] ? { ...image, image_url: dataUrl(block, "image/png") } : undefined;
}

function filePart(block: JsonObject): Record<string, unknown> | undefined {
  const file = { type: "input_file", filename: fileName(block) || undefined };
  if (block["fileId"]) return compact({ ...file, file_id: block["fileId"] });
  if (block["url"]) return compact({ ...file, file_url: block["url"] });
  if (!block["data"]) return undefined;
  return { ...file, file_data: dataUrl(block, "application/octet-stream"), filename: neededFileName(block) };
}

function dataUrl(block: JsonObject, fallback: string): string {
  return `data:${textOf(block["mimeType"] ?? fallback)};base64,${base64Of(block["data"])}`;
}

function itemsOf(block: JsonObject, isOwn: boolean): unknown[] {
  switch (block["type"]) {
    case "reasoning":
      return [reasoningItem(block)];
    case "tool_call":
    case "server_tool_call": {
      const call = { type: "function_call", name: block["name"] ?? "", call_id: block["id"] ?? "" };
      return [{ ...call, arguments: jsonText(block["args"]) }];
    }
    case "server_tool_call_result": {
      const answer = { type: "function_call_output", call_id: block["toolCallId"] ?? "" };
      const status = { success: "completed", error: "incomplete" }[textOf(block["status"])];
      return [compact({ ...answer, output: jsonText(block["output"]), status })];
    }
    case "non_standard":
      return isOwn ? [block["value"]] : [];
    default:
      return [];
  }
}

/** The thought of any provider, without its signature: its summary, or one empty part. */
function reasoningItem(block: JsonObject): Record<string, unknown> {
  const parts = listOf(block["summary"])
    .map((part) => objectOf(part)["text"])
    .filter((text) => typeof text === "string");
  const texts = parts.length > 0 ? parts : [textOf(block["reasoning"])];
  const id = block["id"] || undefined;
  return compact({ type: "reasoning", id, summary: texts.map((text) => ({ type: "summary_text", text })) });
}

function jsonText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? {});
}
