import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { InvalidToolCall, ToolCall } from "@langchain/core/messages/tool";
import { hasId } from "../define/lineage.ts";
import { messageNameFor } from "../define/tool-name.ts";
import { merged } from "../define/merged.ts";
import { withCalls } from "../project/pairs.ts";
import type { Addressee } from "../project/provenance.ts";
import { excessOf } from "./call-limits.ts";

/** A message as the log holds it. */
export type LogMessage = AIMessage & { readonly id: string };

/** How a reply ended, where it did not end by itself. */
export type CutReason = "truncated" | "refused";

const TRUNCATED: ReadonlySet<unknown> = new Set([
  "length",
  "max_tokens",
  "max_output_tokens",
  "MAX_TOKENS",
  "model_length",
]);
const REFUSED: ReadonlySet<unknown> = new Set([
  "content_filter",
  "content_filtered",
  "refusal",
  "SAFETY",
  "PROHIBITED_CONTENT",
  "guardrail_intervened",
]);

/** Where clients keep the reason: some within another field, Anthropic's stream beside the metadata. */
interface Finish {
  readonly finish_reason?: unknown;
  readonly finishReason?: unknown;
  readonly stop_reason?: unknown;
  readonly stopReason?: unknown;
  readonly incomplete_details?: { readonly reason?: unknown } | null;
  readonly messageStop?: { readonly stopReason?: unknown } | null;
  /** Of OpenAI's Responses. */
  readonly status?: unknown;
}

/** What LangChain's own clients call the providers whose streams always end with a reason. */
const GIVE_REASONS: ReadonlySet<unknown> = new Set(["openai", "anthropic", "google-genai", "bedrock-converse"]);

/**
 * Whether a stream ended in the middle of calls: its client takes the end of a connection for that of the answer, but no
 * reason came. `finish` is what callbacks alone are told.
 */
export function isBrokenOff(reply: AIMessage, finish: Readonly<Record<string, unknown>> = {}): boolean {
  if (!AIMessageChunk.isInstance(reply) || (reply.tool_call_chunks ?? []).length === 0) return false;
  const { model_provider: provider, messageStart } = reply.response_metadata;
  // Amazon's says who it is at its end only.
  if (!GIVE_REASONS.has(provider) && messageStart === undefined) return false;
  const told = { ...reply.additional_kwargs, ...reply.response_metadata, ...finish } as Finish;
  return (reasonOf(told) ?? told.status) === undefined;
}

/** Why a reply was cut short, by whichever name its provider has for it. */
export function cutReasonOf(message: BaseMessage): CutReason | undefined {
  const { additional_kwargs: kwargs, response_metadata: metadata } = message;
  const reason = reasonOf((isEmpty(kwargs) ? metadata : { ...kwargs, ...metadata }) as Finish);
  if (TRUNCATED.has(reason)) return "truncated";
  return REFUSED.has(reason) ? "refused" : undefined;
}

function isEmpty(fields: object): boolean {
  for (const _key in fields) return false;
  return true;
}

function reasonOf(finish: Finish): unknown {
  return (
    finish.incomplete_details?.reason ??
    finish.messageStop?.stopReason ??
    finish.finish_reason ??
    finish.stop_reason ??
    finish.finishReason ??
    finish.stopReason
  );
}

/** What a reply becomes a message of. */
export interface LogContext {
  readonly agent: string;
  readonly log: readonly BaseMessage[];
  /** The agent's own name of a tool, from its name on the wire. */
  readonly ownToolName: (wireName: string) => string;
  /** The model that gave it, where it was a model of the agent's. */
  readonly maker?: Addressee | undefined;
  /** Characters of one call's arguments. Default: as many as there are. */
  readonly maxArgumentChars?: number | undefined;
}

/**
 * A model's reply as it goes into the log: an `AIMessage` of ours with the agent's name, an id that no other message
 * has, and an id for each call that no other call of the message has. Arguments that are too large are left out: a log that
 * keeps them cannot be copied or sent. The model's own object is not touched.
 */
export function toLogMessage(reply: AIMessage, context: LogContext): LogMessage {
  const { agent, log, ownToolName, maker, maxArgumentChars = Number.POSITIVE_INFINITY } = context;
  const isTaken = reply.id === undefined || reply.id === "" || hasId(log, reply.id);
  const id = isTaken ? globalThis.crypto.randomUUID() : (reply.id as string);
  const used = new Set<string>();
  const uniqueId = (wanted: string | undefined, index: number): string => {
    const callId = wanted === undefined || wanted === "" || used.has(wanted) ? `${id}_${index}` : wanted;
    used.add(callId);
    return callId;
  };
  const given = sizedCalls(strictCalls(reply), maxArgumentChars);
  const calls = given.valid.map((call, index) => ({
    ...call,
    name: ownToolName(call.name),
    id: uniqueId(call.id, index),
  }));
  const invalid = given.invalid.map((call, index) => ({
    ...call,
    ...(call.name !== undefined && { name: ownToolName(call.name) }),
    id: uniqueId(call.id, calls.length + index),
  }));
  const isChanged =
    calls.some(({ id: own }, index) => own !== given.valid[index]?.id) ||
    invalid.some(({ id: own }, index) => own !== given.invalid[index]?.id);
  // Providers repeat ids and arguments elsewhere in the message.
  const rest = given.isReduced || isChanged ? withCalls(reply, []) : reply;
  return new AIMessage({
    content: rest.content,
    id,
    // Some clients name their replies "model"; an agent that is a graph names its own.
    name: maker === undefined ? (reply.name ?? messageNameFor(agent)) : messageNameFor(agent),
    tool_calls: calls,
    invalid_tool_calls: invalid,
    additional_kwargs: rest.additional_kwargs,
    response_metadata: withMaker(rest.response_metadata, maker),
    ...(reply.usage_metadata !== undefined && { usage_metadata: reply.usage_metadata }),
  }) as LogMessage;
}

/** Metadata that says who made a message, where the client does not: by that reasoning is known again. */
function withMaker(metadata: Record<string, unknown>, maker: Addressee | undefined): Record<string, unknown> {
  if (maker === undefined || typeof metadata["model_provider"] === "string") return metadata;
  return merged(metadata, {
    model_provider: maker.profile.provider,
    ...(maker.model !== undefined && metadata["model_name"] === undefined && { model_name: maker.model }),
  });
}

interface Calls {
  readonly valid: readonly ToolCall[];
  readonly invalid: readonly InvalidToolCall[];
}

/** Calls without arguments that are too large: such a call becomes an invalid one that says so. */
function sizedCalls({ valid, invalid }: Calls, max: number): Calls & { readonly isReduced: boolean } {
  const reduced = ({ id, name }: ToolCall | InvalidToolCall, error: string): InvalidToolCall => ({
    ...(id !== undefined && { id }),
    ...(name !== undefined && { name }),
    type: "invalid_tool_call",
    error,
  });
  const isFit = ({ args }: ToolCall | InvalidToolCall) => excessOf(args ?? "", max) === undefined;
  if (valid.every(isFit) && invalid.every(isFit)) return { valid, invalid, isReduced: false };
  const excesses = valid.map(({ args }) => excessOf(args, max));
  const broken = invalid.map((call) => {
    const excess = excessOf(call.args ?? "", max);
    return excess === undefined ? call : reduced(call, excess);
  });
  const large = valid.flatMap((call, index) => {
    const excess = excesses[index];
    return excess === undefined ? [] : [reduced(call, excess)];
  });
  return {
    valid: valid.filter((_, index) => excesses[index] === undefined),
    invalid: [...broken, ...large],
    isReduced: large.length > 0 || broken.some((call, index) => call !== invalid[index]),
  };
}

/**
 * A reply's calls, with the arguments of a streamed one parsed anew from their whole text: merging chunks, LangChain takes
 * `{"amount": 1` for `{ amount: 1 }`, and a cut-off argument must never run a tool.
 */
function strictCalls(reply: AIMessage): Calls {
  const chunks = AIMessageChunk.isInstance(reply) ? (reply.tool_call_chunks ?? []) : [];
  if (chunks.length === 0) return { valid: reply.tool_calls ?? [], invalid: reply.invalid_tool_calls ?? [] };
  const valid: ToolCall[] = [];
  const invalid: InvalidToolCall[] = [];
  for (const { id, name = "", args = "" } of chunks) {
    const parsed = parseObject(args);
    const own = { name, ...(id !== undefined && { id }) };
    if (parsed === undefined) invalid.push({ ...own, type: "invalid_tool_call", args, error: "Malformed args." });
    else valid.push({ ...own, type: "tool_call", args: parsed });
  }
  return { valid, invalid };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
