import type { ChunkQueue } from "../observe/run-signal.ts";
import { onAbort } from "../run/abort.ts";

/** A chunk of a run's stream with several modes. */
export type Chunk = readonly [mode: string, data: unknown];

/** Runs, and pushes chunks as they come. */
export type TellingRun = (push: (chunk: Chunk) => void, signal: AbortSignal) => Promise<void>;

type Answer = IteratorResult<Chunk, void>;

/**
 * The chunks of a run, which begins at once. Each is held until somebody asks for it; what the run fails with comes after
 * all of them. Leaving aborts the run, and waits until it has come to something. Contract: is asked one question at a time.
 */
export class ToldChunks implements ChunkQueue {
  readonly #left = new AbortController();
  readonly #over: Promise<typeof DONE>;
  #chunks: Chunk[] = [];
  #at = 0;
  #isOver = false;
  /** Answers the question that waits for the next chunk. */
  #answer: ((answer: Answer | Promise<Answer>) => void) | undefined;

  /** @param signal ends the run, as leaving does. */
  constructor(run: TellingRun, signal: AbortSignal | undefined) {
    const left = this.#left;
    const unlink = onAbort(signal, () => left.abort(signal?.reason));
    if (signal?.aborted === true) left.abort(signal.reason);
    const ended = (): void => {
      unlink();
      this.#isOver = true;
      this.#answer?.(this.#over);
    };
    this.#over = run((chunk) => this.#push(chunk), left.signal)
      .finally(ended)
      .then(() => DONE);
    // Where it was left, nobody hears of it.
    this.#over.catch(() => undefined);
  }

  /** The next chunk, if it is there already. */
  taken(): Chunk | undefined {
    if (this.#at === this.#chunks.length) return undefined;
    const chunk = this.#chunks[this.#at];
    this.#at += 1;
    if (this.#at === this.#chunks.length) this.#clear();
    return chunk;
  }

  next(): Promise<Answer> {
    const value = this.taken();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#isOver) return this.#over;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  async return(): Promise<Answer> {
    this.#left.abort(new DOMException("the stream was left", "AbortError"));
    await this.#over.catch(() => undefined);
    this.#clear();
    return DONE;
  }

  #clear(): void {
    this.#chunks = [];
    this.#at = 0;
  }

  #push(chunk: Chunk): void {
    if (this.#isOver) return;
    const answer = this.#answer;
    if (answer === undefined) {
      this.#chunks.push(chunk);
      return;
    }
    this.#answer = undefined;
    answer({ done: false, value: chunk });
  }
}

const DONE = { done: true, value: undefined } as const;
