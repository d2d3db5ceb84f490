import type { ChunkQueue, Waiting } from "../observe/run-signal.ts";
import { onAbort } from "../run/abort.ts";
import { Stop } from "../run/stop.ts";

/** A chunk of a run's stream with several modes. */
export type Chunk = readonly [mode: string, data: unknown];

/** Runs, and pushes chunks as they come. */
export type TellingRun = (push: (chunk: Chunk) => void, stop: Stop) => Promise<void>;

type Answer = IteratorResult<Chunk, void>;

/**
 * The chunks of a run, which begins at once. Each is held until somebody asks for it; what the run fails with comes after
 * all of them. Leaving aborts the run, and waits until it has come to something. Contract: is asked one question at a time.
 */
export class ToldChunks implements ChunkQueue {
  readonly #left = new Stop();
  readonly #over: Promise<typeof DONE>;
  /** Chunks that nobody has asked for yet, from one place to another: a list that is made anew each time takes more. */
  readonly #chunks: (Chunk | undefined)[] = [];
  #from = 0;
  #to = 0;
  #isOver = false;
  /** Who waits for the next chunk. */
  #waiting: Waiting | undefined;

  /** @param signal ends the run, as leaving does. */
  constructor(run: TellingRun, signal: AbortSignal | undefined) {
    const left = this.#left;
    const unlink = onAbort(signal, () => left.abort(signal?.reason));
    if (signal?.aborted === true) left.abort(signal.reason);
    const ended = (): typeof DONE => {
      unlink();
      this.#isOver = true;
      if (this.#waiting !== undefined) this.#over.then(this.#waiting.told, this.#waiting.failed);
      return DONE;
    };
    this.#over = run((chunk) => this.#push(chunk), left).then(ended, (error: unknown) => {
      ended();
      throw error;
    });
    // Where it was left, nobody hears of it.
    this.#over.catch(() => undefined);
  }

  /** The next chunk, if it is there already. */
  taken(): Chunk | undefined {
    if (this.#from === this.#to) return undefined;
    const chunk = this.#chunks[this.#from];
    this.#chunks[this.#from] = undefined;
    this.#from += 1;
    if (this.#from === this.#to) this.#clear();
    return chunk;
  }

  wait(waiting: Waiting): void {
    if (this.#isOver) this.#over.then(waiting.told, waiting.failed);
    else this.#waiting = waiting;
  }

  next(): Promise<Answer> {
    const value = this.taken();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    return new Promise((resolve, failed) => this.wait({ told: (answer) => resolve(answer as Answer), failed }));
  }

  async return(): Promise<Answer> {
    this.#left.abort(new DOMException("the stream was left", "AbortError"));
    await this.#over.catch(() => undefined);
    this.#clear();
    this.#chunks.length = 0;
    return DONE;
  }

  #clear(): void {
    this.#from = 0;
    this.#to = 0;
  }

  #push(chunk: Chunk): void {
    if (this.#isOver) return;
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#chunks[this.#to] = chunk;
      this.#to += 1;
      return;
    }
    this.#waiting = undefined;
    waiting.told({ done: false, value: chunk });
  }
}

const DONE = { done: true, value: undefined } as const;
