import { stepOf } from "../define/lineage.ts";
import type { Step } from "../define/lineage.ts";
import type { LogRange } from "./log-ranges.ts";

/** A list that begins another one, and the numbers of its items. */
export interface WrittenStart {
  readonly length: number;
  readonly ranges: readonly LogRange[];
}

/** Remembers what is written of a log already, by the very objects: nothing is kept alive by it. */
export class WrittenItems {
  /** Lists whose items are all written, by their steps. Their items' numbers too, for lists that share some of them. */
  readonly #lists = new WeakMap<object, { readonly key: string; readonly ranges: readonly LogRange[] }>();
  readonly #items = new WeakMap<object, { readonly key: string; readonly number: number }>();
  /** Items that are being written. */
  readonly #underway = new WeakMap<object, Promise<unknown>>();

  /** Says that items are written, with consecutive numbers from `first` on. */
  add(key: string, items: readonly object[], first: number): void {
    for (const [index, item] of items.entries()) this.#items.set(item, { key, number: first + index });
  }

  /** Says where all items of a list are written. */
  addList(key: string, list: readonly unknown[], ranges: readonly LogRange[]): void {
    this.#lists.set(stepOf(list), { key, ranges });
  }

  /** Says that items will be written when a promise is fulfilled. */
  addUnderway(items: readonly object[], written: Promise<unknown>): void {
    for (const item of items) this.#underway.set(item, written);
  }

  /** Waits for those of the items that are being written, whether that succeeds or not. */
  async settled(items: readonly object[]): Promise<void> {
    const underway = items.flatMap((item) => this.#underway.get(item) ?? []);
    if (underway.length > 0) await Promise.allSettled(underway);
  }

  /** @returns an item's number in the log of a key. */
  numberOf(key: string, item: object): number | undefined {
    const written = this.#items.get(item);
    return written?.key === key ? written.number : undefined;
  }

  /** The longest list that this one was made from by adding to it and whose items are written. */
  startOf(key: string, list: readonly unknown[]): WrittenStart {
    let current: Step | undefined = stepOf(list);
    while (current !== undefined) {
      const written = this.#lists.get(current);
      if (written?.key === key) return { length: current.length, ranges: written.ranges };
      current = current.parent;
    }
    return { length: 0, ranges: [] };
  }
}
