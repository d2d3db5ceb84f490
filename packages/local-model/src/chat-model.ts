import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { BaseLanguageModelInput, StructuredOutputMethodOptions } from "@langchain/core/language_models/base";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type {
  BaseChatModelCallOptions,
  BaseChatModelParams,
  BindToolsInput,
  LangSmithParams,
} from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import type { ChatResult } from "@langchain/core/outputs";
import { RunnableLambda } from "@langchain/core/runnables";
import type { Runnable } from "@langchain/core/runnables";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { isInteropZodSchema } from "@langchain/core/utils/types";
import { readConversation } from "./conversation.ts";
import type { Result } from "./conversation.ts";
import { decide } from "./decide.ts";
import type { Choice, Decision } from "./decide.ts";
import { sharedEncoder } from "./encoder.ts";
import type { Encoder } from "./encoder.ts";
import { LocalModelError } from "./errors.ts";
import { fillArguments } from "./fill/fill.ts";
import { fieldsOf, problemsOf } from "./schema.ts";
import type { JsonSchema } from "./schema.ts";
import { toToolDefinition, toToolSpec } from "./tool-spec.ts";

/** What a program should say once when it chooses this model. */
export const LOCAL_MODEL_NOTICE =
  "Using the local model: a learned router that picks among the bound tools, not a language model.";

/** Options of {@link localModel}. */
export interface LocalModelOptions extends Pick<BaseChatModelParams, "callbacks" | "metadata" | "tags"> {
  /** Score under which a request belongs to no tool. Default: 0.26 with the encoder, 0.12 without it. */
  readonly threshold?: number | undefined;
  /** `"lexical"` to know words only, with no encoder: 150 MB less, and less accurate. Default: `"use-lite"` where installed. */
  readonly encoder?: "use-lite" | "lexical" | undefined;
  /** What "tomorrow" counts from. Default: the present. */
  readonly now?: (() => Date) | undefined;
}

/** Options of one call. */
export interface LocalModelCallOptions extends BaseChatModelCallOptions {
  /** The tools that are bound, in any form that LangChain takes. */
  readonly tools?: readonly unknown[] | undefined;
  /** A JSON schema for the answer, in OpenAI's form. */
  readonly response_format?: unknown;
}

let replies = 0;

/**
 * A chat model that is a learned router, not a language model: with a sentence encoder and the overlap of words it picks
 * the bound tool (or the handoff) whose description fits the request, fills its arguments from its JSON schema, and
 * answers with the tool's result. It abstains where nothing fits, and then says what it can do. Needs no key and no
 * network. English only. Made by {@link localModel}.
 */
export class LocalModel extends BaseChatModel<LocalModelCallOptions, AIMessageChunk> {
  readonly #options: LocalModelOptions;

  static override lc_name(): string {
    return "LocalModel";
  }

  constructor(options: LocalModelOptions = {}) {
    super(options);
    this.#options = options;
  }

  override _llmType(): string {
    return "local-model";
  }

  override getLsParams(): LangSmithParams {
    return { ls_provider: "swarmgraph", ls_model_name: "local-model", ls_model_type: "chat" };
  }

  /** @throws LocalModelError `TOOL_INVALID` for a tool without a name. */
  override bindTools(
    tools: BindToolsInput[],
    options: Partial<LocalModelCallOptions> = {},
  ): Runnable<BaseLanguageModelInput, AIMessageChunk, LocalModelCallOptions> {
    const definitions = tools.flatMap((one) => toToolDefinition(one) ?? []);
    return this.withConfig({ ...options, tools: definitions } as Partial<LocalModelCallOptions>);
  }

  /**
   * Fills a schema from the last request. @throws LocalModelError `SCHEMA_UNFILLED` from `invoke` where a required field
   * is not in it.
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
    const json = (isInteropZodSchema(schema) ? toJsonSchema(schema) : schema) as JsonSchema;
    const format = { type: "json_schema", json_schema: { name: config.name ?? "answer", schema: json } };
    const model = this.withConfig({ response_format: format } as Partial<LocalModelCallOptions>);
    return model.pipe(
      RunnableLambda.from((raw: AIMessageChunk) => {
        const parsed = parsedAnswer(raw.text, json);
        return config.includeRaw ? { raw, parsed } : parsed;
      }),
    );
  }

  override async _generate(messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    const message = new AIMessage(await this.#reply(messages, options));
    return { generations: [{ text: message.text, message }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const { id, content, tool_calls: calls, response_metadata: metadata } = await this.#reply(messages, options);
    const parts = [
      ...(content.match(/\S+\s*|\s+/g) ?? []).map((text) => new AIMessageChunk({ id, content: text })),
      ...calls.map(
        (call, index) =>
          new AIMessageChunk({
            id,
            content: "",
            tool_call_chunks: [
              { type: "tool_call_chunk", index, id: call.id, name: call.name, args: JSON.stringify(call.args) },
            ],
          }),
      ),
      new AIMessageChunk({ id, content: "", response_metadata: metadata }),
    ];
    for (const message of parts) {
      options.signal?.throwIfAborted();
      const chunk = new ChatGenerationChunk({ text: message.text, message });
      yield chunk;
      await runManager?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, { chunk });
    }
  }

  async #reply(messages: readonly BaseMessage[], options: this["ParsedCallOptions"]) {
    const { signal } = options;
    signal?.throwIfAborted();
    const encoder = await this.#encoder();
    const now = this.#options.now?.() ?? new Date();
    const specs = (options.tools ?? []).flatMap((one) => toToolDefinition(one) ?? []).map(toToolSpec);
    const conversation = readConversation(messages);
    const choice = choiceOf(options.tool_choice);
    const { threshold } = this.#options;
    const decision = await decide(conversation, { specs, choice, encoder, threshold, now, signal });
    const format = schemaOf(options.response_format);
    const isAnswer = decision.step.kind === "answer" && format !== undefined;
    const own = conversation.results.filter(({ tool }) => specs.some(({ name }) => name === tool));
    const filled = isAnswer
      ? fillArguments(format, { text: conversation.request, known: saidFor(format, decision, own), now })
      : undefined;
    return toReply(decision, { encoder, structured: filled?.missing.length === 0 ? filled.args : undefined });
  }

  #encoder(): Promise<Encoder | undefined> {
    return this.#options.encoder === "lexical" ? Promise.resolve(undefined) : sharedEncoder();
  }
}

/**
 * Makes a local model.
 *
 * @example
 * ```ts
 * import { localModel } from "@swarmgraph/local-model";
 *
 * const model = localModel().bindTools([
 *   { type: "function", function: { name: "get_weather", description: "Weather of a city", parameters: {
 *     type: "object", properties: { city: { type: "string" } }, required: ["city"] } } },
 * ]);
 * const { tool_calls } = await model.invoke("What's the weather in Tokyo?"); // get_weather({ city: "Tokyo" })
 * ```
 */
export function localModel(options: LocalModelOptions = {}): LocalModel {
  return new LocalModel(options);
}

interface ReplyContext {
  readonly encoder: Encoder | undefined;
  /** The filled `response_format`. */
  readonly structured: Readonly<Record<string, unknown>> | undefined;
}

function toReply(decision: Decision, { encoder, structured }: ReplyContext) {
  replies += 1;
  const id = `local-${replies}-${globalThis.crypto.randomUUID().slice(0, 8)}`;
  const { step, scores } = decision;
  const isCall = step.kind === "call";
  const text = isCall ? "" : structured === undefined ? step.text : JSON.stringify(structured);
  return {
    id,
    content: text,
    tool_calls: isCall
      ? [{ type: "tool_call" as const, id: `call_${id}`, name: step.tool, args: { ...step.args } }]
      : [],
    response_metadata: {
      model_name: "local-model",
      finish_reason: isCall ? "tool_calls" : "stop",
      router: { encoder: encoder?.name ?? "lexical", scores },
    },
  };
}

/**
 * The text fields of an answer's schema that the results of the agent's own tools fill: `result` (or `answer`) with
 * what the tool gave, `reasoning` (or `explanation`, `steps`) with where it comes from. Empty without results: then the
 * request fills them.
 */
function saidFor(format: JsonSchema, { step }: Decision, results: readonly Result[]): Record<string, string> {
  if (results.length === 0 || step.kind !== "answer") return {};
  const tools = [...new Set(results.map(({ tool }) => tool))].join(", ");
  const texts = fieldsOf(format).filter(({ schema }) => schema.type === "string" && schema.enum === undefined);
  return Object.fromEntries(
    texts.flatMap(({ name }) => {
      if (/^(?:result|answer)$/i.test(name)) return [[name, step.text]];
      return /^(?:reasoning|explanation|steps)$/i.test(name) ? [[name, `From ${tools}: ${step.text}`]] : [];
    }),
  );
}

/** LangChain's and OpenAI's ways to choose a tool. */
function choiceOf(choice: unknown): Choice {
  if (choice === undefined || choice === "auto" || choice === "none" || choice === "any") return choice ?? "auto";
  if (choice === "required") return "any";
  if (typeof choice === "string") return { tool: choice };
  const { function: inner, name } = choice as { function?: { name?: unknown }; name?: unknown };
  return { tool: String(inner?.name ?? name) };
}

function schemaOf(format: unknown): JsonSchema | undefined {
  const { json_schema: inner } = (format ?? {}) as { json_schema?: { schema?: JsonSchema } };
  return inner?.schema;
}

function parsedAnswer(text: string, schema: JsonSchema): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const problems =
    value === undefined ? ["the request holds no value for a required field"] : problemsOf(schema, value);
  if (problems.length === 0) return value;
  throw new LocalModelError("SCHEMA_UNFILLED", `the local model could not fill the schema: ${problems.join("; ")}.`);
}
