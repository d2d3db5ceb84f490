import { onAbort } from "./abort.ts";
import { startTimer } from "./call-timers.ts";

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
 * `fn` ignores the signal. Leaves no listener behind, and no timer but those
 * that the run keeps.
 */
export function withTimeout<T>(
  fn: (signal: AbortSignal | undefined) => Promise<T>,
  { ms, what, signal }: TimeoutOptions,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    signal?.throwIfAborted();
    if (ms === 0 && signal === undefined) {
      resolve(fn(undefined));
      return;
    }
    const controller = new AbortController();
    const isLimited = ms > 0 && ms <= LONGEST_TIMER;
    const stop = (reason: unknown) => {
      controller.abort(reason);
      fail(reason instanceof Error ? reason : new Error(String(reason)));
    };
    const late = () => stop(new TimeoutError(`${what} took longer than ${ms} ms`));
    const stopTimer = isLimited ? startTimer(late, ms, signal) : undefined;
    const release = onAbort(signal, () => stop(signal?.reason));
    const leave = () => {
      stopTimer?.();
      release();
    };
    const done = (value: T) => {
      leave();
      resolve(value);
    };
    const fail = (error: unknown) => {
      leave();
      reject(error);
    };
    try {
      fn(controller.signal).then(done, fail);
    } catch (error) {
      fail(error);
    }
  });
}
