import type { Left } from "../observe/run-signal.ts";

/**
 * An `AbortController` whose signal is made for who asks for it: on Node.js 20 each takes five microseconds and a class of
 * objects of its own, and whoever waits here needs none.
 */
export class Stop implements Left {
  #isAborted = false;
  #reason: unknown;
  #controller: AbortController | undefined;
  readonly #callbacks = new Set<() => void>();

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isAborted) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** Calls back everybody who waits. What is said later does not count. */
  abort(reason: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    for (const callback of this.#callbacks) callback();
  }

  /** Calls back when this is aborted, until it is released. */
  onAbort(callback: () => void): () => void {
    this.#callbacks.add(callback);
    return () => void this.#callbacks.delete(callback);
  }
}
