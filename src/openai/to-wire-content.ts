import type { ContentBlock, MessageContent } from "@langchain/core/messages";
import type { OpenAI } from "openai";

/** A content block of any provider's or of LangChain's own. */
type Block = ContentBlock & Readonly<Record<string, unknown>>;

/**
 * A user's content: a string as it is; text and images as Chat Completions has them, from OpenAI's own blocks,
 * LangChain's standard blocks (`url`, or `data` with `mimeType`) and its older ones (`source_type`).
 *
 * @throws TypeError for any other block.
 */
export function toUserContent(content: MessageContent, place: string): string | OpenAI.ChatCompletionContentPart[] {
  if (typeof content === "string") return content;
  if (content.length === 0) return "";
  return content.map((block, index) => toUserPart(block as Block, `${place}.content[${index}]`));
}

/**
 * The content of a system or a tool message, which may hold text only: one text as a string, because not every server
 * takes parts; several as parts. What is no text leaves its type in brackets.
 */
export function toTextContent(content: MessageContent, place: string): string | OpenAI.ChatCompletionContentPartText[] {
  if (typeof content === "string") return content;
  const parts = content.map((block, index): OpenAI.ChatCompletionContentPartText => {
    const text = block.type === "text" ? textOf(block as Block, `${place}.content[${index}]`) : `[${block.type}]`;
    return { type: "text", text };
  });
  return parts.length > 1 ? parts : (parts[0]?.text ?? "");
}

function toUserPart(block: Block, place: string): OpenAI.ChatCompletionContentPart {
  switch (block.type) {
    case "text":
      return { type: "text", text: textOf(block, place) };
    case "image_url": {
      const image = block["image_url"] as string | OpenAI.ChatCompletionContentPartImage.ImageURL;
      return { type: "image_url", image_url: typeof image === "string" ? { url: image } : image };
    }
    case "image":
      return { type: "image_url", image_url: { url: imageUrl(block, place) } };
    case "input_audio":
      return block as unknown as OpenAI.ChatCompletionContentPartInputAudio;
    default:
      throw new TypeError(
        `${place} is a "${block.type}" block, which a Chat Completions user message cannot hold: send text or an image`,
      );
  }
}

function imageUrl(block: Block, place: string): string {
  const { url, data } = block;
  if (typeof url === "string") return url;
  const mimeType = block["mimeType"] ?? block["mime_type"];
  const isData = typeof data === "string" || data instanceof Uint8Array;
  if (isData && typeof mimeType === "string") {
    return `data:${mimeType};base64,${typeof data === "string" ? data : Buffer.from(data).toString("base64")}`;
  }
  throw new TypeError(`${place} is an image without a url, and without data and mimeType: give it one of the two`);
}

function textOf(block: Block, place: string): string {
  if (typeof block["text"] === "string") return block["text"];
  throw new TypeError(`${place} is a text block without a text: give it one, or leave the block out`);
}
