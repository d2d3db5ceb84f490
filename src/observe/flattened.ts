/** A list, which may be empty; `undefined` where there are no more. */
type List<T> = readonly T[] | undefined;

/** Stands for a list that is not there yet. */
export const LATER: unique symbol = Symbol("later");

/** Who waits for a list. One of the two is called, once, and not before the question for the list has returned. */
export interface Later<T> {
  readonly done: (list: List<T>) => void;
  readonly failed: (error: unknown) => void;
}

/** Lists that are made as they are asked for. */
export interface Lists<T> {
  /** The next list, or {@link LATER}: then whoever waits is told. Is asked again only when it has answered. */
  more(later: Later<T>): List<T> | typeof LATER;
  /** Nobody asks any more. */
  leave(): Promise<void>;
}

/** An answer to {@link Lists.more} that a promise may come to. */
export function orLater<T>(list: List<T> | Promise<List<T>>, later: Later<T>): List<T> | typeof LATER {
  if (!(list instanceof Promise)) return list;
  list.then(later.done, later.failed);
  return LATER;
}

type Answer<T> = IteratorResult<T, void>;

/** A question that waits for a list. */
interface Question<T> {
  readonly resolve: (answer: Answer<T>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The items of lists, one by one, as an async generator would give them: a list is asked for when the one before is used
 * up, and who asks twice at once is answered in that order. An item takes one promise, where a generator makes three, and a
 * list that is waited for takes none of its own.
 */
export class Flattened<T> implements AsyncGenerator<T, void> {
  readonly #lists: Lists<T>;
  #list: readonly T[] = [];
  #at = 0;
  #isOver = false;
  /** Questions without an answer yet. */
  #waiting = 0;
  /** The answer to the last of them. */
  #last: Promise<Answer<T>> = NOTHING_ASKED;
  /** The first of them, where it waits for a list. */
  #question: Question<T> | undefined;

  constructor(lists: Lists<T>) {
    this.#lists = lists;
  }

  next(): Promise<Answer<T>> {
    try {
      return Promise.resolve(this.ask());
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** As `next`, without a promise where the answer is there already. @throws what its promise rejects with. */
  ask(): Answer<T> | Promise<Answer<T>> {
    if (this.#waiting > 0) return this.#inTurn(this.#pull(this.#last));
    try {
      return this.#isThere() ? this.#item() : this.#inTurn(this.#waited());
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
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

  /** Whether there is an answer: an item, or that there are no more. Else a list is on its way. @throws as the lists. */
  #isThere(): boolean {
    while (this.#at === this.#list.length && !this.#isOver) {
      const list = this.#lists.more(this.#later);
      if (list === LATER) return false;
      this.#use(list);
    }
    return true;
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

  /** The answer to a question for which a list is on its way. */
  #waited(): Promise<Answer<T>> {
    this.#waiting += 1;
    return new Promise((resolve, reject) => (this.#question = { resolve, reject }));
  }

  readonly #later: Later<T> = {
    done: (list) => {
      this.#use(list);
      try {
        if (!this.#isThere()) return;
      } catch (error) {
        this.#later.failed(error);
        return;
      }
      this.#waiting -= 1;
      this.#question?.resolve(this.#item());
    },
    failed: (error) => {
      this.#isOver = true;
      this.#waiting -= 1;
      this.#question?.reject(error as Error);
    },
  };

  /** Answers with the next item, after the question before this one. */
  async #pull(before: Promise<unknown>): Promise<Answer<T>> {
    this.#waiting += 1;
    try {
      await before.catch(nothing);
      return this.#isThere() ? this.#item() : await this.#waited();
    } catch (error) {
      this.#isOver = true;
      throw error;
    } finally {
      this.#waiting -= 1;
    }
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

const NOTHING_ASKED = Promise.resolve(DONE);
