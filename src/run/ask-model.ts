import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { Callbacks } from "@langchain/core/callbacks/manager";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import type { RunnableConfig } from "@langchain/core/runnables";
import { SwarmError } from "../errors.ts";
import { replyOf } from "./bound.ts";
import type { BoundModel } from "./bound.ts";
import { cutReasonOf, isBrokenOff } from "./reply.ts";
import { isTransient } from "./retry.ts";
import { NOBODY } from "./watch.ts";
import type { Watched } from "./watch.ts";

/** Notes of one call what LangChain tells callbacks alone: that the answer has begun, and why it ended. */
class ReplyListener extends BaseCallbackHandler {
  override readonly name = "swarmgraph_reply";
  override awaitHandlers = true;
  isBegun = false;
  finish: Record<string, unknown> | undefined;

  override handleLLMNewToken(): void {
    this.isBegun = true;
  }

  override handleLLMEnd({ generations }: LLMResult): void {
    this.finish = generations[0]?.[0]?.generationInfo;
  }
}

/**
 * Asks a model once, and keeps why its reply ended: where somebody listens to the tokens, LangChain gives that to callbacks
 * alone, and a reply that was cut would pass for a whole one.
 *
 * @throws SwarmError `STREAM_INTERRUPTED` (retryable) where the reply had begun and broke off; the model's own error.
 */
export function askModel(
  model: BoundModel,
  prompt: BaseMessage[],
  config: RunnableConfig,
  watch: Pick<Watched, "fromWithin" | "listening" | "told"> = NOBODY,
): Promise<BaseMessage> {
  // A listener costs more than the rest of a call that nobody listens to.
  const isWhole = config.callbacks === undefined && !watch.fromWithin && !mayStream(model);
  if (!isWhole) return askListening(model, prompt, config, watch);
  if (watch === NOBODY) return replyOf(model, prompt, config);
  return replyOf(model, prompt, config, (reply) => AIMessage.isInstance(reply) && watch.told(reply));
}

async function askListening(
  model: BoundModel,
  prompt: BaseMessage[],
  config: RunnableConfig,
  watch: Pick<Watched, "listening">,
): Promise<BaseMessage> {
  const listener = new ReplyListener();
  const heard = watch.listening(config);
  const callbacks = withListener(heard.callbacks, listener);
  const reply = await replyOf(model, prompt, { ...heard, callbacks }).catch((error: unknown) => {
    const isBreak = listener.isBegun && !SwarmError.is(error) && !config.signal?.aborted && isTransient(error);
    throw isBreak ? interrupted("its connection broke", error) : error;
  });
  const { finish } = listener;
  if (config.callbacks === undefined && !listener.isBegun) answersWhole.add(clientOf(model));
  if (AIMessage.isInstance(reply) && isBrokenOff(reply, finish)) throw interrupted("its stream ended without a reason");
  if (finish === undefined || !AIMessage.isInstance(reply) || cutReasonOf(reply) !== undefined) return reply;
  const told = new AIMessage({ content: "", response_metadata: finish });
  if (cutReasonOf(told) !== undefined) Object.assign(reply.response_metadata, finish);
  return reply;
}

/** Models that gave a whole answer when nobody but us listened: they do so again. */
const answersWhole = new WeakSet<object>();

/** Chat models that ask for a whole answer unless they are told to stream, and put into it why it ended. */
const WHOLE: ReadonlySet<string> = new Set(["ChatOpenAI", "ChatAnthropic", "OpenAIChat"]);

/** What of a model says whether its `invoke` streams underneath. */
interface Streaming {
  readonly bound?: unknown;
  readonly callbacks?: unknown;
  readonly streaming?: boolean;
  readonly _streamResponseChunks?: unknown;
  readonly constructor: { readonly lc_name?: () => string };
}

/** Whether an answer may come in pieces although nobody listens to them. Where that is not known, it may. */
function mayStream(model: BoundModel): boolean {
  const one = clientOf(model);
  if (!(one instanceof BaseChatModel) || one.streaming === true || one.callbacks !== undefined) return true;
  if (answersWhole.has(one)) return false;
  const cannot = one._streamResponseChunks === BaseChatModel.prototype._streamResponseChunks;
  return !cannot && !WHOLE.has(one.constructor.lc_name?.() ?? "");
}

/** The model itself, without what is bound to it. */
function clientOf(model: BoundModel): Streaming {
  let one = model as unknown as Streaming;
  while (typeof one.bound === "object" && one.bound !== null) one = one.bound as Streaming;
  return one;
}

function interrupted(why: string, cause?: unknown): SwarmError {
  return new SwarmError(
    "STREAM_INTERRUPTED",
    `the model's answer broke off: ${why}. Nothing of it ran; make the call again.`,
    { retryable: true, ...(cause !== undefined && { cause }) },
  );
}

function withListener(callbacks: Callbacks | undefined, listener: BaseCallbackHandler): Callbacks {
  if (callbacks === undefined) return [listener];
  if (Array.isArray(callbacks)) return [...callbacks, listener];
  const copy = callbacks.copy();
  // Not inherited: what the model calls in turn has ends of its own.
  copy.addHandler(listener, false);
  return copy;
}
