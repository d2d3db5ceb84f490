/** What goes off. */
type Late = () => void;

/** What Node.js gives for a timer. Elsewhere it is a number. */
interface Handle {
  /** Begins anew. */
  refresh?(): unknown;
  /** Has the process wait for it, or not. */
  ref?(): unknown;
  unref?(): unknown;
}

/**
 * A timer for calls with one limit, one after another: to make one costs more than all else of a limit of time. Between two
 * calls it goes on, and the process does not wait for it.
 */
class Timer {
  readonly #ms: number;
  #handle: ReturnType<typeof setTimeout> | undefined;
  #late: Late | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  get isTaken(): boolean {
    return this.#late !== undefined;
  }

  take(late: Late): void {
    this.#late = late;
    const handle: Handle | number | undefined = this.#handle;
    if (typeof handle === "object" && handle.refresh !== undefined) {
      handle.ref?.();
      handle.refresh();
      return;
    }
    clearTimeout(this.#handle);
    this.#handle = setTimeout(() => this.#late?.(), this.#ms);
  }

  /** Has it go off for nobody. @returns `false` where another call has taken it since, or nobody has it. */
  giveBack(late: Late): boolean {
    if (this.#late !== late) return false;
    this.#late = undefined;
    const handle: Handle | number | undefined = this.#handle;
    if (typeof handle === "object") handle.unref?.();
    return true;
  }

  stop(): void {
    clearTimeout(this.#handle);
  }
}

/** The timers of runs that keep some, by what they wait for. */
const kept = new WeakMap<AbortSignal, Map<number, Timer>>();

/**
 * Has the calls of a run, which are known by the run's signal, take turns with their timers.
 *
 * @returns what ends that: to be called when the run is over.
 */
export function keepTimers(signal: AbortSignal): () => void {
  const timers = new Map<number, Timer>();
  kept.set(signal, timers);
  return () => {
    kept.delete(signal);
    // What a call still waits for is its own to end.
    for (const timer of timers.values()) if (!timer.isTaken) timer.stop();
  };
}

/**
 * Calls `late` after `ms`, by one of the timers that its run keeps, or by one of its own.
 *
 * @returns what stops it, once or more often.
 */
export function startTimer(late: Late, ms: number, signal: AbortSignal | undefined): () => void {
  const timer = signal && timerOf(signal, ms);
  if (timer === undefined || signal === undefined) {
    const handle = setTimeout(late, ms);
    return () => clearTimeout(handle);
  }
  timer.take(late);
  return () => {
    if (timer.giveBack(late) && !kept.has(signal)) timer.stop();
  };
}

/** A timer that nobody waits for now. */
function timerOf(signal: AbortSignal, ms: number): Timer | undefined {
  const timers = kept.get(signal);
  if (timers === undefined) return undefined;
  const known = timers.get(ms);
  if (known !== undefined) return known.isTaken ? undefined : known;
  const made = new Timer(ms);
  timers.set(ms, made);
  return made;
}
