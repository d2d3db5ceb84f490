import { AIMessage } from "@langchain/core/messages";
import type { AIMessageFields, UsageMetadata } from "@langchain/core/messages";
import type { OpenAI } from "openai";
import { SwarmError } from "../errors.ts";
import { settleCall, toRawCall } from "./tool-call-assembly.ts";
import type { SettledCall, WireCall } from "./tool-call-assembly.ts";

/** Everything that a reply says, but its text. */
export interface ReplyEnd {
  /** The completion's id with a suffix of this call's own. */
  readonly id: string;
  /** In call order. */
  readonly calls: readonly SettledCall[];
  readonly finishReason: string | undefined;
  readonly refusal: string;
  readonly usage: UsageMetadata | undefined;
  readonly model: string | undefined;
  readonly systemFingerprint: string | undefined;
}

/** The reasoning of a model, under the names that local servers have for it. */
export interface WireReasoning {
  readonly reasoning_content?: unknown;
  readonly reasoning?: unknown;
}

/**
 * A completion as LangChain's assistant message: calls parsed strictly, usage, `finish_reason` and the model's name in
 * `response_metadata`, a refusal in `additional_kwargs.refusal`.
 *
 * @throws SwarmError `MODEL_INVALID` where the server answered with something else.
 */
export function fromCompletion(completion: OpenAI.ChatCompletion): AIMessage {
  const choice = (completion as Partial<OpenAI.ChatCompletion>).choices?.[0];
  if (choice?.message === undefined) {
    throw new SwarmError(
      "MODEL_INVALID",
      `the server answered without a choice: ${JSON.stringify(completion).slice(0, 200)}. Check that the base URL leads to a Chat Completions API.`,
    );
  }
  const { message } = choice;
  const finishReason = choice.finish_reason ?? undefined;
  const calls = (message.tool_calls ?? []) as readonly WireCall[];
  const reasoning = reasoningOf(message as WireReasoning);
  const fields = toFields({
    id: uniqueId(completion.id),
    calls: calls.map((call) => settleCall(toRawCall(call), finishReason)),
    finishReason,
    refusal: message.refusal ?? "",
    usage: toUsage(completion.usage),
    model: completion.model,
    systemFingerprint: completion.system_fingerprint,
  });
  return new AIMessage({
    ...fields,
    content: message.content ?? "",
    additional_kwargs: { ...fields.additional_kwargs, ...(reasoning !== "" && { reasoning_content: reasoning }) },
  });
}

/** What the end of a reply means in the fields of a LangChain message. */
export function toFields(end: ReplyEnd): AIMessageFields {
  return {
    id: end.id,
    content: "",
    tool_calls: end.calls.filter((call) => call.type === "tool_call"),
    invalid_tool_calls: end.calls.filter((call) => call.type === "invalid_tool_call"),
    additional_kwargs: end.refusal === "" ? {} : { refusal: end.refusal },
    response_metadata: {
      ...(end.model !== undefined && { model_name: end.model }),
      ...(end.systemFingerprint !== undefined && { system_fingerprint: end.systemFingerprint }),
      ...(end.finishReason !== undefined && { finish_reason: end.finishReason }),
    },
    // LangChain's type of this field is `never` for a message without a structure of its own.
    ...(end.usage !== undefined && { usage_metadata: end.usage as never }),
  };
}

/** The usage in LangChain's shape, with what was read from a cache and what was spent on reasoning. */
export function toUsage(usage: OpenAI.CompletionUsage | null | undefined): UsageMetadata | undefined {
  if (!usage) return undefined;
  const { prompt_tokens: input, completion_tokens: output, total_tokens: total } = usage;
  const cached = usage.prompt_tokens_details?.cached_tokens;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  return {
    input_tokens: input,
    output_tokens: output,
    total_tokens: total ?? input + output,
    ...(cached !== undefined && { input_token_details: { cache_read: cached } }),
    ...(reasoning !== undefined && { output_token_details: { reasoning } }),
  };
}

/** A message's or a delta's reasoning; empty where there is none. */
export function reasoningOf(message: WireReasoning): string {
  const reasoning = message.reasoning_content ?? message.reasoning;
  return typeof reasoning === "string" ? reasoning : "";
}

/** Some servers give every completion the same id, and LangGraph replaces a message by one with the same id. */
export function uniqueId(id: string | undefined): string {
  return `${id || "chatcmpl"}-${globalThis.crypto.randomUUID().slice(0, 8)}`;
}
