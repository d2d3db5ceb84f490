import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { BaseChatModelParams, BindToolsInput, LangSmithParams } from "@langchain/core/language_models/chat_models";
import type { BaseLanguageModelInput, StructuredOutputMethodOptions } from "@langchain/core/language_models/base";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { AIMessage, AIMessageChunk, BaseMessage } from "@langchain/core/messages";
import type { ChatGenerationChunk, ChatResult } from "@langchain/core/outputs";
import { RunnableLambda, RunnablePassthrough, RunnableSequence } from "@langchain/core/runnables";
import type { Runnable } from "@langchain/core/runnables";
import type { OpenAI } from "openai";
import { createClient, forwardAbort, sendRequest } from "./client.ts";
import type { ClientSettings } from "./client.ts";
import { fromCompletion } from "./from-wire.ts";
import { readStream } from "./read-stream.ts";
import type { ReplyPart } from "./read-stream.ts";
import { toGenerationChunk } from "./reply-chunk.ts";
import { toRequest } from "./request.ts";
import type { OpenAIChatCallOptions, RequestBody, RequestSettings } from "./request.ts";
import { toStreamEvents, withLiftedFields } from "./stream-events.ts";
import { parseAnswer, toResponseFormat } from "./structured-output.ts";
import { toWire } from "./to-wire.ts";
import { toWireTools } from "./to-wire-tools.ts";

/** LangChain's own options that have a meaning here. */
type LangChainOptions = Pick<
  BaseChatModelParams,
  "cache" | "callbacks" | "disableStreaming" | "metadata" | "outputVersion" | "tags"
>;

/** Options of {@link openaiChat} and {@link OpenAIChat}. */
export interface OpenAIChatOptions extends RequestSettings, ClientSettings, LangChainOptions {
  /** Whether a stream asks for its usage (`stream_options.include_usage`), which some servers refuse. Default: true. */
  readonly streamUsage?: boolean | undefined;
}

/**
 * A LangChain chat model over the `openai` client and the Chat Completions API of OpenAI or of any server that speaks
 * it. It is strict about what comes back: a tool call is one only where its whole arguments are a JSON object, nothing
 * of a reply that was cut can run, and a stream that breaks off rejects. Errors of the API keep the client's `status`
 * and `headers`.
 *
 * @throws SwarmError `STREAM_INTERRUPTED` (retryable) where a stream breaks off, `MODEL_TIMEOUT` (retryable) where the
 *   server does not answer within `timeoutMs`, `MODEL_INVALID` where it answers with something else than a completion.
 * @example
 * ```ts
 * import { OpenAIChat } from "swarmgraph/openai";
 *
 * const model = new OpenAIChat({ model: "qwen3:8b", baseURL: "http://localhost:11434/v1", apiKey: "none" });
 * model.model; // "qwen3:8b"
 * ```
 */
export class OpenAIChat extends BaseChatModel<OpenAIChatCallOptions, AIMessageChunk> {
  /** The model's name on the wire. */
  readonly model: string;
  readonly #settings: OpenAIChatOptions;
  // Private in the language's sense, so that no log and no trace of the model shows the client's key.
  readonly #client: OpenAI;

  static override lc_name(): string {
    return "OpenAIChat";
  }

  constructor(options: OpenAIChatOptions) {
    super(langChainOptions(options));
    this.model = options.model;
    this.#settings = options;
    this.#client = createClient(options);
  }

  /** `"openai"`: LangChain's name for the kind of model. */
  override _llmType(): string {
    return "openai";
  }

  /** What LangSmith is told of a call: the provider, the model, what tunes it. */
  override getLsParams(options: this["ParsedCallOptions"]): LangSmithParams {
    const { temperature, maxTokens } = this.#settings;
    return {
      ls_provider: "openai",
      ls_model_name: this.model,
      ls_model_type: "chat",
      ...(temperature !== undefined && { ls_temperature: temperature }),
      ...(maxTokens !== undefined && { ls_max_tokens: maxTokens }),
      ...(options.stop !== undefined && { ls_stop: options.stop }),
    };
  }

  /** The body of a request without its messages, e.g. for traces. */
  override invocationParams(options: Partial<OpenAIChatCallOptions> = {}): RequestBody {
    const isOpenAI = new URL(this.#client.baseURL).hostname === "api.openai.com";
    return toRequest(options, { settings: this.#settings, isOpenAI });
  }

  override _identifyingParams(): Record<string, unknown> {
    return { ...this.invocationParams(), base_url: this.#client.baseURL };
  }

  /**
   * The model with tools: LangChain's, OpenAI definitions or a provider's own, converted once. An empty list is never sent.
   *
   * @throws TypeError for a tool that is none of these.
   */
  override bindTools(
    tools: BindToolsInput[],
    options: Partial<OpenAIChatCallOptions> = {},
  ): Runnable<BaseLanguageModelInput, AIMessageChunk, OpenAIChatCallOptions> {
    const strict = options.strict ?? this.#settings.strictTools ?? false;
    return this.withConfig({ ...options, tools: toWireTools(tools, { strict }) } as Partial<OpenAIChatCallOptions>);
  }

  override async invoke(
    input: BaseLanguageModelInput,
    options?: Partial<OpenAIChatCallOptions>,
  ): Promise<AIMessageChunk> {
    return withLiftedFields(await super.invoke(input, options));
  }

  /** One request, whole. LangChain calls it for `invoke`. */
  override async _generate(messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    const body = { ...this.invocationParams(options), messages: toWire(messages), stream: false } as const;
    const abort = forwardAbort(options.signal);
    try {
      const completion = await sendRequest(
        () => this.#client.chat.completions.create(body, abort.options),
        options.signal,
      );
      const message = fromCompletion(completion);
      return { generations: [{ text: message.text, message }] };
    } finally {
      abort.release();
    }
  }

  /** One request, as it is streamed. LangChain calls it for `stream`. */
  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    for await (const part of this.#streamParts(messages, options)) {
      const chunk = toGenerationChunk(part);
      yield chunk;
      const place = { prompt: 0, completion: 0 };
      await runManager?.handleLLMNewToken(chunk.text, place, undefined, undefined, undefined, { chunk });
    }
  }

  /** The same as LangChain's content events: blocks that open, grow and close. */
  override _streamChatModelEvents(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
  ): AsyncGenerator<ChatModelStreamEvent> {
    return toStreamEvents(this.#streamParts(messages, options));
  }

  async *#streamParts(messages: BaseMessage[], options: this["ParsedCallOptions"]): AsyncGenerator<ReplyPart> {
    const withUsage = this.#settings.streamUsage ?? true;
    const body = {
      ...this.invocationParams(options),
      messages: toWire(messages),
      stream: true,
      ...(withUsage && { stream_options: { include_usage: true } }),
    } as const;
    const abort = forwardAbort(options.signal);
    try {
      const stream = await sendRequest(() => this.#client.chat.completions.create(body, abort.options), options.signal);
      yield* readStream(stream, { model: this.model, signal: options.signal });
    } finally {
      abort.release();
    }
  }

  /**
   * The model with answers in a schema's form: zod, a standard schema, or JSON schema. Sent as `response_format`, strict
   * where strict mode can express the schema (or as `config.strict` says), and checked when it comes back.
   *
   * @throws SwarmError `MODEL_REFUSED`, `MODEL_OUTPUT_TRUNCATED` or `OUTPUT_SCHEMA` from the runnable's `invoke`.
   */
  override withStructuredOutput<T extends Record<string, unknown>>(
    schema: unknown,
    config?: StructuredOutputMethodOptions<false>,
  ): Runnable<BaseLanguageModelInput, T>;
  override withStructuredOutput<T extends Record<string, unknown>>(
    schema: unknown,
    config?: StructuredOutputMethodOptions<true>,
  ): Runnable<BaseLanguageModelInput, { raw: BaseMessage; parsed: T }>;
  override withStructuredOutput(
    schema: unknown,
    config: StructuredOutputMethodOptions<boolean> = {},
  ): Runnable<BaseLanguageModelInput, unknown> {
    const model = this.withConfig({
      response_format: toResponseFormat(schema, { name: config.name, strict: config.strict }),
    } as Partial<OpenAIChatCallOptions>);
    const parse = (answer: AIMessageChunk) => parseAnswer(answer as unknown as AIMessage, schema);
    if (!config.includeRaw) return model.pipe(RunnableLambda.from(parse));
    const parsed = async ({ raw }: { raw: AIMessageChunk }) => parse(raw).catch(() => null);
    return RunnableSequence.from([{ raw: model }, RunnablePassthrough.assign({ parsed })]);
  }
}

/**
 * Makes a chat model for OpenAI or any server that speaks its Chat Completions API.
 *
 * @throws TypeError where neither `apiKey`, `OPENAI_API_KEY` nor a base URL is given.
 * @example
 * ```ts
 * import { openaiChat } from "swarmgraph/openai";
 *
 * const model = openaiChat({ model: "qwen3", baseURL: "http://127.0.0.1:11434/v1" });
 * model.bindTools([]); // a runnable for any LangChain graph, and `model` for a SwarmAgent
 * ```
 */
export function openaiChat(options: OpenAIChatOptions): OpenAIChat {
  return new OpenAIChat(options);
}

/** Only what LangChain needs: it keeps what it is given on the model, where a key would be seen. */
function langChainOptions(options: OpenAIChatOptions): LangChainOptions {
  const { cache, callbacks, disableStreaming, metadata, outputVersion, tags } = options;
  const known = { cache, callbacks, disableStreaming, metadata, outputVersion, tags };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}
