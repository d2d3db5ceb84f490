import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { providerNamed } from "./profiles/profiles.ts";
import type { Profile } from "./profiles/profile.ts";

/** Which model a prompt is for. */
export interface Addressee {
  readonly profile: Profile;
  /** The model's name at the provider, where it is known. */
  readonly model: string | undefined;
  /** Whether extended thinking is on. Default: false. */
  readonly thinks?: boolean | undefined;
}

/** The kinds of content blocks that hold reasoning. */
const REASONING: ReadonlySet<unknown> = new Set([
  "thinking",
  "redacted_thinking",
  "reasoning",
  "reasoning_content",
  "compaction",
]);

/** Fields in which adapters keep what only their own API understands. */
const OWN_FIELDS = [
  "reasoning",
  "tool_outputs",
  "__openai_function_call_ids__",
  "__openai_custom_tool_call_ids__",
  "__gemini_function_call_thought_signatures__",
] as const;

/**
 * Whether an assistant message was made by the addressee's provider, API and model family, so that its reasoning, its
 * signatures and its item ids mean something there. A message without any of these is at home everywhere.
 */
export function isNative(message: AIMessage, { profile, model }: Addressee): boolean {
  if (isPlain(message)) return true;
  if (!profile.replaysReasoning || hasUnsignedReasoning(message)) return false;
  const { model_provider: provider, model_name: name, model: other } = message.response_metadata as Metadata;
  if (typeof provider !== "string" || providerNamed(provider) !== profile.provider) return false;
  if (profile.provider === "openai" && !isOfResponses(message)) return false;
  const author = familyOf(name ?? other);
  const reader = familyOf(model);
  return author === undefined || reader === undefined || author === reader;
}

/**
 * Whether reasoning is shown in standard content blocks without what proves it, so that no provider takes it back. A
 * message of Responses shows the summary alone; the item itself stands beside it.
 */
function hasUnsignedReasoning({ content, additional_kwargs: fields }: AIMessage): boolean {
  if (typeof content === "string" || fields["reasoning"] !== undefined) return false;
  return content.some(
    (block) =>
      block.type === "reasoning" &&
      block["signature"] === undefined &&
      block["id"] === undefined &&
      block["extras"] === undefined,
  );
}

/** Whether an assistant message holds reasoning that must go back exactly as it came, calls included. */
export function isSealed(message: AIMessage): boolean {
  const { additional_kwargs: fields, content } = message;
  if (fields["reasoning"] !== undefined) return true;
  if (Object.keys(fields["__gemini_function_call_thought_signatures__"] ?? {}).length > 0) return true;
  return typeof content !== "string" && content.some(({ type }) => REASONING.has(type));
}

/** A message as everybody understands it: its texts and its calls, under its own id, by which the ledger knows it. */
export function plainMessage(message: AIMessage): AIMessage {
  const text = textOf(message);
  return new AIMessage({
    content: text,
    tool_calls: message.tool_calls ?? [],
    invalid_tool_calls: message.invalid_tool_calls ?? [],
    ...(message.id !== undefined && { id: message.id }),
    ...(message.name !== undefined && { name: message.name }),
    ...(message.usage_metadata !== undefined && { usage_metadata: message.usage_metadata }),
  });
}

const FAMILIES =
  /(?<maker>gpt|claude|gemini|magistral|mistral|ministral|codestral|deepseek|qwen|grok|nova)(?:[a-z-]*?(?<major>\d+))?/i;

/** The family of a model: `gpt-5-mini-2025-08-07` is of `gpt-5`, `claude-sonnet-4-5` of `claude-4`, `o4-mini` of `o-4`. */
export function familyOf(model: unknown): string | undefined {
  if (typeof model !== "string") return undefined;
  const { maker, major } =
    FAMILIES.exec(model)?.groups ?? /(?:^|[/.])(?<maker>o)(?<major>\d)/i.exec(model)?.groups ?? {};
  return maker === undefined ? undefined : [maker, ...(major === undefined ? [] : [major])].join("-").toLowerCase();
}

interface Metadata {
  readonly model_provider?: unknown;
  readonly model_name?: unknown;
  readonly model?: unknown;
  readonly output?: unknown;
  readonly output_version?: unknown;
}

/** Whether nothing of a message is particular to a provider. */
function isPlain(message: AIMessage): boolean {
  const { additional_kwargs: fields, content } = message;
  if (OWN_FIELDS.some((name) => fields[name] !== undefined) || isOfResponses(message)) return false;
  if ((message.response_metadata as Metadata).output_version === "v1") return false;
  if (typeof content === "string") return true;
  return content.every(
    (block) => block.type === "text" && Object.keys(block).every((key) => key === "type" || key === "text"),
  );
}

/** Whether a message was made of the items of OpenAI's Responses. */
export function isOfResponses(message: AIMessage): boolean {
  const { output } = message.response_metadata as Metadata;
  const fields = message.additional_kwargs;
  return (
    Array.isArray(output) || fields["reasoning"] !== undefined || fields["__openai_function_call_ids__"] !== undefined
  );
}

/** Kinds of content that no assistant message may hold elsewhere: named, so that the text around them makes sense. */
const MEDIA: ReadonlySet<unknown> = new Set(["image", "image_url", "audio", "video", "file"]);

function textOf({ content }: BaseMessage): string {
  if (typeof content === "string") return content;
  return content
    .map((block) => (MEDIA.has(block.type) ? `[${block.type}]` : block.type === "text" ? block["text"] : ""))
    .filter((text): text is string => typeof text === "string" && text.trim() !== "")
    .join("\n\n");
}
