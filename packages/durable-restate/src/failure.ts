import { SwarmError } from "swarmgraph";
import type { SwarmErrorCode } from "swarmgraph";

/** An error as JSON: what a journal, and a caller elsewhere, needs to know of it. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly status?: number;
  readonly agent?: string;
  readonly threadId?: string;
  readonly retryable?: boolean;
  readonly resumable?: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** HTTP statuses after which the same request may succeed. */
const TRANSIENT: ReadonlySet<unknown> = new Set([408, 409, 429, 500, 502, 503, 504, 529]);

/** Codes and names of errors of the network's. */
const NETWORK =
  /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|ETIMEDOUT|EPIPE|EAI_AGAIN|UND_ERR_\w+|APIConnection\w*Error|FetchError|TimeoutError)$/;

/** What of an error is journalled. Its cause is not: clients hang requests on their errors, with headers and keys. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message } = error;
  if (SwarmError.is(error)) {
    const { code, agent, threadId, retryable, resumable, details } = error;
    const place = { ...(agent !== undefined && { agent }), ...(threadId !== undefined && { threadId }) };
    return { name, message, code, retryable, resumable, ...place, ...(details !== undefined && { details }) };
  }
  const { status, code } = error as { status?: unknown; code?: unknown };
  return {
    name,
    message,
    ...(typeof status === "number" && { status }),
    ...(typeof code === "string" && { code }),
  };
}

/** The error again: a `SwarmError` where it was one. */
export function fromFailure({ name, message, ...more }: Failure): Error {
  if (more.resumable !== undefined && more.code !== undefined) {
    return new SwarmError(more.code as SwarmErrorCode, message, {
      agent: more.agent,
      threadId: more.threadId,
      retryable: more.retryable ?? false,
      resumable: more.resumable,
      details: more.details,
    });
  }
  return Object.assign(new Error(message), { name, ...more });
}

/** Whether the same call may succeed when it is made again. */
export function isTransient(error: unknown): boolean {
  if (SwarmError.is(error)) return error.retryable;
  if (typeof error !== "object" || error === null) return false;
  const { status, statusCode, code, name, cause } = error as Record<string, unknown>;
  const structured = [status, statusCode, code].find((value) => typeof value === "number");
  if (structured !== undefined) return TRANSIENT.has(structured);
  if ([code, name].some((value) => typeof value === "string" && NETWORK.test(value))) return true;
  return cause !== undefined && cause !== error && isTransient(cause);
}

/** A run that does not begin, since its thread is another one's. */
export function busyError(threadId: string): SwarmError {
  return new SwarmError(
    "THREAD_BUSY",
    `thread "${threadId}" is being run already. Wait for that run, use another thread, or say what to do with onBusy.`,
    { threadId, retryable: true },
  );
}
