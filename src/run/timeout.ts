import { onAbort } from "./abort.ts";

/** The longest wait of a timer, 25 days. One that is told to wait longer goes off at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** A call took longer than it may. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** Options of {@link withTimeout}. */
export interface TimeoutOptions {
  /** Milliseconds; 0, and more than {@link LONGEST_TIMER}, is no limit. */
  readonly ms: number;
  /** What takes its time, for the error. */
  readonly what: string;
  /** The run's own signal. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `fn` with a signal that fires at the timeout or with the run's own. Rejects at once in either case, also where
 * `fn` ignores the signal. Leaves no timer and no listener behind.
 */
export async function withTimeout<T>(
  fn: (signal: AbortSignal | undefined) => Promise<T>,
  { ms, what, signal }: TimeoutOptions,
): Promise<T> {
  signal?.throwIfAborted();
  if (ms === 0 && signal === undefined) return fn(undefined);
  const controller = new AbortController();
  let reject: (reason: Error) => void = () => {};
  const stopped = new Promise<never>((_resolve, fail) => {
    reject = fail;
  });
  const stop = (reason: unknown) => {
    controller.abort(reason);
    reject(reason instanceof Error ? reason : new Error(String(reason)));
  };
  const isLimited = ms > 0 && ms <= LONGEST_TIMER;
  const late = () => stop(new TimeoutError(`${what} took longer than ${ms} ms`));
  const timer = isLimited ? setTimeout(late, ms) : undefined;
  const release = onAbort(signal, () => stop(signal?.reason));
  // A throw of `fn` itself must not leave `stopped` without anybody who waits for it.
  const begin = async () => fn(controller.signal);
  try {
    return await Promise.race([begin(), stopped]);
  } finally {
    clearTimeout(timer);
    release();
  }
}
