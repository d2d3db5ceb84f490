import { parseBase64DataUrl } from "@langchain/core/messages";
import type { ContentBlock } from "@langchain/core/messages";
import { objectOf } from "../../wire/problem.ts";

/** A part of a Gemini content. */
export type Part = Record<string, unknown>;

/** A content block of any provider's or of LangChain's own. */
export type Block = ContentBlock & Readonly<Record<string, unknown>>;

/** What kind of data a standard block holds that does not say so. */
const DEFAULT_MIME_TYPES: Readonly<Record<string, string>> = {
  image: "image/png",
  video: "video/mp4",
  audio: "audio/mpeg",
  file: "application/octet-stream",
  "text-plain": "text/plain",
};

/**
 * A content block as a part; `undefined` for the model's own `functionCall` block, which goes out from `tool_calls`. A
 * `tool_use` or `tool_call` block is a call here too, so that a message which has both sends its call twice.
 *
 * @throws TypeError for a block of another kind, e.g. `reasoning`, `redacted_thinking` or `inlineData`.
 */
export function toPart(block: Block, place: string): Part | undefined {
  if ("source_type" in block) return fromSource(block, place);
  switch (block.type) {
    case "text":
      return { text: block["text"] };
    case "thinking":
      return {
        text: block["thinking"],
        thought: true,
        ...(Boolean(block["signature"]) && { thoughtSignature: block["signature"] }),
      };
    case "tool_use":
      return { functionCall: { name: block["name"], args: block["input"] } };
    case "tool_call":
      return { functionCall: { name: block["name"], args: block["args"] } };
    case "executableCode":
    case "codeExecutionResult":
      return { [block.type]: block[block.type] };
    case "image_url":
      return imageUrl(block["image_url"], place);
    case "media":
      return media(block, place);
    case "text-plain":
      return typeof block["text"] === "string" ? { text: block["text"] } : multimodal(block, place);
    case "image":
    case "video":
    case "audio":
    case "file":
      return multimodal(block, place);
    default:
      return otherwise(block, place);
  }
}

/** An older standard block, which says where its data comes from. */
function fromSource(block: Block, place: string): Part {
  const mimeType = block["mime_type"] ?? "";
  switch (block["source_type"]) {
    case "text":
      return { text: block["text"] };
    case "base64":
      return inline(mimeType, block["data"]);
    case "url":
      return fromUrl(String(block["url"]), mimeType);
    default:
      throw new TypeError(`${place} has its data from "${String(block["source_type"])}": give a url, base64 or a text`);
  }
}

function multimodal(block: Block, place: string): Part {
  const { data, url } = block;
  const mimeType = block["mimeType"] || DEFAULT_MIME_TYPES[block.type];
  if (data instanceof Uint8Array) return inline(mimeType, btoa(String.fromCharCode(...data)));
  if (data !== undefined) return inline(mimeType, data);
  if (url !== undefined) return fromUrl(String(url), mimeType);
  throw new TypeError(`${place} is a "${block.type}" block without data and without a url: give it one of the two`);
}

function media(block: Block, place: string): Part {
  const { mimeType, data, fileUri } = block;
  if (mimeType !== undefined && data !== undefined) return inline(mimeType, data);
  if (mimeType !== undefined && fileUri !== undefined) return { fileData: { mimeType, fileUri } };
  throw new TypeError(`${place} is a "media" block without mimeType, or with neither data nor fileUri: give it both`);
}

function imageUrl(image: unknown, place: string): Part {
  const url = typeof image === "string" ? image : objectOf(image)["url"];
  const [, mimeType, data] = /^data:([^;,]*);base64(?:;[^,]*)?,([^,]*)/.exec(String(url)) ?? [];
  if (data === undefined) {
    throw new TypeError(
      `${place} is an image by its address, which ChatGoogleGenerativeAI does not send: give base64 data`,
    );
  }
  return inline(mimeType, data);
}

function otherwise(block: Block, place: string): Part | undefined {
  if (/^[^/]+\/[^/]+$/.test(block.type) && typeof block["data"] === "string") return inline(block.type, block["data"]);
  if ("functionCall" in block) return undefined;
  throw new TypeError(`${place} is a "${block.type}" block, which ChatGoogleGenerativeAI does not send: leave it out`);
}

function fromUrl(url: string, mimeType: unknown): Part {
  const parsed = parseBase64DataUrl({ dataUrl: url });
  return parsed === undefined ? { fileData: { mimeType, fileUri: url } } : inline(parsed.mime_type, parsed.data);
}

function inline(mimeType: unknown, data: unknown): Part {
  return { inlineData: { mimeType, data } };
}
