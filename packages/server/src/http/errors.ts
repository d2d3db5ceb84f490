import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
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

/** Writes the answer for an error. */
export function errorResponse(context: Context, error: unknown): Response {
  const refusal = toMistralError(error);
  return context.json(refusal.toBody(), refusal.status as ContentfulStatusCode);
}
