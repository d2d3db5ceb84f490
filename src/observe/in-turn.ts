export type Answer<T> = IteratorResult<T, void>;

export const DONE = { done: true, value: undefined } as const;

/**
 * An async generator written by hand: who asks twice at once is answered in that order, and what failed or was left is over.
 * An answer that is there takes one promise, where a generator makes three; one that is waited for takes its own.
 */
export abstract class InTurn<T> implements AsyncGenerator<T, void> {
  /** Whether it ended, failed or was left. */
  protected isOver = false;
  /** Questions without an answer yet. */
  #waiting = 0;
  /** The answer to the last of them. */
  #last: Promise<unknown> | undefined;

  /** The next answer; a promise for one that is waited for is noted with {@link waits}. Not asked while one waits. */
  protected abstract answer(): Answer<T> | Promise<Answer<T>>;
  /** Nobody asks any more. Asked once, and not when it was over before. */
  protected abstract leave(): Promise<void>;

  next(): Promise<Answer<T>> {
    try {
      return Promise.resolve(this.ask());
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** As `next`, without a promise where the answer is there already. @throws what its promise rejects with. */
  ask(): Answer<T> | Promise<Answer<T>> {
    if (this.#waiting > 0) return this.#noted(this.#pull(this.#last));
    try {
      const answer = this.answer();
      return answer instanceof Promise ? this.#noted(answer) : answer;
    } catch (error) {
      this.isOver = true;
      throw error;
    }
  }

  return(): Promise<Answer<T>> {
    return this.#noted(this.#leave(() => DONE));
  }

  throw(error: unknown): Promise<Answer<T>> {
    const rethrow = (): never => {
      throw error;
    };
    return this.#noted(this.#leave(rethrow));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Notes a question that waits. */
  protected waits(): void {
    this.#waiting += 1;
  }

  /** Notes that it has its answer, or is to have it at once. */
  protected answered(): void {
    this.#waiting -= 1;
  }

  /** Keeps an answer, so that the next question is answered after it. */
  #noted(answer: Promise<Answer<T>>): Promise<Answer<T>> {
    this.#last = answer;
    return answer;
  }

  /** Answers after the question before this one. */
  async #pull(before: Promise<unknown> | undefined): Promise<Answer<T>> {
    this.waits();
    try {
      await before?.catch(nothing);
      return await this.answer();
    } catch (error) {
      this.isOver = true;
      throw error;
    } finally {
      this.answered();
    }
  }

  async #leave(answer: () => Answer<T>): Promise<Answer<T>> {
    const before = this.#waiting > 0 ? this.#last : undefined;
    this.waits();
    try {
      if (before !== undefined) await before.catch(nothing);
      const isOver = this.isOver;
      this.isOver = true;
      if (!isOver) await this.leave();
      return answer();
    } finally {
      this.answered();
    }
  }
}

const nothing = (): void => undefined;
