import { MistralError } from "../wire/errors.ts";
import { failureOf, stoppedError, toMistralError } from "../wire/failures.ts";

/** The refusal that a client sees for what ended a run; messages of others are not passed on. */
export function refusalOf(error: unknown, signal: AbortSignal): MistralError {
  return signal.aborted ? stoppedError(signal) : toMistralError(error);
}

/** The refusal, with status 409, of an answer that nothing waits for. */
export function notPending(): MistralError {
  const { message, status } = failureOf("INTERRUPT_MISMATCH");
  return new MistralError(message, { status, code: "interrupt_mismatch" });
}

/** The refusal, with status 404, of a thread that there is not, or that is another tenant's: nobody can tell which. */
export function noThread(): MistralError {
  return new MistralError("There is no such thread.", { status: 404, code: "thread_not_found" });
}
