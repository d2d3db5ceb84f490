import type { ToolCallChunk } from "@langchain/core/messages/tool";
import type { OpenAI } from "openai";
import { SwarmError } from "../errors.ts";
import { reasoningOf, toUsage, uniqueId } from "./from-wire.ts";
import type { ReplyEnd, WireReasoning } from "./from-wire.ts";
import { settleCall, ToolCallAssembly } from "./tool-call-assembly.ts";
import type { WireCall } from "./tool-call-assembly.ts";

/** A piece of a streamed reply. The last one, and no other, is its `end`. */
export type ReplyPart =
  | { readonly type: "text"; readonly id: string; readonly text: string }
  | { readonly type: "reasoning"; readonly id: string; readonly text: string }
  | { readonly type: "calls"; readonly id: string; readonly chunks: ToolCallChunk[] }
  | { readonly type: "end"; readonly id: string; readonly end: ReplyEnd };

/** Options of {@link readStream}. */
export interface ReadStreamOptions {
  /** The model's name, for errors. */
  readonly model: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a stream of completion chunks. Contract: gives an `end` only where the server said why it finished, so that
 * what was cut never passes for an answer.
 *
 * @throws SwarmError `STREAM_INTERRUPTED` where the stream breaks or ends without a reason; the signal's reason.
 */
export async function* readStream(
  stream: AsyncIterable<OpenAI.ChatCompletionChunk>,
  { model, signal }: ReadStreamOptions,
): AsyncGenerator<ReplyPart, void> {
  const assembly = new ToolCallAssembly();
  const seen: Partial<OpenAI.ChatCompletionChunk> = {};
  let id: string | undefined;
  let finishReason: string | undefined;
  let refusal = "";
  try {
    for await (const chunk of stream) {
      id ??= uniqueId(chunk.id);
      Object.assign(seen, present(chunk));
      const choice = chunk.choices?.find(({ index }) => (index ?? 0) === 0);
      finishReason = choice?.finish_reason || finishReason;
      if (!choice?.delta) continue;
      const { delta } = choice;
      refusal += delta.refusal ?? "";
      const reasoning = reasoningOf(delta as WireReasoning);
      if (reasoning !== "") yield { type: "reasoning", id, text: reasoning };
      if (delta.content) yield { type: "text", id, text: delta.content };
      if (delta.tool_calls?.length) {
        yield { type: "calls", id, chunks: assembly.add(delta.tool_calls as readonly WireCall[]) };
      }
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw interrupted(model, { cause, reason: describe(cause) });
  }
  // The client ends an aborted stream without an error.
  signal?.throwIfAborted();
  if (id === undefined || finishReason === undefined) {
    throw interrupted(model, { reason: "the server ended it without a finish_reason" });
  }
  const end: ReplyEnd = {
    id,
    calls: assembly.calls.map((call) => settleCall(call, finishReason)),
    finishReason,
    refusal,
    usage: toUsage(seen.usage),
    model: seen.model,
    systemFingerprint: seen.system_fingerprint,
  };
  yield { type: "end", id, end };
}

/** Of the fields that any chunk may hold, and some servers hold in one only, those that this one has. */
function present(chunk: OpenAI.ChatCompletionChunk): Partial<OpenAI.ChatCompletionChunk> {
  const { usage, model, system_fingerprint: fingerprint } = chunk;
  return { ...(usage && { usage }), ...(model && { model }), ...(fingerprint && { system_fingerprint: fingerprint }) };
}

function interrupted(model: string, { reason, cause }: { reason: string; cause?: unknown }): SwarmError {
  return new SwarmError(
    "STREAM_INTERRUPTED",
    `the answer of model "${model}" broke off: ${reason}. Nothing of it was taken; make the call again.`,
    { retryable: true, cause },
  );
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
