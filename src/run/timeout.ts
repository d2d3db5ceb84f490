/** A call took longer than it may. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** Options of {@link withTimeout}. */
export interface TimeoutOptions {
  /** Milliseconds; 0 is no limit. */
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
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (reason: unknown) => {
      controller.abort(reason);
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    if (ms > 0 && Number.isFinite(ms)) {
      timer = setTimeout(() => stop(new TimeoutError(`${what} took longer than ${ms} ms`)), ms);
    }
    onAbort = () => stop(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([fn(controller.signal), stopped]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener("abort", onAbort);
  }
}
