import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { AIMessage, ContentBlock } from "@langchain/core/messages";
import type { InvalidToolCall } from "@langchain/core/messages/tool";
import { toFields } from "./from-wire.ts";
import type { ReplyPart } from "./read-stream.ts";

type FinishReason = NonNullable<Extract<ChatModelStreamEvent, { event: "message-finish" }>["reason"]>;

/** OpenAI's reasons to finish by the names of LangChain's protocol; it has no others. */
const REASONS: ReadonlyMap<string | undefined, FinishReason> = new Map([
  ["stop", "stop"],
  ["length", "length"],
  ["content_filter", "content_filter"],
  ["tool_calls", "tool_use"],
]);

/**
 * The parts of a reply as events of LangChain's content-block protocol. LangChain's own bridge would number the first
 * tool call like the text before it, and would let the calls of a reply that was cut run.
 */
export async function* toStreamEvents(parts: AsyncIterable<ReplyPart>): AsyncGenerator<ChatModelStreamEvent, void> {
  const blocks = new Map<string, { index: number; content: ContentBlock }>();
  let isStarted = false;
  for await (const part of parts) {
    if (!isStarted) yield { event: "message-start", id: part.id };
    isStarted = true;
    if (part.type === "end") {
      yield* finish(part, blocks);
      return;
    }
    for (const { key, content, delta } of changesOf(part, blocks)) {
      const known = blocks.get(key);
      const index = known?.index ?? blocks.size;
      if (known === undefined) yield { event: "content-block-start", index, content: emptied(content) };
      blocks.set(key, { index, content });
      yield { event: "content-block-delta", index, delta };
    }
  }
}

interface Change {
  readonly key: string;
  /** The block with the change in it. */
  readonly content: ContentBlock;
  readonly delta: Extract<ChatModelStreamEvent, { event: "content-block-delta" }>["delta"];
}

function changesOf(
  part: Exclude<ReplyPart, { type: "end" }>,
  blocks: ReadonlyMap<string, { content: ContentBlock }>,
): Change[] {
  const before = (key: string): Record<string, unknown> => blocks.get(key)?.content ?? {};
  if (part.type === "text") {
    const text = `${String(before("text")["text"] ?? "")}${part.text}`;
    return [{ key: "text", content: { type: "text", text }, delta: { type: "text-delta", text: part.text } }];
  }
  if (part.type === "reasoning") {
    const reasoning = `${String(before("reasoning")["reasoning"] ?? "")}${part.text}`;
    const content = { type: "reasoning", reasoning };
    return [{ key: "reasoning", content, delta: { type: "reasoning-delta", reasoning: part.text } }];
  }
  const changed = new Map<string, ContentBlock>();
  return part.chunks.map((chunk) => {
    const key = `call ${chunk.index}`;
    const call = changed.get(key) ?? before(key);
    const args = `${String(call["args"] ?? "")}${chunk.args ?? ""}`;
    const content = { ...call, ...chunk, type: "tool_call_chunk", args };
    changed.set(key, content);
    return { key, content, delta: { type: "block-delta", fields: content } };
  });
}

/** The block as it was before its first delta. */
function emptied(content: ContentBlock): ContentBlock {
  const text = { text: "text", reasoning: "reasoning", tool_call_chunk: "args" }[content.type] as string;
  return { ...content, [text]: "" };
}

function* finish(
  { end }: Extract<ReplyPart, { type: "end" }>,
  blocks: ReadonlyMap<string, { index: number; content: ContentBlock }>,
): Generator<ChatModelStreamEvent, void> {
  for (const [key, { index, content }] of blocks) {
    const call = key.startsWith("call ") ? end.calls[Number(key.slice("call ".length))] : undefined;
    yield { event: "content-block-finish", index, content: (call as ContentBlock | undefined) ?? content };
  }
  const { response_metadata: metadata, additional_kwargs: kwargs } = toFields(end);
  const reason = REASONS.get(end.finishReason);
  if (end.usage !== undefined) yield { event: "usage", usage: end.usage };
  yield {
    event: "message-finish",
    responseMetadata: { ...metadata, ...kwargs },
    ...(reason !== undefined && { reason }),
    ...(end.usage !== undefined && { usage: end.usage }),
  };
}

/**
 * Moves what a message made of events has in its content blocks and metadata only, its invalid calls and its refusal, to
 * where every other message has them. Changes the message, which nobody else has seen yet.
 */
export function withLiftedFields<M extends AIMessage>(message: M): M {
  if (!Array.isArray(message.content)) return message;
  const invalid = message.content.filter(({ type }) => type === "invalid_tool_call") as unknown as InvalidToolCall[];
  message.invalid_tool_calls = [
    ...(message.invalid_tool_calls ?? []),
    ...invalid.filter(({ id }) => !message.invalid_tool_calls?.some((call) => call.id === id)),
  ];
  const { refusal } = message.response_metadata;
  if (typeof refusal === "string") message.additional_kwargs["refusal"] = refusal;
  return message;
}
