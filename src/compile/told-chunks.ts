import { onAbort } from "../run/abort.ts";

/** A chunk of a run's stream with several modes. */
export type Chunk = readonly [mode: string, data: unknown];

/** Runs, and pushes chunks as they come. */
export type TellingRun = (push: (chunk: Chunk) => void, signal: AbortSignal) => Promise<void>;

/**
 * The chunks of a run, which begins at once. Each is held until somebody asks for it; what the run fails with comes after
 * all of them. Leaving aborts the run, and waits until it has come to something.
 */
export class ToldChunks implements AsyncIterator<Chunk, void> {
  readonly #left = new AbortController();
  readonly #over: Promise<void>;
  #chunks: Chunk[] = [];
  #at = 0;
  #isOver = false;
  #wake: (() => void) | undefined;

  /** @param signal ends the run, as leaving does. */
  constructor(run: TellingRun, signal: AbortSignal | undefined) {
    const left = this.#left;
    const unlink = onAbort(signal, () => left.abort(signal?.reason));
    if (signal?.aborted === true) left.abort(signal.reason);
    const push = (chunk: Chunk): void => {
      if (this.#isOver) return;
      this.#chunks.push(chunk);
      this.#wake?.();
    };
    this.#over = run(push, left.signal).finally(() => {
      unlink();
      this.#isOver = true;
      this.#wake?.();
    });
    // Where it was left, nobody hears of it.
    this.#over.catch(() => undefined);
  }

  next(): Promise<IteratorResult<Chunk, void>> {
    return this.#at < this.#chunks.length ? Promise.resolve(this.#take()) : this.#wait();
  }

  async return(): Promise<IteratorResult<Chunk, void>> {
    this.#left.abort(new DOMException("the stream was left", "AbortError"));
    await this.#over.catch(() => undefined);
    this.#chunks = [];
    this.#at = 0;
    return { done: true, value: undefined };
  }

  #take(): IteratorResult<Chunk, void> {
    const value = this.#chunks[this.#at] as Chunk;
    this.#at += 1;
    if (this.#at === this.#chunks.length) {
      this.#chunks = [];
      this.#at = 0;
    }
    return { done: false, value };
  }

  async #wait(): Promise<IteratorResult<Chunk, void>> {
    while (this.#at === this.#chunks.length) {
      if (this.#isOver) {
        await this.#over;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#take();
  }
}
