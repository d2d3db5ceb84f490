import type { BaseMessage } from "@langchain/core/messages";
import { objectOf, textOf } from "../../wire/problem.ts";
import type { JsonObject } from "../../wire/problem.ts";
import { dataPart, fileName, isDataBlock, neededFileName } from "../openai/blocks.ts";
import { compact } from "../openai/role.ts";

/** The Responses API's own parts of an input. */
const NATIVE: ReadonlySet<unknown> = new Set(["input_text", "input_image", "input_file"]);

/** A user's or a system's message, before it what it says to a request for approval; blocks of no known type are left out. */
export function inputItems({ content }: BaseMessage, role: string): unknown[] {
  if (typeof content === "string") return [{ type: "message", role, content }];
  const blocks = content.map(objectOf);
  const approvals = blocks.filter(({ type }) => type === "mcp_approval_response");
  const parts = blocks.flatMap(inputPart);
  return [
    ...approvals.map(({ type, approval_request_id, approve }) => compact({ type, approval_request_id, approve })),
    ...(parts.length > 0 ? [{ type: "message", role, content: parts }] : []),
  ];
}

function inputPart(block: JsonObject): unknown[] {
  if (isDataBlock(block)) return [block["type"] === "file" ? filePart(block) : dataPart(block)];
  if (NATIVE.has(block["type"])) return [block];
  if (block["type"] === "text") return [{ type: "input_text", text: block["text"] }];
  if (block["type"] !== "image_url") return [];
  const image = block["image_url"];
  if (typeof image === "string") return [{ type: "input_image", image_url: image, detail: "auto" }];
  return [compact({ type: "input_image", image_url: objectOf(image)["url"], detail: objectOf(image)["detail"] })];
}

function filePart(block: JsonObject): unknown {
  const filename = fileName(block) || undefined;
  switch (block["source_type"]) {
    case "url":
      return compact({ type: "input_file", file_url: block["url"], filename });
    case "id":
      return compact({ type: "input_file", file_id: block["id"], filename });
    case "base64": {
      const data = `data:${textOf(block["mime_type"])};base64,${textOf(block["data"])}`;
      return { type: "input_file", file_data: data, filename: neededFileName(block) };
    }
    default:
      return dataPart(block);
  }
}
