import type { BaseMessage } from "@langchain/core/messages";
import { textOf } from "../define/text-of.ts";
import { SwarmError } from "../errors.ts";
import type { Outcome } from "../types.ts";
import type { SwarmEventBody } from "./events.ts";
import { plainValues } from "./plain.ts";
import type { RunReader } from "./read-run.ts";

/** The end state as `invoke` gives it: with what it waits for, where it stopped. */
export function reachedBy({ values, interrupts }: RunReader): unknown {
  return interrupts.length === 0 ? values : { ...(values as object), __interrupt__: interrupts };
}

/** The event that a run ends with which did not fail. */
export function runEnd(
  { tokens, hops, interrupts, isInterrupted }: RunReader,
  reached: unknown,
): SwarmEventBody & { readonly type: "run.done" | "run.interrupted" } {
  const state = (typeof reached === "object" && reached !== null ? reached : {}) as Readonly<Record<string, unknown>>;
  const { __interrupt__: _pending, ...own } = state;
  const ended = { lastAgent: own["activeAgent"] as string | undefined, tokens, values: plainValues(own) };
  if (isInterrupted) return { type: "run.interrupted", interrupts: [...interrupts], ...ended };
  const messages = own["messages"] as readonly BaseMessage[] | undefined;
  const outcome = (own["outcome"] ?? null) as Outcome | null;
  // A turn that was ended without an answer leaves the user's words, or a tool's, at the end.
  const last = messages?.at(-1);
  const said = outcome !== null && outcome.messageId === undefined ? "" : last && textOf(last);
  const output = ended.values["structuredResponse"] ?? said;
  return {
    type: "run.done",
    outcome,
    output,
    handoffs: [...hops],
    ...ended,
  };
}

/** An error as the event that a failed run ends with. */
export function runError(error: unknown): SwarmEventBody & { readonly type: "run.error" } {
  const message = error instanceof Error ? error.message : String(error);
  if (SwarmError.is(error)) {
    const { code, retryable, resumable } = error;
    return { type: "run.error", code, message, retryable, resumable };
  }
  return { type: "run.error", code: codeOf(error), message, retryable: false, resumable: true };
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "RUN_FAILED";
  const { name, lc_error_code: code } = error as { name?: unknown; lc_error_code?: unknown };
  if (name === "AbortError" || name === "TimeoutError") return "ABORTED";
  return typeof code === "string" ? code : "RUN_FAILED";
}
