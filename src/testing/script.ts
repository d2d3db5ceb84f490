import type { AIMessage, BaseMessage } from "@langchain/core/messages";

/** One call in a scripted message: a handoff, a tool call, or a tool call whose arguments are no JSON. */
export type ScriptedCall =
  | {
      readonly handoff: string;
      readonly input?: Readonly<Record<string, unknown>> | undefined;
      readonly id?: string | undefined;
    }
  | {
      readonly tool: string;
      readonly args?: Readonly<Record<string, unknown>> | undefined;
      readonly id?: string | undefined;
    }
  | { readonly tool: string; readonly rawArgs: string; readonly id?: string | undefined };

/** What a scripted model was asked, as a reply function and `model.calls` see it. */
export interface RecordedCall {
  /** Counted from 1. */
  readonly call: number;
  readonly messages: readonly BaseMessage[];
  /** Names of the bound tools. */
  readonly tools: readonly string[];
  /** The bound tools as they were given to `bindTools`. */
  readonly toolDefinitions: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** One model call of a script. */
export type ScriptedStep =
  | {
      readonly kind: "message";
      readonly text: string;
      readonly calls: readonly ScriptedCall[];
      readonly finish?: "stop" | "length" | "content_filter" | undefined;
    }
  | { readonly kind: "raw"; readonly message: AIMessage }
  | { readonly kind: "fail"; readonly error: unknown }
  | { readonly kind: "cut"; readonly text: string; readonly error: unknown }
  | { readonly kind: "hang" }
  | {
      readonly kind: "reply";
      /** Decides on the step, or on what is said, when it is asked for. */
      readonly reply: (call: RecordedCall) => ScriptedStep | string;
    };

/** A step that is a message. */
export type MessageStep = Extract<ScriptedStep, { kind: "message" }>;

/** A message that says something and calls nothing. */
export function say(text: string): MessageStep {
  return { kind: "message", text, calls: [] };
}

/** A message with calls, and a text where one is given. */
export function callsStep(calls: readonly ScriptedCall[], text = ""): MessageStep {
  return { kind: "message", text, calls };
}

/** An error as a provider's client throws it: with the status, and headers where given. */
export class ScriptedError extends Error {
  override readonly name = "ScriptedError";
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(message: string, status?: number, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** A script was asked for more, or for less, than it holds. */
export class ScriptError extends Error {
  override readonly name = "ScriptError";
}
