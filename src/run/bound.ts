import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatGeneration } from "@langchain/core/outputs";
import { RunnableBinding } from "@langchain/core/runnables";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { ChatModel } from "../types.ts";
import { merged } from "../define/merged.ts";
import { CONFIG_KEYS, generated, isUntouched, isUnwatched } from "./unwatched.ts";

/** Is given what a model answers, before whoever waits for it. */
type Hear = (reply: BaseMessage | undefined) => void;

/** A model with tools bound. */
export type BoundModel = Pick<ChatModel, "invoke">;

/** What LangChain's binding consists of. */
interface Binding {
  readonly bound: unknown;
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined;
  readonly configFactories?: readonly unknown[] | undefined;
}

/**
 * A binding of nothing but call options (tools, above all), called without LangChain's merging of configs, which goes through
 * every key of the run's config twice for each call. Any other binding as it is.
 */
export function boundDirectly(model: BoundModel): BoundModel {
  if (!(model instanceof RunnableBinding) || model.constructor !== RunnableBinding) return model;
  const { bound, config = {}, kwargs = {}, configFactories = [] } = model as unknown as Binding;
  const isPlain = configFactories.length === 0 && Object.keys(kwargs).length === 0;
  const isOptions = Object.keys(config).every((key) => !CONFIG_KEYS.has(key));
  if (!isPlain || !isOptions || !(bound instanceof BaseChatModel)) return model;
  return new PlainBinding(bound, config);
}

/** A chat model with call options. @throws from `invoke`: as {@link replyOf}. */
class PlainBinding implements BoundModel {
  readonly bound: BaseChatModel;
  readonly #options: object;

  constructor(bound: BaseChatModel, options: object) {
    this.bound = bound;
    this.#options = options;
  }

  invoke(prompt: BaseMessage[], options: RunnableConfig = {}, hear?: Hear): ReturnType<typeof replyOf> {
    return replyOf(this.bound, prompt, merged(this.#options, options), hear);
  }
}

/**
 * What a model answers, by the shortest way that comes to what its `invoke` does: what it generates, where nobody watches the
 * call; else by LangChain's `generate`, which goes through all messages once less than `invoke`. A model that has an `invoke`
 * of its own, or one that somebody watches, is asked by that.
 *
 * @param hear is given the answer before whoever waits for it, which takes no promise.
 * @throws the model's own error, at once or by the promise.
 */
export function replyOf(
  model: BoundModel,
  prompt: BaseMessage[],
  options: RunnableConfig | undefined,
  hear?: Hear,
): Promise<BaseMessage> {
  if (model instanceof PlainBinding) return model.invoke(prompt, options, hear);
  if (!isOrdinary(model)) return invoked(model, prompt, options, hear);
  // A model that generates nothing has not answered, which its caller sees.
  if (isUnwatched(model, options)) return generated(model, prompt, options, hear) as Promise<BaseMessage>;
  return heard(model, prompt, options, hear);
}

async function invoked(
  model: BoundModel,
  prompt: BaseMessage[],
  options: RunnableConfig | undefined,
  hear: Hear | undefined,
): Promise<BaseMessage> {
  const reply = await model.invoke(prompt, options);
  hear?.(reply);
  return reply;
}

async function heard(
  model: BaseChatModel,
  prompt: BaseMessage[],
  options: RunnableConfig | undefined,
  hear: Hear | undefined,
): Promise<BaseMessage> {
  const { generations } = await model.generate([prompt], options, options?.callbacks);
  const [generation] = generations.flat();
  const reply = (generation as Partial<ChatGeneration> | undefined)?.message as BaseMessage;
  hear?.(reply);
  return reply;
}

const { invoke, generatePrompt } = BaseChatModel.prototype;

const IS_UNTOUCHED = isUntouched(invoke, generatePrompt.name);

function isOrdinary(model: BoundModel): model is BaseChatModel {
  return (
    IS_UNTOUCHED && model instanceof BaseChatModel && model.invoke === invoke && model.generatePrompt === generatePrompt
  );
}
