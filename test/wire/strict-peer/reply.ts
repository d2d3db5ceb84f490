import type { ProfileName } from "../../../src/types.ts";

/** One call of a scripted reply. */
export interface ScriptedCall {
  readonly name: string;
  /** Default: none. A text stands as it is, JSON or not; Anthropic and Amazon write texts in streams only, Gemini never. */
  readonly args?: Readonly<Record<string, unknown>> | string;
  /** Default: one in the provider's own form; Gemini gives none before its version 3. Empty: none at all. */
  readonly id?: string;
}

/** What the model says, and how the transport fares while it does. */
export interface ScriptedAnswer {
  readonly text?: string;
  readonly calls?: readonly ScriptedCall[];
  /** What it thinks before that; signed as the provider signs thoughts, where it does. Empty: thoughts that nobody is shown. */
  readonly reasoning?: string;
  /** Why it stopped, if not by itself. */
  readonly finish?: "length" | "content_filter";
  /** The socket is destroyed after so many events of a stream, or in the middle of a body that is none. */
  readonly cutAfter?: number;
  /** The stream ends after so many events, as if that were all; a body that is none is not touched. */
  readonly endAfter?: number;
  /** Milliseconds until the answer begins. */
  readonly delayMs?: number;
}

/** A refusal that has nothing to do with the request. */
export interface ScriptedFailure {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
}

/** What the peer answers to one valid request; a text alone is an answer of that text. */
export type ScriptedReply = string | ScriptedAnswer | ScriptedFailure;

/** A call with all that goes over the wire. */
export interface WireCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>> | string;
  readonly id: string | undefined;
}

/** A call's arguments as a text. */
export function argsText({ args }: WireCall): string {
  return typeof args === "string" ? args : JSON.stringify(args);
}

/** An answer with all that goes over the wire. */
export interface Answer extends Omit<ScriptedAnswer, "calls"> {
  readonly calls: readonly WireCall[];
}

/** Who is asked, and how. */
export interface Asked {
  readonly profile: ProfileName;
  readonly model: string;
  readonly streams: boolean;
  /** The path at the provider's own host, with its query. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Writes an answer in a provider's own shape. Every id that it makes is new. */
export type AnswerWriter = (answer: Answer, asked: Asked) => Written;

/** An answer as it goes over the wire: whole, or as the events of a stream. */
export type Written = { readonly json: unknown } | { readonly events: readonly (string | Uint8Array)[]; type?: string };

let made = 0;

/** A new text of digits and letters, of that length, e.g. for an id or a signature. */
export function unique(length: number): string {
  made += 1;
  return made.toString(36).padStart(length, "0");
}

/** How each provider's ids of calls look. */
const CALL_ID: Readonly<Record<ProfileName, (model: string) => string | undefined>> = {
  "openai-chat": () => `call_${unique(24)}`,
  "openai-responses": () => `call_${unique(24)}`,
  anthropic: () => `toolu_01${unique(22)}`,
  mistral: () => unique(9),
  gemini: (model) => (isThree(model) ? unique(8) : undefined),
  bedrock: () => `tooluse_${unique(22)}`,
};

/** A scripted answer with the provider's own ids. */
export function toAnswer(reply: string | ScriptedAnswer, { profile, model }: Asked): Answer {
  const { calls = [], ...rest }: ScriptedAnswer = typeof reply === "string" ? { text: reply } : reply;
  return {
    ...rest,
    calls: calls.map(({ name, args = {}, id = CALL_ID[profile](model) }) => ({
      name,
      args,
      id: id === "" ? undefined : id,
    })),
  };
}

/** Whether a model is a Gemini of version 3 or later: it signs every first call, and gives its calls ids. */
export function isThree(model: string): boolean {
  return /gemini-([3-9]|\d\d)/.test(model);
}

/** One event of a stream, named as its `type` says where it has one. */
export function event(data: unknown): string {
  const { type } = data as { type?: unknown };
  return `${typeof type === "string" ? `event: ${type}\n` : ""}data: ${JSON.stringify(data)}\n\n`;
}
