import { RestateSwarmError } from "./errors.ts";
import { fromFailure } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { fieldOf } from "./http.ts";
import type { Answer } from "./http.ts";

const OWN_CODES: ReadonlySet<unknown> = new Set(["ANSWER_TIMEOUT", "RUN_CANCELLED", "RUN_FAILED"]);

/** Codes of runs that were not let begin. */
const REFUSALS: ReadonlySet<unknown> = new Set(["THREAD_BUSY", "THREAD_OF_OTHER_ENGINE"]);

/** Where a run was asked for. */
export interface Asked {
  readonly threadId: string;
  /** The address of the server. */
  readonly base: string;
}

/** What a run failed with, as the engine tells it. */
export function runFailure(answer: Answer, { threadId, base }: Asked): Error {
  const { status, body } = answer;
  const message = messageOf(body);
  const failure = toldBy(answer);
  if (failure !== undefined) {
    if (failure.code === "THREAD_OF_OTHER_ENGINE") return askedAt(base, failure.message);
    return OWN_CODES.has(failure.code)
      ? new RestateSwarmError(failure.code as "RUN_FAILED", failure.message)
      : failure.resumable === undefined
        ? new RestateSwarmError("RUN_FAILED", `the run on thread "${threadId}" failed: ${failure.message}`)
        : fromFailure(failure);
  }
  if (status === 404) {
    return new RestateSwarmError(
      "RUN_UNKNOWN",
      `the engine knows no such run on thread "${threadId}": it was cancelled before it began, or has been over for so long that its result is gone. What it came to is in get(threadId).`,
    );
  }
  const isCancelled = status === 409 && /cancel/i.test(message);
  return new RestateSwarmError(
    isCancelled ? "RUN_CANCELLED" : "RUN_FAILED",
    `the run on thread "${threadId}" ${isCancelled ? "was cancelled before it began" : `failed (HTTP ${status}): ${message}`}.`,
  );
}

/** The error of a thread that is another engine's, with the address of the server that was asked. */
export function askedAt(base: string, message: string): RestateSwarmError {
  return new RestateSwarmError("THREAD_OF_OTHER_ENGINE", `${message} The Restate server at ${base} was asked.`);
}

/** Whether a run was refused by its thread, and has not begun. */
export function isRefused(answer: Answer): boolean {
  return answer.status >= 300 && REFUSALS.has(toldBy(answer)?.code);
}

/** The message of an answer that is no success. */
export function messageOf(body: unknown): string {
  return String(fieldOf(body, "message") ?? body ?? "");
}

/** The failure that a worker gave to the engine. */
function toldBy({ body }: Answer): Failure | undefined {
  const told = fieldOf(fieldOf(body, "metadata"), "failure");
  return typeof told === "string" ? (JSON.parse(told) as Failure) : undefined;
}
