import { SwarmError } from "swarmgraph";
import { MistralError } from "../wire/errors.ts";
import { stoppedError, toMistralError } from "../wire/failures.ts";

/** The refusal that a client sees for what ended a run; messages of others are not passed on. */
export function refusalOf(error: unknown, signal: AbortSignal): MistralError {
  if (signal.aborted) return stoppedError(signal);
  if (SwarmError.is(error) && error.code === "INTERRUPT_MISMATCH") return notPending(error);
  if (SwarmError.is(error) && error.code === "RUN_SUPERSEDED") {
    const message = "A newer run on the thread ended this one.";
    return new MistralError(message, { status: 409, code: "run_superseded", cause: error });
  }
  return toMistralError(error);
}

/** The refusal, with status 409, of an answer that nothing waits for. */
export function notPending(cause?: unknown): MistralError {
  const message = "The thread does not wait for this answer: send a message, or answer what it asks.";
  return new MistralError(message, { status: 409, code: "interrupt_mismatch", cause });
}

/** The refusal, with status 404, of a thread that there is not, or that is another tenant's: nobody can tell which. */
export function noThread(): MistralError {
  return new MistralError("There is no such thread.", { status: 404, code: "thread_not_found" });
}
