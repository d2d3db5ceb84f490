/** Lists that are made as they are asked for. */
export interface Lists<T> {
  /** The next list, which may be empty; `undefined` when there are no more. Is asked again only when it has answered. */
  more(): Promise<readonly T[] | undefined>;
  /** Nobody asks any more. */
  leave(): Promise<void>;
}

/**
 * The items of lists, one by one, as an async generator would give them: a list is asked for when the one before is used
 * up, and who asks twice at once is answered in that order. An item that is there takes one promise, where a generator makes
 * three, and so does a list.
 */
export class Flattened<T> implements AsyncGenerator<T, void> {
  readonly #lists: Lists<T>;
  #list: readonly T[] = [];
  #at = 0;
  #isOver = false;
  /** Questions without an answer yet. */
  #waiting = 0;
  /** The last of them. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(lists: Lists<T>) {
    this.#lists = lists;
  }

  next(): Promise<IteratorResult<T, void>> {
    if (this.#waiting > 0 || this.#at === this.#list.length) return this.#inTurn(() => this.#take());
    return Promise.resolve(this.#item());
  }

  return(): Promise<IteratorResult<T, void>> {
    return this.#inTurn(async () => {
      await this.#leave();
      return DONE;
    });
  }

  throw(error: unknown): Promise<IteratorResult<T, void>> {
    return this.#inTurn(async () => {
      await this.#leave();
      throw error;
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #item(): IteratorResult<T, void> {
    const value = this.#list[this.#at] as T;
    this.#at += 1;
    return { done: false, value };
  }

  async #take(): Promise<IteratorResult<T, void>> {
    try {
      while (this.#at === this.#list.length && !this.#isOver) {
        const list = await this.#lists.more();
        if (list === undefined) break;
        this.#list = list;
        this.#at = 0;
      }
      if (this.#at < this.#list.length) return this.#item();
      this.#isOver = true;
      return DONE;
    } catch (error) {
      this.#isOver = true;
      throw error;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #leave(): Promise<void> {
    const isOver = this.#isOver;
    this.#isOver = true;
    this.#list = [];
    this.#at = 0;
    try {
      if (!isOver) await this.#lists.leave();
    } finally {
      this.#waiting -= 1;
    }
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    const result = this.#waiting === 0 ? work() : this.#last.then(work, work);
    this.#waiting += 1;
    this.#last = result;
    return result;
  }
}

const DONE = { done: true, value: undefined } as const;
