import { SwarmError } from "../errors.ts";
import type { RetryPolicy } from "../types.ts";
import { LONGEST_TIMER, TimeoutError } from "./timeout.ts";

/** HTTP statuses after which the same request may succeed. */
const TRANSIENT_STATUSES: readonly number[] = [408, 409, 429, 500, 502, 503, 504, 529];

/** Codes and names of errors of the network's. */
const NETWORK_ERROR =
  /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|ETIMEDOUT|EPIPE|EAI_AGAIN|UND_ERR_\w+|APIConnection\w*Error|FetchError)$/;

/** A status in an error's text: `429 Too Many Requests`, `status code 503`, `HTTP 502`. Never just any number. */
const STATUS_IN_TEXT = /^(\d{3})(?:\s|:|$)|\b(?:status(?: code)?|HTTP(?:\/[\d.]+)?)[ :=]+(\d{3})\b/i;

/** The HTTP status of an error: the structured one, else one that its text names as such. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { status, statusCode, response, $metadata, code, message } = error as Record<string, unknown>;
  const inner = (response as { status?: unknown } | null | undefined)?.status;
  // Amazon's client keeps it here.
  const amazons = ($metadata as { httpStatusCode?: unknown } | null | undefined)?.httpStatusCode;
  const structured = [status, statusCode, inner, amazons, code].find((value) => typeof value === "number");
  if (typeof structured === "number") return structured;
  const match = typeof message === "string" ? STATUS_IN_TEXT.exec(message) : null;
  return match ? Number(match[1] ?? match[2]) : undefined;
}

/** Whether the same call may succeed when it is made again. A structured status decides over everything else. */
export function isTransient(error: unknown, policy: RetryPolicy = {}): boolean {
  if (SwarmError.is(error)) return error.retryable;
  const status = statusOf(error);
  // An error although all went well is an answer that broke off on its way.
  if (status !== undefined) return (policy.statuses ?? TRANSIENT_STATUSES).includes(status) || isSuccess(status);
  if (error instanceof TimeoutError) return true;
  const { code, name, cause } = (error ?? {}) as Record<string, unknown>;
  if ([code, name].some((value) => typeof value === "string" && NETWORK_ERROR.test(value))) return true;
  return cause !== undefined && cause !== error && isTransient(cause, policy);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * Calls `fn` until it succeeds, fails for good or has used up its attempts. Waits with doubled, jittered pauses, or as
 * long as the provider's `Retry-After` says.
 *
 * @throws the last error, or the signal's reason.
 */
export function withRetry<T>(
  fn: () => Promise<T>,
  policy: RetryPolicy | false | undefined,
  signal?: AbortSignal | undefined,
): Promise<T> {
  const first = fn();
  return policy === false ? first : first.catch((error: unknown) => tryAgain(fn, error, policy ?? {}, signal));
}

async function tryAgain<T>(
  fn: () => Promise<T>,
  failure: unknown,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<T> {
  const { maxAttempts = 3, initialDelayMs = 500, maxDelayMs = 30_000 } = policy;
  let error = failure;
  for (let attempt = 1; ; attempt += 1) {
    if (signal?.aborted || attempt >= maxAttempts || !isTransient(error, policy)) throw error;
    const pause = Math.min(initialDelayMs * 2 ** (attempt - 1), maxDelayMs);
    const wait = Math.min(retryAfterMs(error) ?? pause * (0.5 + Math.random() / 2), maxDelayMs, LONGEST_TIMER);
    await sleep(wait, signal);
    try {
      return await fn();
    } catch (thrown) {
      error = thrown;
    }
  }
}

/** Milliseconds that a provider asks to wait for. */
function retryAfterMs(error: unknown): number | undefined {
  const { headers: own, $response } = (error ?? {}) as { headers?: unknown; $response?: { headers?: unknown } };
  // Amazon's client keeps them with the response.
  const headers = own ?? $response?.headers;
  const milliseconds = Number(headerOf(headers, "retry-after-ms"));
  if (milliseconds > 0) return milliseconds;
  const value = headerOf(headers, "retry-after");
  if (value === undefined) return undefined;
  const wait = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function headerOf(headers: unknown, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  if (typeof headers !== "object" || headers === null) return undefined;
  const value = (headers as Record<string, unknown>)[name];
  return typeof value === "string" ? value : undefined;
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
