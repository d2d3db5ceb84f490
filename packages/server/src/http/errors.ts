import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { SwarmError } from "swarmgraph";
import type { SwarmErrorCode } from "swarmgraph";
import { MistralError } from "../wire/errors.ts";

/** What the operator of a server is told about a request that failed by no fault of the client's. */
export interface ServerFailure {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly error: unknown;
}

const failures: { readonly [C in SwarmErrorCode]?: readonly [status: number, message: string] } = {
  THREAD_BUSY: [409, "The conversation is at work on another request."],
  INPUT_FORBIDDEN_CHANNEL: [422, "The inputs hold something that a client cannot set."],
  NO_USER_TURN: [422, "The conversation has nothing to answer yet."],
  LIMIT_HANDOFFS: [422, "The conversation reached its limit of handoffs."],
  LIMIT_REPEATED_EDGE: [422, "The conversation repeated the same handoff without anything new."],
  LIMIT_TURNS: [422, "The conversation reached its limit of model calls."],
  MODEL_REFUSED: [422, "The model refused to answer."],
  MODEL_OUTPUT_TRUNCATED: [422, "The model's answer was cut off; max_tokens may be too small."],
  OUTPUT_SCHEMA: [502, "The model's answer did not fit the schema."],
  MODEL_ERRORS: [502, "The model made too many mistakes in a row."],
  MODEL_REJECTED: [502, "The model's provider rejected the request."],
  PROVIDER_REJECTED: [502, "The model's provider rejected the request."],
  MODEL_TRANSIENT: [503, "The model is not available at present."],
  MODEL_TIMEOUT: [504, "The model did not answer in time."],
};

/**
 * The refusal that a client sees for any error. Messages of others are not passed on: they may hold keys, addresses or
 * a stack. The code of a `SwarmError` is kept, in lower case.
 */
export function toMistralError(error: unknown): MistralError {
  if (MistralError.is(error)) return error;
  if (SwarmError.is(error)) {
    const [status, message] = failures[error.code] ?? [500, "The agents could not go on."];
    return new MistralError(message, { status, code: error.code.toLowerCase(), cause: error });
  }
  return new MistralError("The server could not answer.", { status: 500, code: "internal_error", cause: error });
}

/** Writes the answer for an error. */
export function errorResponse(context: Context, error: unknown): Response {
  const refusal = toMistralError(error);
  return context.json(refusal.toBody(), refusal.status as ContentfulStatusCode);
}
