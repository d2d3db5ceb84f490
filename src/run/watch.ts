import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import type { UsageMetadata } from "@langchain/core/messages";
import type { ChatGeneration, LLMResult } from "@langchain/core/outputs";
import { saidCalls } from "../observe/plain.ts";
import { promptHash, promptLines } from "../observe/prompt-lines.ts";
import { WATCH_KEY } from "../observe/run-signal.ts";
import type { SaidCall, Watch } from "../observe/run-signal.ts";
import { emit } from "./runtime.ts";
import type { NodeConfig } from "./runtime.ts";
import { describeThrown } from "./serialise.ts";

/** A turn's config with somebody in it who says each model call. */
export interface Watched {
  readonly config: NodeConfig;
  /** Says what a model that knows no callbacks gave. */
  readonly told: (reply: AIMessage) => void;
}

/** Has each model call of an agent's turn say what it costs, and its prompt, where the run's caller asks for that. */
export function watched(config: NodeConfig, agent: string): Watched {
  const watch: unknown = config.configurable?.[WATCH_KEY];
  if (typeof watch !== "object" || watch === null) return { config, told: () => undefined };
  const { models } = watch as Watch;
  let isTold = false;
  const handler = BaseCallbackHandler.fromMethods({
    handleChatModelStart(_model, [messages = []], call) {
      isTold = true;
      if (!models) return;
      const prompt = promptLines(messages);
      emit(config, { type: "model.started", agent, call, hash: promptHash(prompt), prompt });
    },
    handleLLMEnd(output, call) {
      const reply = replyOf(output);
      if (reply === undefined) return;
      if (models) emit(config, { type: "model.done", agent, call, text: reply.text, calls: callsAsSaid(reply) });
      tell(reply);
    },
    handleLLMError(error, call) {
      if (models) emit(config, { type: "model.error", agent, call, message: describeThrown(error) });
    },
  });
  // In the order of the tokens.
  handler.awaitHandlers = true;
  const tell = (reply: AIMessage) => {
    const usage = usageOf(reply);
    if (usage === undefined) return;
    const { model_name: name, model } = reply.response_metadata as { model_name?: unknown; model?: unknown };
    const known = [name, model].find((text) => typeof text === "string");
    const tokens = { input: usage.input_tokens, output: usage.output_tokens, total: usage.total_tokens };
    emit(config, { type: "usage", agent, ...(known !== undefined && { model: known }), tokens });
  };
  return {
    config: { ...config, ...withHandler(config.callbacks, handler) },
    told: (reply) => (isTold ? undefined : tell(reply)),
  };
}

function withHandler(callbacks: NodeConfig["callbacks"], handler: BaseCallbackHandler): Pick<NodeConfig, "callbacks"> {
  if (callbacks === undefined) return { callbacks: [handler] };
  return { callbacks: Array.isArray(callbacks) ? [...callbacks, handler] : callbacks.copy([handler]) };
}

/** LangChain types this field by a generic that has no value here. */
function usageOf(reply: { readonly usage_metadata?: unknown }): UsageMetadata | undefined {
  return reply.usage_metadata as UsageMetadata | undefined;
}

function replyOf({ generations }: LLMResult): AIMessage | undefined {
  const message = (generations[0]?.[0] as Partial<ChatGeneration> | undefined)?.message;
  return AIMessage.isInstance(message) ? message : undefined;
}

/** A streamed message's calls with the text of their arguments: merging chunks, LangChain takes broken JSON for whole. */
function callsAsSaid(reply: AIMessage): SaidCall[] {
  const chunks = AIMessageChunk.isInstance(reply) ? (reply.tool_call_chunks ?? []) : [];
  if (chunks.length === 0) return saidCalls(reply);
  return chunks.map(({ id = "", name = "", args = "" }): SaidCall => {
    try {
      const parsed: unknown = JSON.parse(args.trim() === "" ? "{}" : args);
      if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
        return { id, name, args: parsed as Record<string, unknown> };
    } catch {
      return { id, name, rawArgs: args };
    }
    return { id, name, rawArgs: args };
  });
}
