import { DONE, InTurn } from "./in-turn.ts";
import type { Answer } from "./in-turn.ts";

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

/** A question that waits for a list. */
interface Question<T> {
  readonly resolve: (answer: Answer<T>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The items of lists, one by one: a list is asked for when the one before is used up. A list that is waited for takes no
 * promise of its own.
 */
export class Flattened<T> extends InTurn<T> {
  readonly #lists: Lists<T>;
  #list: readonly T[] = [];
  #at = 0;
  /** The question that waits for a list. */
  #question: Question<T> | undefined;

  constructor(lists: Lists<T>) {
    super();
    this.#lists = lists;
  }

  protected override answer(): Answer<T> | Promise<Answer<T>> {
    if (this.#isThere()) return this.#item();
    this.waits();
    return new Promise((resolve, reject) => (this.#question = { resolve, reject }));
  }

  protected override leave(): Promise<void> {
    return this.#lists.leave();
  }

  /** Whether there is an answer: an item, or that there are no more. Else a list is on its way. @throws as the lists. */
  #isThere(): boolean {
    while (this.#at === this.#list.length && !this.isOver) {
      const list = this.#lists.more(this.#later);
      if (list === LATER) return false;
      this.#use(list);
    }
    return true;
  }

  #item(): Answer<T> {
    if (this.isOver) return DONE;
    const value = this.#list[this.#at] as T;
    this.#at += 1;
    return { done: false, value };
  }

  #use(list: List<T>): void {
    this.#list = list ?? [];
    this.#at = 0;
    // What was left meanwhile stays so.
    this.isOver ||= list === undefined;
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
      this.answered();
      this.#question?.resolve(this.#item());
    },
    failed: (error) => {
      this.isOver = true;
      this.answered();
      this.#question?.reject(error as Error);
    },
  };
}
