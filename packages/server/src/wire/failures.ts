import { SwarmDefinitionError, SwarmError } from "swarmgraph";
import type { SwarmErrorCode } from "swarmgraph";
import { MistralError } from "./errors.ts";

const failures: { readonly [C in SwarmErrorCode]?: readonly [status: number, message: string] } = {
  THREAD_BUSY: [409, "The conversation is at work on another request."],
  RUN_SUPERSEDED: [409, "A newer run on the thread ended this one."],
  INTERRUPT_MISMATCH: [409, "The thread does not wait for this answer: send a message, or answer what it asks."],
  INPUT_FORBIDDEN_CHANNEL: [422, "The inputs hold something that a client cannot set."],
  NO_USER_TURN: [422, "The conversation has nothing to answer yet."],
  LIMIT_HANDOFFS: [422, "The conversation reached its limit of handoffs."],
  LIMIT_REPEATED_EDGE: [422, "The conversation repeated the same handoff without anything new."],
  LIMIT_TURNS: [422, "The conversation reached its limit of model calls."],
  MODEL_REFUSED: [422, "The model refused to answer."],
  MODEL_OUTPUT_TRUNCATED: [422, "The model's answer was cut off; max_tokens may be too small."],
  OUTPUT_SCHEMA: [502, "The model's answer did not fit the schema."],
  MODEL_ERRORS: [502, "The model made too many mistakes in a row."],
  MODEL_INVALID: [502, "The model's answer cannot be used."],
  MODEL_REJECTED: [502, "The model's provider rejected the request."],
  PROVIDER_REJECTED: [502, "The model's provider rejected the request."],
  STREAM_INTERRUPTED: [502, "The model's answer broke off."],
  MODEL_TRANSIENT: [503, "The model is not available at present."],
  MODEL_TIMEOUT: [504, "The model did not answer in time."],
};

/** What a client is told of a run that failed with a code: of a `SwarmError`, or as its `run.error` has it. */
export function failureOf(code: string): { readonly status: number; readonly message: string } {
  if (code === "ABORTED") return { status: 499, message: "The run was stopped by its signal." };
  const known = Object.hasOwn(failures, code) ? failures[code as SwarmErrorCode] : undefined;
  const [status, message] = known ?? [500, "The agents could not go on."];
  return { status, message };
}

/**
 * The refusal that a client sees for any error. Messages of others are not passed on: they may hold keys, addresses or
 * a stack; they are in its `cause`. The code of a `SwarmError` is kept, in lower case. What is wrong with agents that make
 * no swarm is told: the client made them.
 */
export function toMistralError(error: unknown): MistralError {
  if (MistralError.is(error)) return error;
  if (SwarmError.is(error)) {
    const { status, message } = failureOf(error.code);
    return new MistralError(message, { status, code: error.code.toLowerCase(), cause: error });
  }
  if (error instanceof SwarmDefinitionError) {
    const problems = error.issues.map(({ message, hint }) => (hint === undefined ? message : `${message} ${hint}`));
    return new MistralError(`The agents do not go together: ${problems.join(" ")}`, {
      status: 422,
      code: "agents_invalid",
      cause: error,
    });
  }
  return new MistralError("The server could not answer.", { status: 500, code: "internal_error", cause: error });
}

/** The refusal for a run whose signal was aborted: the signal's reason where that is one, else 499 `run_stopped`. */
export function stoppedError({ reason }: AbortSignal): MistralError {
  if (MistralError.is(reason)) return reason;
  const { status, message } = failureOf("ABORTED");
  return new MistralError(message, { status, code: "run_stopped", cause: reason });
}
