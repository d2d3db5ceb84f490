import { z } from "zod/v4";
import { chosen, isRecord } from "./chosen.ts";

/** The names of Mistral's own tools; any other name is allowed as well. */
export type BuiltInTool =
  | "web_search"
  | "web_search_premium"
  | "code_interpreter"
  | "image_generation"
  | "document_library";

/** A text. */
export interface TextChunk {
  readonly type: "text";
  readonly text: string;
}

/** An image, by its address or as a data URL. */
export interface ImageUrlChunk {
  readonly type: "image_url";
  readonly image_url: string | { readonly url: string; readonly detail?: string | null | undefined };
}

/** A document, by its address. */
export interface DocumentUrlChunk {
  readonly type: "document_url";
  readonly document_url: string;
  readonly document_name?: string | null | undefined;
}

/** A file that a tool made, e.g. the drawing of `code_interpreter`. */
export interface ToolFileChunk {
  readonly type: "tool_file";
  readonly tool: string;
  readonly file_id: string;
  readonly file_name?: string | null | undefined;
  readonly file_type?: string | null | undefined;
}

/** A source that a tool found, e.g. a page of `web_search`. */
export interface ToolReferenceChunk {
  readonly type: "tool_reference";
  readonly tool: string;
  readonly title: string;
  readonly url?: string | null | undefined;
  readonly favicon?: string | null | undefined;
  readonly description?: string | null | undefined;
}

/** A reference by number or name; only within {@link ThinkingChunk}. */
export interface ReferenceChunk {
  readonly type: "reference";
  readonly reference_ids: readonly (string | number)[];
}

/** What the model thought before it answered. */
export interface ThinkingChunk {
  readonly type: "thinking";
  readonly thinking: readonly (TextChunk | ReferenceChunk | ToolReferenceChunk)[];
  readonly signature?: string | null | undefined;
  readonly closed?: boolean | undefined;
}

/**
 * A part of a message's content. The list is open: a chunk of another type is kept as it came, so a `switch` over
 * `type` needs a `default`.
 */
export type Chunk = TextChunk | ImageUrlChunk | DocumentUrlChunk | ToolFileChunk | ToolReferenceChunk | ThinkingChunk;

/** The content of a message: a text, or chunks. */
export type Content = string | readonly Chunk[];

const nullableText = z.string().nullable().optional();
const text = z.strictObject({ type: z.literal("text"), text: z.string() });
const toolReference = z.strictObject({
  type: z.literal("tool_reference"),
  tool: z.string(),
  title: z.string(),
  url: nullableText,
  favicon: nullableText,
  description: nullableText,
});
const reference = z.strictObject({
  type: z.literal("reference"),
  reference_ids: z.array(z.union([z.string(), z.number().int()])),
});
const image = z.strictObject({ url: z.string(), detail: nullableText });
const imageUrl: z.ZodType<ImageUrlChunk["image_url"]> = chosen<ImageUrlChunk["image_url"]>(
  (value) => (typeof value === "string" ? z.string() : image),
  "Expected an address.",
);
const thought = openChunk<ThinkingChunk["thinking"][number]>({ text, tool_reference: toolReference, reference });

/** Reads one chunk: those of known types are checked, those of others kept as they came. */
export const chunkSchema: z.ZodType<Chunk> = openChunk<Chunk>({
  text,
  image_url: z.strictObject({ type: z.literal("image_url"), image_url: imageUrl }),
  document_url: z.strictObject({
    type: z.literal("document_url"),
    document_url: z.string(),
    document_name: nullableText,
  }),
  tool_file: z.strictObject({
    type: z.literal("tool_file"),
    tool: z.string(),
    file_id: z.string(),
    file_name: nullableText,
    file_type: nullableText,
  }),
  tool_reference: toolReference,
  thinking: z.strictObject({
    type: z.literal("thinking"),
    thinking: z.array(thought),
    signature: nullableText,
    closed: z.boolean().optional(),
  }),
});

/** Reads the content of a message. */
export const contentSchema: z.ZodType<Content> = chosen<Content>(
  (value) => (typeof value === "string" ? z.string() : z.array(chunkSchema)),
  "Expected a string or a list of chunks.",
);

/** The text of a content: its text chunks, one after the other; sources, files and thoughts left out. */
export function textOf(content: Content): string {
  if (typeof content === "string") return content;
  return content.map((chunk) => (chunk.type === "text" ? chunk.text : "")).join("");
}

function openChunk<T>(known: Readonly<Record<string, z.ZodType<T>>>): z.ZodType<T> {
  const other = z.looseObject({ type: z.string() }) as unknown as z.ZodType<T>;
  return chosen<T>((value) => {
    if (!isRecord(value)) return undefined;
    return typeof value["type"] === "string" && Object.hasOwn(known, value["type"]) ? known[value["type"]] : other;
  }, "Expected a chunk: an object with a type.");
}
