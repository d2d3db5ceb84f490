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
  /** The run is over, whatever it came to. */
  readonly #over: Promise<void>;
  /** Chunks that nobody has asked for yet, from one place to another: a list that is made anew each time takes more. */
  readonly #chunks: (Chunk | undefined)[] = [];
  #from = 0;
  #to = 0;
  #end: End | undefined;
  /** Who waits for the next chunk. */
  #waiting: Waiting | undefined;

  /** @param signal ends the run, as leaving does. */
  constructor(run: TellingRun, signal: AbortSignal | undefined) {
    const left = this.#left;
    const unlink = onAbort(signal, () => left.abort(signal?.reason));
    if (signal?.aborted === true) left.abort(signal.reason);
    const end = (reached: End): void => {
      unlink();
      this.#end = reached;
      // Where it was left, nobody hears of it.
      if (this.#waiting !== undefined) tellEnd(this.#waiting, reached);
    };
    this.#over = run((chunk) => this.#push(chunk), left).then(
      () => end(DONE),
      (error: unknown) => end({ error }),
    );
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
    if (this.#end === undefined) this.#waiting = waiting;
    else void this.#over.then(() => tellEnd(waiting, this.#end as End));
  }

  next(): Promise<Answer> {
    const value = this.taken();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    return new Promise((resolve, failed) => this.wait({ told: (answer) => resolve(answer as Answer), failed }));
  }

  async return(): Promise<Answer> {
    this.#left.abort(new DOMException("the stream was left", "AbortError"));
    await this.#over;
    this.#clear();
    this.#chunks.length = 0;
    return DONE;
  }

  #clear(): void {
    this.#from = 0;
    this.#to = 0;
  }

  #push(chunk: Chunk): void {
    if (this.#end !== undefined) return;
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

/** What a run has come to. */
type End = typeof DONE | { readonly done?: undefined; readonly error: unknown };

const DONE = { done: true, value: undefined } as const;

function tellEnd({ told, failed }: Waiting, end: End): void {
  if (end.done) told(end);
  else failed(end.error);
}
