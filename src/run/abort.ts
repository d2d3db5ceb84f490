type Callback = () => void;

interface Waiting {
  readonly callbacks: Set<Callback>;
  readonly listener: Callback;
}

/** Who waits for each signal: one listener stands for all, since Node warns of more than ten. */
const waiting = new WeakMap<AbortSignal, Waiting>();

/** Calls back when a signal aborts, until it is released, once or more often. Leaves no listener behind. */
export function onAbort(signal: AbortSignal | undefined, callback: Callback): Callback {
  if (signal === undefined) return () => undefined;
  const { callbacks, listener } = waiting.get(signal) ?? listenTo(signal);
  callbacks.add(callback);
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    waiting.delete(signal);
    signal.removeEventListener("abort", listener);
  };
}

function listenTo(signal: AbortSignal): Waiting {
  const callbacks = new Set<Callback>();
  const listener = (): void => {
    for (const callback of callbacks) callback();
  };
  const made = { callbacks, listener };
  waiting.set(signal, made);
  signal.addEventListener("abort", listener, { once: true });
  return made;
}
