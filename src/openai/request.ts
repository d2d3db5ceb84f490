import type { BaseChatModelCallOptions, BindToolsInput } from "@langchain/core/language_models/chat_models";
import type { OpenAI } from "openai";
import { toWireToolChoice, toWireTools } from "./to-wire-tools.ts";

/** OpenAI's `response_format`. */
export type ResponseFormat = NonNullable<OpenAI.ChatCompletionCreateParams["response_format"]>;

/** What a request asks for beside its messages. */
export interface RequestSettings {
  /** The model's name, e.g. `gpt-5.2`, or whatever a local server calls it. */
  readonly model: string;
  /** Default: the server's. */
  readonly temperature?: number | undefined;
  /** The most tokens of an answer. Default: the server's limit. */
  readonly maxTokens?: number | undefined;
  /** Asks for the same answer to the same request, as far as a server can. */
  readonly seed?: number | undefined;
  /** Whether one reply may hold several tool calls. Default: the server's, or `false` where a tool is strict. */
  readonly parallelToolCalls?: boolean | undefined;
  /**
   * Sends tools in OpenAI's strict mode, where their schema allows it: every property required, no free keys. Others are
   * sent as they are. Default: false.
   */
  readonly strictTools?: boolean | undefined;
  /** The form of the answer. Default: text. */
  readonly responseFormat?: ResponseFormat | undefined;
  /** Further fields of the request's body, e.g. `{ reasoning_effort: "low" }`. They win over all others. */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined;
}

/** Options of one call, also of `bindTools`. */
export interface OpenAIChatCallOptions extends BaseChatModelCallOptions {
  /** LangChain tools, OpenAI definitions, or a provider's own. An empty list is never sent. */
  tools?: BindToolsInput[];
  /** Like `parallelToolCalls`, for this call. Sent only with tools, as is `tool_choice`. */
  parallel_tool_calls?: boolean;
  /** Like `strictTools`, for these tools. */
  strict?: boolean;
  /** Like `responseFormat`, for this call. */
  response_format?: ResponseFormat;
}

/** The body of a request, without its messages. */
export type RequestBody = Omit<OpenAI.ChatCompletionCreateParams, "messages" | "stream" | "stream_options">;

/** Options of {@link toRequest}. */
export interface ToRequestOptions {
  readonly settings: RequestSettings;
  /** OpenAI's own endpoint has a new name for the limit of tokens, and newer models refuse the old one. */
  readonly isOpenAI: boolean;
}

/** A call's options over a model's settings, as the body of a request. Pure. */
export function toRequest(call: Partial<OpenAIChatCallOptions>, { settings, isOpenAI }: ToRequestOptions): RequestBody {
  const strict = call.strict ?? settings.strictTools ?? false;
  const tools = toWireTools(call.tools ?? [], { strict });
  const hasStrictTool = tools.some((tool) => tool.type === "function" && tool.function.strict === true);
  // Strict mode does not hold for parallel calls.
  const parallel = call.parallel_tool_calls ?? settings.parallelToolCalls ?? (hasStrictTool ? false : undefined);
  const body = {
    model: settings.model,
    temperature: settings.temperature,
    [isOpenAI ? "max_completion_tokens" : "max_tokens"]: settings.maxTokens,
    seed: settings.seed,
    stop: call.stop,
    response_format: call.response_format ?? settings.responseFormat,
    ...(tools.length > 0 && {
      tools,
      tool_choice: toWireToolChoice(call.tool_choice),
      parallel_tool_calls: parallel,
    }),
    ...settings.extraBody,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as unknown as RequestBody;
}
