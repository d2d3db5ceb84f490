/** A list, which may be empty; `undefined` where there are no more. */
type List<T> = readonly T[] | undefined;

/** Lists that are made as they are asked for. */
export interface Lists<T> {
  /** The next list: a promise only where it is waited for. Is asked again only when it has answered. */
  more(): List<T> | Promise<List<T>>;
  /** Nobody asks any more. */
  leave(): Promise<void>;
}

type Answer<T> = IteratorResult<T, void>;

/**
 * The items of lists, one by one, as an async generator would give them: a list is asked for when the one before is used
 * up, and who asks twice at once is answered in that order. An item takes one promise, where a generator makes three, and so
 * does a list that is waited for.
 */
export class Flattened<T> implements AsyncGenerator<T, void> {
  readonly #lists: Lists<T>;
  #list: readonly T[] = [];
  #at = 0;
  #isOver = false;
  /** Questions without an answer yet. */
  #waiting = 0;
  /** The answer to the last of them. */
  #last: Promise<Answer<T>> = Promise.resolve(DONE);

  constructor(lists: Lists<T>) {
    this.#lists = lists;
  }

  next(): Promise<Answer<T>> {
    this.#waiting += 1;
    if (this.#waiting > 1) return (this.#last = this.#last.then(this.#answer, this.#answer));
    try {
      const answer = this.#answer();
      return answer instanceof Promise ? (this.#last = answer) : Promise.resolve(answer);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** The next item, if it is there already and nobody waits for it. */
  taken(): T | undefined {
    if (this.#waiting > 0 || this.#at === this.#list.length) return undefined;
    this.#at += 1;
    return this.#list[this.#at - 1];
  }

  return(): Promise<Answer<T>> {
    return this.#inTurn(async () => {
      await this.#leave();
      return DONE;
    });
  }

  throw(error: unknown): Promise<Answer<T>> {
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

  /** Answers the question whose turn it is. */
  readonly #answer = (): Answer<T> | Promise<Answer<T>> => {
    try {
      while (this.#at === this.#list.length && !this.#isOver) {
        const list = this.#lists.more();
        if (list instanceof Promise) return list.then(this.#answerFrom, this.#fail);
        this.#use(list);
      }
    } catch (error) {
      return this.#fail(error);
    }
    this.#waiting -= 1;
    if (this.#isOver) return DONE;
    const value = this.#list[this.#at] as T;
    this.#at += 1;
    return { done: false, value };
  };

  readonly #answerFrom = (list: List<T>): Answer<T> | Promise<Answer<T>> => {
    this.#use(list);
    return this.#answer();
  };

  readonly #fail = (error: unknown): never => {
    this.#isOver = true;
    this.#waiting -= 1;
    throw error;
  };

  #use(list: List<T>): void {
    this.#list = list ?? [];
    this.#at = 0;
    this.#isOver = list === undefined;
  }

  async #leave(): Promise<void> {
    const isOver = this.#isOver;
    this.#use(undefined);
    try {
      if (!isOver) await this.#lists.leave();
    } finally {
      this.#waiting -= 1;
    }
  }

  #inTurn(work: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const answer = this.#waiting === 0 ? work() : this.#last.then(work, work);
    this.#waiting += 1;
    this.#last = answer;
    return answer;
  }
}

const DONE = { done: true, value: undefined } as const;
