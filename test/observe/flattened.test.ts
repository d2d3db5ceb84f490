import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Flattened, LATER, orLater } from "../../src/observe/flattened.ts";
import type { Lists } from "../../src/observe/flattened.ts";
import { answersTo, anyQuestions } from "./questions.ts";
import type { Question } from "./questions.ts";

interface Source extends Lists<number> {
  readonly asked: string[];
}

/** Lists that take a while, or are there, then an end or an error; says what it was asked. */
function source(lists: readonly (readonly number[])[], fails: boolean, waits: readonly boolean[] = [true]): Source {
  const asked: string[] = [];
  let at = 0;
  const next = () => {
    if (at === lists.length && fails) throw new Error("no more");
    at += 1;
    return lists[at - 1];
  };
  return {
    asked,
    more(later) {
      asked.push("more");
      return orLater(waits[at % waits.length] === true ? Promise.resolve().then(next) : next(), later);
    },
    async leave() {
      asked.push("leave");
      await Promise.resolve();
    },
  };
}

/** What a generator makes of lists. */
async function* generated(lists: Lists<number>): AsyncGenerator<number, void> {
  let isLeft = true;
  try {
    for (;;) {
      isLeft = false;
      const list = await new Promise<readonly number[] | undefined>((done, failed) => {
        const given = lists.more({ done, failed });
        if (given !== LATER) done(given);
      });
      isLeft = true;
      if (list === undefined) break;
      for (const item of list) yield item;
    }
    isLeft = false;
  } finally {
    if (isLeft) await lists.leave();
  }
}

describe("Flattened", () => {
  const anyLists = fc.array(fc.array(fc.integer(), { maxLength: 3 }), { maxLength: 5 });
  const anyWaits = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 });

  it("answers as a generator over the same lists, which are asked for the same", async () => {
    await fc.assert(
      fc.asyncProperty(anyLists, fc.boolean(), anyWaits, anyQuestions, async (lists, fails, waits, rest) => {
        // A generator that was never asked anything does not know what it is left by.
        const questions: Question[] = ["next", ...rest];
        const [mine, other] = [source(lists, fails, waits), source(lists, fails, waits)];
        const expected = await answersTo(questions, generated(other));
        expect(await answersTo(questions, new Flattened(mine))).toEqual(expected);
        expect(mine.asked).toEqual(other.asked);
      }),
      { numRuns: 1000 },
    );
  });

  it("tells its lists once that it was left, in whatever way", async () => {
    const lists = source([[1, 2]], false);
    const items = new Flattened(lists);
    for await (const item of items) if (item === 1) break;
    expect(await items.return()).toEqual({ done: true, value: undefined });
    await items[Symbol.asyncDispose]();
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(lists.asked).toEqual(["more", "leave"]);
  });

  it("waits for no list that is there already", async () => {
    const items = new Flattened(source([[1], [], [2]], false, [false]));
    const answers: unknown[] = [];
    for (let at = 0; at < 3; at += 1) void items.next().then(({ value }) => answers.push(value));
    await Promise.resolve();
    expect(answers).toEqual([1, 2, undefined]);
  });

  it("answers without a promise what is there already, unless somebody waits", async () => {
    const items = new Flattened(source([[1, 2, 3], [], [4]], false, [true, false, true, true]));
    const asked = items.ask();
    expect(asked).toBeInstanceOf(Promise);
    const second = items.ask();
    expect(second).toBeInstanceOf(Promise);
    expect([await asked, await second].map(({ value }) => value)).toEqual([1, 2]);
    expect(items.ask()).toEqual({ done: false, value: 3 });
    const fourth = items.ask();
    expect(fourth).toBeInstanceOf(Promise);
    expect(await fourth).toEqual({ done: false, value: 4 });
    await items.return();
    expect(items.ask()).toEqual({ done: true, value: undefined });
  });

  it("throws at once what its lists throw, and is over then", () => {
    const items = new Flattened(source([[1]], true, [false]));
    expect(items.ask()).toEqual({ done: false, value: 1 });
    expect(() => items.ask()).toThrow("no more");
    expect(items.ask()).toEqual({ done: true, value: undefined });
  });

  it.each(Array.from({ length: 20 }, (_, ticks) => ticks))(
    "answers in order who asks %i ticks later",
    async (ticks) => {
      const items = new Flattened(source([[], [], [], [1, 2]], false));
      const answers: unknown[] = [];
      const ask = () => items.next().then(({ value }) => answers.push(value));
      const asked = [ask()];
      for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
      asked.push(ask());
      await Promise.all(asked);
      expect(answers).toEqual([1, 2]);
    },
  );

  it("answers in order who asks while a list is being made, and gives no more than there is", async () => {
    const items = new Flattened(source([[1], [], [2, 3]], false));
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => items.next()));
    expect(answers.map(({ value }) => value)).toEqual([1, 2, 3, undefined, undefined]);
  });
});
