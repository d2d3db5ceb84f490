import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import type { BaseMessage, UsageMetadata } from "@langchain/core/messages";
import type { ChatGeneration, LLMResult } from "@langchain/core/outputs";
import { saidCalls } from "../observe/plain.ts";
import { promptHash, promptLines } from "../observe/prompt-lines.ts";
import type { SaidCall } from "../observe/run-signal.ts";
import { emit } from "./runtime.ts";
import type { NodeConfig } from "./runtime.ts";
import { describeThrown } from "./serialise.ts";
import { watchOf } from "./telling.ts";

/** Somebody who is told each model call of one turn of an agent's. */
export interface Watched {
  /** Whether calls are told from within: as they begin, and with what they were asked. Else only what they cost. */
  readonly fromWithin: boolean;
  /** A config in which each model call is told, by whomever it is made: for a call that may be of several, or in pieces. */
  listening<Config extends Pick<NodeConfig, "callbacks">>(config: Config): Config;
  /** Says what a reply cost that nobody was listening to. */
  told(reply: AIMessage): void;
  /** The same, of a reply that a model gave which may know no callbacks: where nobody has been told of it. */
  toldLast(reply: AIMessage): void;
}

/** Nobody is told anything. */
export const NOBODY: Watched = Object.freeze({
  fromWithin: false,
  listening: <Config>(config: Config) => config,
  told: () => undefined,
  toldLast: () => undefined,
});

/** Has each model call of an agent's turn say what it costs, and its prompt, where the run's caller asks for that. */
export function watched(config: NodeConfig, agent: string): Watched {
  const watch = watchOf(config);
  if (watch === undefined) return NOBODY;
  return new Watcher(config, agent, watch.models);
}

/** Tells what the model calls of one turn cost. */
class Watcher implements Watched {
  readonly fromWithin: boolean;
  readonly #config: NodeConfig;
  readonly #agent: string;
  #handler: Listener | undefined;
  #isTold = false;

  constructor(config: NodeConfig, agent: string, models: boolean) {
    this.fromWithin = models;
    this.#config = config;
    this.#agent = agent;
  }

  told(reply: AIMessage): void {
    this.#isTold = true;
    tellUsage(this.#config, this.#agent, reply);
  }

  listening<Config extends Pick<NodeConfig, "callbacks">>(config: Config): Config {
    this.#handler ??= new Listener(this.#config, this.#agent, this.fromWithin);
    return { ...config, ...withHandler(config.callbacks, this.#handler) };
  }

  toldLast(reply: AIMessage): void {
    if (!this.#isTold && this.#handler?.hasHeard !== true) this.told(reply);
  }
}

/** Hears each model call of one turn. */
class Listener extends BaseCallbackHandler {
  override readonly name = "swarmgraph_watch";
  /** In the order of the tokens. */
  override awaitHandlers = true;
  hasHeard = false;
  readonly #config: NodeConfig;
  readonly #agent: string;
  readonly #models: boolean;

  constructor(config: NodeConfig, agent: string, models: boolean) {
    super();
    this.#config = config;
    this.#agent = agent;
    this.#models = models;
  }

  override handleChatModelStart(_model: unknown, [messages = []]: BaseMessage[][], call: string): void {
    this.hasHeard = true;
    if (!this.#models) return;
    const prompt = promptLines(messages);
    emit(this.#config, { type: "model.started", agent: this.#agent, call, hash: promptHash(prompt), prompt });
  }

  override handleLLMEnd(output: LLMResult, call: string): void {
    const reply = replyOf(output);
    if (reply === undefined) return;
    const agent = this.#agent;
    if (this.#models)
      emit(this.#config, { type: "model.done", agent, call, text: reply.text, calls: callsAsSaid(reply) });
    tellUsage(this.#config, agent, reply);
  }

  override handleLLMError(error: unknown, call: string): void {
    if (!this.#models) return;
    emit(this.#config, { type: "model.error", agent: this.#agent, call, message: describeThrown(error) });
  }
}

function tellUsage(config: NodeConfig, agent: string, reply: AIMessage): void {
  const usage = usageOf(reply);
  if (usage === undefined) return;
  const { model_name: name, model } = reply.response_metadata as { model_name?: unknown; model?: unknown };
  const known = [name, model].find((text) => typeof text === "string");
  const tokens = { input: usage.input_tokens, output: usage.output_tokens, total: usage.total_tokens };
  emit(config, { type: "usage", agent, ...(known !== undefined && { model: known }), tokens });
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
