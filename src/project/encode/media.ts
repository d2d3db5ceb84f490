import type { JsonObject } from "../wire/problem.ts";
import { textOf } from "../wire/problem.ts";

/** Media as base64, with its MIME type where that is known. */
export interface InlineMedia {
  readonly mimeType: string;
  readonly data: string;
}

const SOURCES = new Set<unknown>(["url", "base64", "text", "id"]);

/** Whether a block is of LangChain's older form of media, which says where its data comes from. */
export function isLegacyMedia(block: JsonObject): boolean {
  return SOURCES.has(block["source_type"]);
}

/** Data as base64, given as such or as bytes; `undefined` where it is neither. */
export function base64Of(data: unknown): string | undefined {
  if (data instanceof Uint8Array) return Buffer.from(data).toString("base64");
  return typeof data === "string" ? data : undefined;
}

/** The parts of a `data:` URL in base64; `undefined` for any other URL. */
export function inlineMedia(url: unknown): InlineMedia | undefined {
  const [, mimeType, data] = /^data:(\w+\/\w+);base64,([A-Za-z0-9+/]+=*)$/.exec(textOf(url)) ?? [];
  return mimeType === undefined || data === undefined ? undefined : { mimeType: mimeType.toLowerCase(), data };
}
