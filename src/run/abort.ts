import type { Left } from "../observe/run-signal.ts";

type Callback = () => void;

interface Waiting {
  readonly callbacks: Set<Callback>;
  readonly listener: Callback;
}

/** Who waits for each signal: one listener stands for all, since Node warns of more than ten. */
const waiting = new WeakMap<AbortSignal, Waiting>();

const ONCE = Object.freeze({ once: true });

/** Calls back when a signal aborts, until it is released, once or more often. Leaves no listener behind. */
export function onAbort(signal: AbortSignal | undefined, callback: Callback): Callback {
  if (signal === undefined) return () => undefined;
  const { callbacks, listener } = waiting.get(signal) ?? waitingFor(signal);
  if (callbacks.size === 0) signal.addEventListener("abort", listener, ONCE);
  callbacks.add(callback);
  return () => {
    if (callbacks.delete(callback) && callbacks.size === 0) signal.removeEventListener("abort", listener);
  };
}

/** Made once for each signal, and kept as long: a run waits for its own again and again. */
function waitingFor(signal: AbortSignal): Waiting {
  const callbacks = new Set<Callback>();
  const listener = (): void => {
    // Whoever comes or goes meanwhile has nothing to hear any more.
    const waited = [...callbacks];
    for (const callback of waited) if (callbacks.has(callback)) callback();
  };
  const made = { callbacks, listener };
  waiting.set(signal, made);
  return made;
}

/** What a promise comes to, or a rejection as soon as a signal fires or the run is left. Leaves no listener behind. */
export function raced<T>(promise: Promise<T>, signal: AbortSignal | undefined, left?: Left): Promise<T> {
  if (signal === undefined && left === undefined) return promise;
  return new Promise((resolve, reject) => {
    const release = (): void => {
      unlink();
      stay?.();
    };
    const done = (value: T): void => {
      release();
      resolve(value);
    };
    const fail = (error: unknown): void => {
      release();
      reject(error as Error);
    };
    const stop = (): void => fail(reasonOf((left?.aborted ? left : signal) as Pick<AbortSignal, "reason">));
    const unlink = onAbort(signal, stop);
    const stay = left?.onAbort(stop);
    promise.then(done, fail);
    if (signal?.aborted === true || left?.aborted === true) stop();
  });
}

/** Runs what has a controller of its own, which a signal aborts; rejects as soon as that fires, and leaves no listener behind. */
export async function following<T>(
  signal: AbortSignal,
  controller: AbortController,
  run: () => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw reasonOf(signal);
  const unlink = onAbort(signal, () => controller.abort(signal.reason));
  try {
    return await raced(run(), signal);
  } finally {
    unlink();
  }
}

/** As what LangChain rejects when a signal fires. */
export function reasonOf({ reason }: Pick<AbortSignal, "reason">): Error {
  if (reason instanceof Error) return reason;
  return new Error(typeof reason === "string" ? reason : "Aborted");
}
