import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { MistralError } from "../wire/errors.ts";
import { toMistralError } from "../wire/failures.ts";

/** What the operator of a server is told about a request that failed by no fault of the client's. */
export interface ServerFailure {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly error: unknown;
}

/** Called with every failure of status 500 and above; the client sees none of its details. */
export type OnFailure = (failure: ServerFailure) => void;

/** Tells the operator of an error, where its status is 500 or above. */
export function report(context: Context, error: unknown, onFailure: OnFailure | undefined): void {
  const { method, path } = context.req;
  if (toMistralError(error).status >= 500) onFailure?.({ method, path, error });
}

/** Writes the answer for an error: in OpenAI's shape on OpenAI's routes, else in Mistral's. */
export function errorResponse(context: Context, error: unknown): Response {
  const refusal = toMistralError(error);
  if (!OPENAI.test(context.req.path)) return context.json(refusal.toBody(), refusal.status as ContentfulStatusCode);
  // OpenAI's own server answers 400 to what has not the right form.
  const status = refusal.code === "validation_error" ? 400 : refusal.status;
  return context.json(openAIBody(refusal), status as ContentfulStatusCode);
}

const OPENAI = /\/v1\/(?:models|chat)(?:\/|$)/u;

function openAIBody(refusal: MistralError): unknown {
  const { message, code, status, detail } = refusal;
  const [first] = detail;
  const param = first === undefined ? null : first.loc.slice(1).join(".") || null;
  const type = status === 429 ? "rate_limit_error" : refusal.toBody().type;
  return { error: { message, type, param, code } };
}
