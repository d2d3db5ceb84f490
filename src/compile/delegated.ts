/**
 * The items of an async generator that is made with the first question, and something to be done when it has ended, however
 * that comes. As a generator around another one, for a third of the promises that this makes of each item.
 */
export class Delegated<T> implements AsyncGenerator<T, void> {
  readonly #make: () => AsyncGenerator<T, void>;
  readonly #ended: () => void;
  #made: AsyncGenerator<T, void> | undefined;
  #isLeft = false;

  /** @param ended may be called more than once. */
  constructor(make: () => AsyncGenerator<T, void>, ended: () => void) {
    this.#make = make;
    this.#ended = ended;
  }

  next(): Promise<IteratorResult<T, void>> {
    if (this.#isLeft) return Promise.resolve(DONE);
    try {
      this.#made ??= this.#make();
    } catch (error) {
      return this.#untilEnd(Promise.reject(error as Error));
    }
    return this.#untilEnd(this.#made.next());
  }

  return(): Promise<IteratorResult<T, void>> {
    this.#isLeft = this.#made === undefined;
    return this.#untilEnd(this.#made?.return() ?? Promise.resolve(DONE));
  }

  throw(error: unknown): Promise<IteratorResult<T, void>> {
    this.#isLeft = this.#made === undefined;
    return this.#untilEnd(this.#made?.throw(error) ?? Promise.reject(error as Error));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #untilEnd(answer: Promise<IteratorResult<T, void>>): Promise<IteratorResult<T, void>> {
    return answer.then(
      (step) => {
        if (step.done === true) this.#ended();
        return step;
      },
      (error: unknown) => {
        this.#isLeft = true;
        this.#ended();
        throw error;
      },
    );
  }
}

const DONE = { done: true, value: undefined } as const;
