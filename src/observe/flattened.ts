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
    if (this.#waiting > 0) return this.#inTurn(this.#pull(this.#last));
    try {
      while (this.#isUsedUp) {
        const list = this.#lists.more();
        if (list instanceof Promise) return this.#inTurn(this.#itemOf(list));
        this.#use(list);
      }
      return Promise.resolve(this.#item());
    } catch (error) {
      this.#isOver = true;
      return Promise.reject(error as Error);
    }
  }

  /** The next item, if it is there already and nobody waits for it. */
  taken(): T | undefined {
    const isThere = this.#waiting === 0 && !this.#isOver && this.#at < this.#list.length;
    if (!isThere) return undefined;
    this.#at += 1;
    return this.#list[this.#at - 1];
  }

  return(): Promise<Answer<T>> {
    return this.#inTurn(this.#leave(() => DONE));
  }

  throw(error: unknown): Promise<Answer<T>> {
    const rethrow = (): never => {
      throw error;
    };
    return this.#inTurn(this.#leave(rethrow));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Whether another list is to be asked for. */
  get #isUsedUp(): boolean {
    return this.#at === this.#list.length && !this.#isOver;
  }

  #item(): Answer<T> {
    if (this.#isOver) return DONE;
    const value = this.#list[this.#at] as T;
    this.#at += 1;
    return { done: false, value };
  }

  #use(list: List<T>): void {
    this.#list = list ?? [];
    this.#at = 0;
    // What was left meanwhile stays so.
    this.#isOver ||= list === undefined;
  }

  /** Notes a question that waits, so that the next one is answered after it. */
  #inTurn(answer: Promise<Answer<T>>): Promise<Answer<T>> {
    this.#last = answer;
    return answer;
  }

  /** Answers with the first item of a list that was asked for, or of those after it. */
  #itemOf(list: Promise<List<T>>): Promise<Answer<T>> {
    this.#waiting += 1;
    const answer: Promise<Answer<T>> = list.then(
      (found) => this.#firstOf(found, () => answer),
      (error: unknown) => {
        this.#answered();
        return this.#fail(error);
      },
    );
    return answer;
  }

  #firstOf(list: List<T>, answer: () => Promise<Answer<T>>): Answer<T> | Promise<Answer<T>> {
    try {
      this.#use(list);
      while (this.#isUsedUp) {
        const next = this.#lists.more();
        if (next instanceof Promise) {
          // Whoever asks before the answer is there is answered after it.
          answer().then(this.#answered, this.#answered);
          return this.#laterItem(next);
        }
        this.#use(next);
      }
    } catch (error) {
      this.#answered();
      return this.#fail(error);
    }
    this.#answered();
    return this.#item();
  }

  async #laterItem(list?: Promise<List<T>>): Promise<Answer<T>> {
    try {
      if (list !== undefined) this.#use(await list);
      while (this.#isUsedUp) this.#use(await this.#lists.more());
      return this.#item();
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Answers with the next item, after the question before this one. */
  async #pull(before: Promise<unknown>): Promise<Answer<T>> {
    this.#waiting += 1;
    try {
      await before.catch(nothing);
      return await this.#laterItem();
    } finally {
      this.#waiting -= 1;
    }
  }

  readonly #answered = (): void => {
    this.#waiting -= 1;
  };

  #fail(error: unknown): never {
    this.#isOver = true;
    throw error;
  }

  async #leave(answer: () => Answer<T>): Promise<Answer<T>> {
    const before = this.#waiting > 0 ? this.#last : undefined;
    this.#waiting += 1;
    try {
      if (before !== undefined) await before.catch(nothing);
      const isOver = this.#isOver;
      this.#isOver = true;
      if (!isOver) await this.#lists.leave();
      return answer();
    } finally {
      this.#waiting -= 1;
    }
  }
}

const nothing = (): void => undefined;

const DONE = { done: true, value: undefined } as const;
