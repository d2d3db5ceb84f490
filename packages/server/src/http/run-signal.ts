import { MistralError } from "../wire/errors.ts";

/** The signal of one run. */
export interface RunSignal {
  readonly signal: AbortSignal;
  /** Aborts the run because nobody waits for it any more. */
  readonly leave: () => void;
  /** Lets go of the signals that it follows; to be called once the run has ended. */
  readonly end: () => void;
}

/**
 * Makes the signal of a run, aborted when its client leaves (499 `client_left`) or the server stops (503
 * `server_stopping`). `AbortSignal.any` would do, but keeps every signal alive as long as the server's own one lives.
 */
export function runSignal(client: AbortSignal, stop: AbortSignal | undefined): RunSignal {
  const run = new AbortController();
  const ended = new AbortController();
  const abort = (message: string, options: { status: number; code: string }): void =>
    run.abort(new MistralError(message, options));
  const leave = (): void => abort("The client left.", { status: 499, code: "client_left" });
  const halt = (): void => abort("The server is stopping.", { status: 503, code: "server_stopping" });
  follow(client, leave, ended.signal);
  if (stop !== undefined) follow(stop, halt, ended.signal);
  return { signal: run.signal, leave, end: () => ended.abort() };
}

function follow(signal: AbortSignal, act: () => void, until: AbortSignal): void {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true, signal: until });
}
