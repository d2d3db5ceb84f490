import { AIMessageChunk } from "@langchain/core/messages";
import type { AIMessageChunkFields } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import { toFields } from "./from-wire.ts";
import type { ReplyPart } from "./read-stream.ts";

/**
 * A piece of a streamed reply, or several put together. LangChain's own chunk completes half-written arguments as best
 * it can, whenever one is made, merged or loaded; this one has no tool calls at all until its end has come, and then
 * those of the end, parsed strictly. A whole one is stored as an `AIMessage`, so that loading it parses nothing again.
 */
export class ReplyChunk extends AIMessageChunk {
  constructor(fields: AIMessageChunkFields) {
    super({ ...fields, tool_call_chunks: [] });
    this.tool_calls = fields.tool_calls ?? [];
    this.invalid_tool_calls = fields.invalid_tool_calls ?? [];
    this.tool_call_chunks = fields.tool_call_chunks ?? [];
  }

  override get lc_id(): string[] {
    return [...this.lc_namespace, isWhole(this) ? "AIMessage" : "AIMessageChunk"];
  }

  override concat(chunk: AIMessageChunk): this {
    const merged = super.concat(chunk);
    const whole = isWhole(chunk) ? chunk : this;
    merged.tool_calls = whole.tool_calls ?? [];
    merged.invalid_tool_calls = whole.invalid_tool_calls ?? [];
    if (isWhole(whole)) merged.tool_call_chunks = [];
    return merged;
  }
}

/** A part of a reply as LangChain streams it. */
export function toGenerationChunk(part: ReplyPart): ChatGenerationChunk {
  return new ChatGenerationChunk({
    text: part.type === "text" ? part.text : "",
    message: new ReplyChunk(fieldsOf(part)),
  });
}

function fieldsOf(part: ReplyPart): AIMessageChunkFields {
  const { id } = part;
  switch (part.type) {
    case "text":
      return { id, content: part.text };
    case "reasoning":
      return { id, content: "", additional_kwargs: { reasoning_content: part.text } };
    case "calls":
      return { id, content: "", tool_call_chunks: part.chunks };
    case "end":
      return toFields(part.end);
  }
}

/** Only the end of a reply says why it finished. */
function isWhole(message: AIMessageChunk): boolean {
  return message.response_metadata["finish_reason"] !== undefined;
}
