import type { BaseMessage } from "@langchain/core/messages";
import { objectOf, textOf } from "../../wire/problem.ts";
import type { JsonObject } from "../../wire/problem.ts";
import { base64Of, inlineMedia, isLegacyMedia } from "../media.ts";

const IMAGES = new Set(["gif", "jpeg", "png", "webp"]);

/** What Bedrock calls a document, by its MIME type. */
const DOCUMENTS = new Map([
  ["text/csv", "csv"],
  ["application/msword", "doc"],
  ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"],
  ["text/html", "html"],
  ["text/markdown", "md"],
  ["application/pdf", "pdf"],
  ["text/plain", "txt"],
  ["application/vnd.ms-excel", "xls"],
  ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"],
]);

/** The name of a document that has none; LangChain's adapter makes one up anew for every request. */
const UNNAMED = "document";

/** Blocks of media in LangChain's forms. */
const MEDIA = new Set<unknown>(["image_url", "video", "audio"]);

/** Blocks in Bedrock's own form, below a `type`. */
const OWN = new Set(["document", "image", "video", "audio"]);

/** The content of a user's message on Bedrock's wire. */
export function userContent(content: BaseMessage["content"]): unknown[] {
  if (typeof content === "string") return [{ text: content }];
  return content.map((block) => converted(objectOf(block)) ?? block);
}

/** A tool's result, and the marks for the cache, which Bedrock wants beside it. */
export function resultContent(content: BaseMessage["content"], id: string): unknown[] {
  const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content.map(objectOf);
  const marks = blocks.map(cachePoint).filter((mark) => mark !== undefined);
  const parts = blocks
    .filter((block) => cachePoint(block) === undefined)
    .map((block) => converted(block) ?? (isMedia(block) ? block : { json: block }));
  return [{ toolResult: { toolUseId: id, content: parts } }, ...marks];
}

/** A mark for the cache; `undefined` for any other block. */
export function cachePoint(block: JsonObject): JsonObject | undefined {
  const { type, ttl } = objectOf(block["cachePoint"]);
  if (type !== "default" || ![undefined, "5m", "1h"].includes(ttl as string | undefined)) return undefined;
  return { cachePoint: { type, ...(ttl !== undefined && { ttl }) } };
}

/** Whether the adapter throws at a block that it cannot convert, in a result too, where it sends others as JSON. */
function isMedia(block: JsonObject): boolean {
  return isLegacyMedia(block) || MEDIA.has(block["type"]);
}

/** A block in Bedrock's form; `undefined` for one that the adapter throws at. */
function converted(block: JsonObject): JsonObject | undefined {
  if (isLegacyMedia(block)) return legacyMedia(block);
  const type = textOf(block["type"]);
  if (type === "text") return { text: block["text"] };
  if (type === "image_url") return imageOf(block["image_url"]);
  if (OWN.has(type) && block[type] !== undefined) return { [type]: block[type] };
  if (type === "video" || type === "audio") return recording(type, block);
  return cachePoint(block);
}

function imageOf(link: unknown): JsonObject | undefined {
  const url = textOf(typeof link === "string" ? link : objectOf(link)["url"]);
  const [, subtype = "", data] = /^data:image\/(\w+);base64,([A-Za-z0-9+/]+=*)$/.exec(url) ?? [];
  if (data === undefined) return undefined;
  const format = subtype.toLowerCase();
  return { image: { ...(IMAGES.has(format) && { format }), source: { bytes: data } } };
}

function recording(kind: "video" | "audio", block: JsonObject): JsonObject | undefined {
  const bytes = base64Of(block["data"]) ?? inlineMedia(block["url"])?.data;
  const uri = block["fileId"];
  const format = textOf(block["mimeType"]).split(";", 1)[0]?.split("/")[1];
  const source = bytes === undefined ? typeof uri === "string" && { s3Location: { uri } } : { bytes };
  return source === false ? undefined : { [kind]: { ...(format !== undefined && { format }), source } };
}

/** A block of LangChain's older form. Of an image in a `data:` URL, the adapter takes `image` itself for the format. */
function legacyMedia(block: JsonObject): JsonObject | undefined {
  const { type, source_type: from, text } = block;
  const inline = from === "url" ? inlineMedia(block["url"]) : undefined;
  const bytes = from === "base64" ? block["data"] : inline?.data;
  const mimeType = textOf(block["mime_type"]).split(";", 1)[0] ?? "";
  if (type === "text") return { text };
  if (type === "image" && bytes !== undefined) {
    const format = inline === undefined ? mimeType.split("/")[1] : inline.mimeType.split("/")[0];
    return { image: { ...(format !== undefined && { format }), source: { bytes } } };
  }
  if (type !== "file") return undefined;
  const { name, filename, title } = objectOf(block["metadata"]);
  const label = name ?? filename ?? title ?? UNNAMED;
  if (from === "text") {
    return {
      document: { name: label, format: "txt", source: { bytes: Buffer.from(textOf(text)).toString("base64") } },
    };
  }
  const format = DOCUMENTS.get(inline?.mimeType ?? mimeType);
  return bytes === undefined
    ? undefined
    : { document: { name: label, ...(format !== undefined && { format }), source: { bytes } } };
}
