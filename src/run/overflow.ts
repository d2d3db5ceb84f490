import { ContextOverflowError } from "@langchain/core/errors";
import type { BaseMessage } from "@langchain/core/messages";
import { SwarmError } from "../errors.ts";
import { activationIn } from "../project/activation.ts";
import { project } from "../project/project.ts";
import type { Addressee } from "../project/provenance.ts";
import type { HistoryPolicy, RunContext } from "../types.ts";
import type { OnContextOverflow } from "../guard-types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import type { PromptFor } from "./model-call.ts";
import { statusOf } from "./retry.ts";
import { describeThrown } from "./serialise.ts";

/** Statuses with which a request is refused for its length; errors in a stream have none. */
const STATUSES: ReadonlySet<number | undefined> = new Set([undefined, 400, 413, 422]);

/** Codes of errors that say it. */
const CODES: ReadonlySet<unknown> = new Set(["context_length_exceeded", "model_context_window_exceeded"]);

/** How providers and their servers say it. Where a text has numbers, `tokens` are the prompt's and `max` the model's. */
const SIGNS: readonly RegExp[] = [
  // OpenAI chat and those who speak as it does, then vLLM.
  /maximum context length is (?<max>\d+) tokens.*?(?:resulted in|requested(?: about)?|contains(?: at least)?) (?<tokens>\d+)/is,
  /maximum context length (?:is|of) (?<max>\d+)/i,
  // OpenAI Responses.
  /exceeds the context window/i,
  /context_length_exceeded/,
  // Anthropic.
  /prompt is too long: (?<tokens>\d+) tokens > (?<max>\d+)/i,
  /prompt is too long/i,
  /exceed context limit: (?<tokens>\d+) \+ \d+ > (?<max>\d+)/i,
  // Mistral.
  /prompt contains (?<tokens>\d+) tokens.*?too large for model with (?<max>\d+) maximum context length/is,
  // Gemini.
  /input token count \(?(?<tokens>\d+)\)? exceeds the maximum number of tokens allowed \(?(?<max>\d+)/i,
  // Amazon Bedrock.
  /input is too long for requested model/i,
  /too many input tokens\. max input tokens: (?<max>\d+), request input token count: (?<tokens>\d+)/i,
  // llama.cpp and Ollama.
  /exceeds the available context size/i,
];

/** How long a prompt was, and how long it may be, where the provider says. */
export interface Excess {
  readonly tokens: number | undefined;
  readonly maxTokens: number | undefined;
}

/** What a provider's error says of a prompt that was too long; `undefined` where it is another error. */
export function excessIn(error: unknown): Excess | undefined {
  const { code, error: inner } = (error ?? {}) as { code?: unknown; error?: { code?: unknown } | null };
  const isNamed = CODES.has(code) || CODES.has(inner?.code) || ContextOverflowError.isInstance(error);
  if (!isNamed && !STATUSES.has(statusOf(error))) return undefined;
  const text = describeThrown(error);
  const groups = SIGNS.map((sign) => sign.exec(text)).find((match) => match !== null);
  if (!isNamed && groups === undefined) return undefined;
  const numberOf = (name: string) => {
    const digits = groups?.groups?.[name];
    return digits === undefined ? undefined : Number(digits);
  };
  return { tokens: numberOf("tokens"), maxTokens: numberOf("max") };
}

/** A provider's "the prompt is too long" as one of ours; `undefined` where it is another error. */
export function overflowOf(
  error: unknown,
  { agent, threadId, shape, reader }: { agent: string; threadId: string | undefined; shape: string; reader: Addressee },
): SwarmError | undefined {
  const excess = SwarmError.is(error) ? undefined : excessIn(error);
  if (excess === undefined) return undefined;
  const { tokens, maxTokens } = excess;
  const size = tokens === undefined ? "" : ` with ${tokens} tokens`;
  const room = maxTokens === undefined ? "" : `, which takes ${maxTokens}`;
  return new SwarmError(
    "CONTEXT_OVERFLOW",
    `the prompt of agent "${agent}"${size} is too long for its model${room}. It held: ${shape}. Give onContextOverflow, a history that leaves more out, or a model with more room.`,
    {
      agent,
      threadId,
      cause: error,
      details: { profile: reader.profile.name, model: reader.model, tokens, maxTokens, shape, status: statusOf(error) },
    },
  );
}

/** The prompts of one turn of an agent, which are made shorter at most once. */
export interface FittingPrompts {
  readonly promptFor: PromptFor;
  /**
   * Has `onContextOverflow` make the prompts shorter. False where nothing was done: there is no hook, it gave nothing, or
   * it was asked in this turn before.
   *
   * @throws SwarmError `CONTEXT_OVERFLOW` where the hook failed.
   */
  fit(overflow: SwarmError, reader: Addressee, bindsTools: boolean): Promise<boolean>;
}

/** Prompts that `onContextOverflow` can make shorter. */
export function fittingPrompts(runtime: AgentRuntime, made: PromptFor, run: RunContext): FittingPrompts {
  const { spec, name } = runtime.agent;
  const shorten = spec.onContextOverflow ?? runtime.definition.options.onContextOverflow;
  let current = made;
  let isAsked = false;
  return {
    promptFor: (reader, bindsTools) => current(reader, bindsTools),
    async fit(overflow, reader, bindsTools) {
      if (shorten === undefined || isAsked) return false;
      isAsked = true;
      const { messages } = current(reader, bindsTools);
      const { tokens, maxTokens } = overflow.details as unknown as Excess;
      const given = await asked(shorten, { ...run, messages: [...messages], tokens, maxTokens }, overflow);
      const handoff = activationIn(name, run.state.handoffs, run.state.messages);
      const pick = pickFrom(given, (list, policy) => policy.select(list, { agent: name, handoff }));
      if (pick === undefined) return false;
      current = (other, binds) => {
        const { system, messages: long } = made(other, binds);
        // The prompt is a log without handoffs by now; what was cut in two is mended as in any other.
        const { profile, model, thinks } = other;
        const short = project(pick(long), { agent: name, profile: profile.name, model, thinks, bindsTools: binds });
        return { system: [system, short.instructions].filter(Boolean).join("\n\n"), messages: short.messages };
      };
      return true;
    },
  };
}

async function asked(shorten: OnContextOverflow, context: Parameters<OnContextOverflow>[0], overflow: SwarmError) {
  try {
    return await shorten(context);
  } catch (cause) {
    const { message, details, agent, threadId } = overflow;
    const why = `onContextOverflow failed: ${describeThrown(cause)}`;
    throw new SwarmError("CONTEXT_OVERFLOW", `${message} ${why}`, { agent, threadId, details, cause });
  }
}

type Pick = (messages: readonly BaseMessage[]) => readonly BaseMessage[];

function pickFrom(
  given: HistoryPolicy | readonly BaseMessage[] | undefined,
  select: (messages: readonly BaseMessage[], policy: HistoryPolicy) => readonly BaseMessage[],
): Pick | undefined {
  if (given === undefined || given === null) return undefined;
  return "select" in given ? (messages) => select(messages, given) : () => given;
}
