import type { ChatModel, ModelSource } from "swarmgraph";
import type { CompletionArgs } from "../wire/completion-args.ts";

/** Call options under the names that LangChain's and OpenAI's clients have for them. */
export type CallOptions = Readonly<Record<string, unknown>>;

/** Settings of an agent as call options. What is not set stays with the model. */
export function callOptionsOf(args: CompletionArgs | null | undefined): CallOptions {
  const { response_format: format, ...given } = args ?? {};
  const named: Record<string, unknown> = {
    temperature: given.temperature,
    top_p: given.top_p,
    max_tokens: given.max_tokens,
    maxTokens: given.max_tokens,
    seed: given.random_seed,
    presence_penalty: given.presence_penalty,
    frequency_penalty: given.frequency_penalty,
    stop: typeof given.stop === "string" ? [given.stop] : given.stop,
    tool_choice: given.tool_choice,
    reasoning_effort: given.reasoning_effort,
    response_format: format?.type === "text" ? undefined : format,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined && value !== null));
}

/**
 * A model that is called with these options beside those of the call. `tool_choice` goes with tools alone: providers refuse
 * it without.
 */
export function withCallOptions(model: ModelSource, options: CallOptions): ModelSource {
  if (Object.keys(options).length === 0) return model;
  return typeof model === "function" ? async (run) => wrapped(await model(run), options) : wrapped(model, options);
}

function wrapped(model: ChatModel, options: CallOptions): ChatModel {
  const { tool_choice: choice, ...rest } = options;
  const plain: ChatModel & { readonly bound: ChatModel } = {
    // By this the core recognises whose model it is.
    bound: model,
    invoke: (input, config) => model.invoke(input, { ...rest, ...config } as typeof config),
  };
  const bind = model.bindTools?.bind(model);
  if (bind === undefined) return plain;
  return Object.assign(plain, {
    bindTools(tools: Parameters<typeof bind>[0]) {
      const bound = bind(tools);
      return {
        invoke: (input: never, config?: object) =>
          bound.invoke(input, { ...rest, ...(choice !== undefined && { tool_choice: choice }), ...config } as never),
      };
    },
  }) as ChatModel;
}
