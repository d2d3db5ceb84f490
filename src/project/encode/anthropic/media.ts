import { objectOf, textOf } from "../../wire/problem.ts";
import type { JsonObject } from "../../wire/problem.ts";
import { base64Of, inlineMedia } from "../media.ts";

/** A block with an `image_url`; as it is, and so refused, where its URL is one that the adapter throws at. */
export function imageUrl(block: JsonObject): unknown[] {
  const link = block["image_url"];
  const url = typeof link === "string" ? link : objectOf(link)["url"];
  if (typeof url !== "string") return [];
  const source = sourceOfUrl(url);
  return [source === undefined ? block : { type: "image", source, ...cached(block) }];
}

/**
 * An image or a file in LangChain's standard form, or an image in Anthropic's own; nothing where it has no data, and as it
 * is, and so refused, where its URL is one that the adapter throws at.
 */
export function media(block: JsonObject): unknown[] {
  const { type, source, url, data, fileId } = block;
  if (type === "image" && isOwnSource(objectOf(source))) return [block];
  const kind = type === "image" ? "image" : "document";
  const mimeType = typeof block["mimeType"] === "string" ? block["mimeType"] : FALLBACKS[kind];
  const inline = base64Of(data);
  const found =
    typeof url === "string"
      ? kind === "image"
        ? sourceOfUrl(url)
        : { type: "url", url }
      : inline !== undefined
        ? { type: "base64", media_type: mimeType, data: inline }
        : typeof fileId === "string"
          ? { type: "file", file_id: fileId }
          : undefined;
  if (found !== undefined) return [{ type: kind, source: found, ...cached(block) }];
  return typeof url === "string" ? [block] : [];
}

/**
 * A block of LangChain's older form. The adapter sends it twice where its type is one that it knows otherwise: once
 * from its `source_type`, once more as the standard block of that type.
 */
export function legacyMedia(block: JsonObject): unknown {
  const { type, source_type: from, url, data, text, mime_type: mimeType } = block;
  const { cache_control, citations, context, title } = objectOf(block["metadata"]);
  const inline = inlineMedia(url);
  if (type === "text") return compact({ type, text, citations, cache_control });
  if (type === "image") {
    const source =
      from === "base64"
        ? { type: "base64", data, media_type: mimeType ?? "" }
        : inline === undefined
          ? { type: "url", url }
          : { type: "base64", data: inline.data, media_type: inline.mimeType };
    return compact({ type, source, cache_control });
  }
  const source =
    from === "url"
      ? { type: "url", url }
      : from === "text"
        ? { type: "text", data: text, media_type: mimeType ?? "" }
        : ofFile(data, textOf(mimeType).split(";", 1)[0]);
  return compact({ type: "document", source, cache_control, citations, context, title });
}

/** The mark for the cache, where a block has one. */
export function cached({ cache_control: mark }: JsonObject): JsonObject {
  return mark === undefined || mark === null ? {} : { cache_control: mark };
}

/** A record without the fields that hold nothing: JSON has no `undefined`. */
export function compact(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}

const FALLBACKS = { image: "image/jpeg", document: "application/pdf" };

function isOwnSource({ type, media_type: mimeType, data, url }: JsonObject): boolean {
  if (type === "base64") return typeof mimeType === "string" && typeof data === "string";
  return type === "url" && typeof url === "string";
}

function sourceOfUrl(url: string): JsonObject | undefined {
  const inline = inlineMedia(url);
  if (inline !== undefined) return { type: "base64", media_type: inline.mimeType, data: inline.data };
  return URL.canParse(url) && /^https?:/i.test(url) ? { type: "url", url } : undefined;
}

function ofFile(data: unknown, mimeType: string | undefined): JsonObject {
  if (!mimeType?.startsWith("image/")) return { type: "base64", data, media_type: "application/pdf" };
  return { type: "content", content: [{ type: "image", source: { type: "base64", data, media_type: mimeType } }] };
}
