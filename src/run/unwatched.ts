import { CallbackManager } from "@langchain/core/callbacks/manager";
import type { Callbacks } from "@langchain/core/callbacks/manager";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import type { RunnableConfig } from "@langchain/core/runnables";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { isQuiet } from "./quiet-store.ts";

/** What of a config LangChain keeps to itself; whatever else a call is given is one of the model's own options. */
export const CONFIG_KEYS: ReadonlySet<string> = new Set([
  "callbacks",
  "configurable",
  "maxConcurrency",
  "metadata",
  "recursionLimit",
  "runId",
  "runName",
  "signal",
  "tags",
  "timeout",
]);

/** What a model or a tool says of who is to hear of its calls. */
export interface Heard {
  readonly callbacks?: Callbacks | undefined;
  readonly verbose?: boolean | undefined;
}

/**
 * Whether nobody hears of a call: no callbacks of the run's, of what is called or of a run around it, and no tracing by the
 * environment. Of a run that began so, LangChain is not asked again.
 */
export function nobodyHears(ofRun: Callbacks | undefined, { callbacks, verbose }: Heard): boolean {
  if (ofRun !== undefined || callbacks !== undefined) return false;
  if (isQuiet()) return !verbose;
  const around = AsyncLocalStorageProviderSingleton.getRunnableConfig() as RunnableConfig | undefined;
  const options = { verbose: Boolean(verbose) };
  const manager = CallbackManager.configure(
    around?.callbacks,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    options,
  );
  return manager === undefined;
}

/**
 * Whether a method is as LangChain wrote it, by a word of its own. What traces calls may have put itself around the method,
 * or the method's text into its own (dd-trace rewrites LangChain's files as they are loaded), before this was loaded.
 */
export function isUntouched(method: unknown, word: string): boolean {
  const text = String(method);
  return text.includes(word) && !/__apm\$|\barguments\b/.test(text);
}

/** The methods of a chat model between `generate` and `_generate`. */
interface Way {
  readonly generate: unknown;
  readonly _generateUncached: unknown;
  readonly _separateRunnableConfigFromCallOptions: unknown;
  readonly _separateRunnableConfigFromCallOptionsCompat: unknown;
}

const {
  generate,
  _generateUncached,
  _separateRunnableConfigFromCallOptions: separate,
  _separateRunnableConfigFromCallOptionsCompat: separateCompat,
} = BaseChatModel.prototype as unknown as Way;

const IS_UNTOUCHED = isUntouched(generate, "generations") && isUntouched(_generateUncached, "promptIndex");

function goesLangChainsWay(model: BaseChatModel): boolean {
  const own = model as unknown as Way;
  return (
    IS_UNTOUCHED &&
    own.generate === generate &&
    own._generateUncached === _generateUncached &&
    own._separateRunnableConfigFromCallOptions === separate &&
    own._separateRunnableConfigFromCallOptionsCompat === separateCompat
  );
}

/**
 * Whether nothing would come of a call's way through LangChain's `generate` but the answer: nobody hears of it, nothing is
 * cached, and the answer stays in the form that the model gives it.
 */
export function isUnwatched(model: BaseChatModel, options: RunnableConfig | undefined): boolean {
  // Without a signal LangChain would look for one in the surroundings, and with a timeout it would make one.
  if (options?.signal === undefined || options.timeout !== undefined) return false;
  const { outputVersion } = options as { outputVersion?: BaseChatModel["outputVersion"] | null };
  const isPlain = !model.cache && (outputVersion ?? model.outputVersion) !== "v1";
  if (!isPlain || !goesLangChainsWay(model)) return false;
  return nobodyHears(options.callbacks, model);
}

/**
 * What a model generates, with what it says of the answer in the answer's metadata: what `generate` does for a call that
 * {@link isUnwatched}. Callbacks and traces, which there are none of, are most of what that costs.
 *
 * @param hear is given the answer before whoever waits for it.
 * @returns `undefined` where the model generates nothing.
 * @throws the model's own error, at once or by the promise.
 */
export function generated(
  model: BaseChatModel,
  prompt: readonly BaseMessage[],
  options: RunnableConfig = {},
  hear?: (answer: BaseMessage | undefined) => void,
): Promise<BaseMessage | undefined> {
  // A promise stays the same.
  return Promise.resolve(model._generate(prompt.slice(), callOptions(options))).then((result) => {
    const answer = messageOf(result);
    hear?.(answer);
    return answer;
  });
}

function messageOf({ generations, llmOutput }: ChatResult): BaseMessage | undefined {
  const [first] = generations;
  if (first === undefined) return undefined;
  const { message, generationInfo } = first;
  const ofAll = generations.length === 1 ? llmOutput : undefined;
  message.response_metadata = { ...ofAll, ...generationInfo, ...message.response_metadata };
  return message;
}

function callOptions(options: RunnableConfig): BaseChatModel["ParsedCallOptions"] {
  const own: Record<string, unknown> = { signal: options.signal };
  for (const key of Object.keys(options)) if (!CONFIG_KEYS.has(key)) own[key] = options[key as keyof RunnableConfig];
  own["promptIndex"] = 0;
  return own as BaseChatModel["ParsedCallOptions"];
}
