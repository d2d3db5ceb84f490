import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Delegated } from "../../src/compile/delegated.ts";

/** Items that take a while, then an end or an error; says what becomes of it. */
async function* items(count: number, fails: boolean, seen: string[]): AsyncGenerator<number, void> {
  try {
    seen.push("begun");
    for (let item = 0; item < count; item += 1) yield await Promise.resolve(item);
    if (fails) throw new Error("failed");
  } finally {
    seen.push("wound up");
  }
}

/** What it stands for: a generator around another. */
async function* around(make: () => AsyncGenerator<number, void>, ended: () => void): AsyncGenerator<number, void> {
  try {
    yield* make();
  } finally {
    ended();
  }
}

type Step = "next" | "return" | "throw";

async function answersTo(steps: readonly Step[], generator: AsyncGenerator<number, void>): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const step of steps) {
    const answer = step === "throw" ? generator.throw(new Error("thrown")) : generator[step]();
    answers.push(await answer.catch((error: unknown) => String(error)));
  }
  return answers;
}

describe("Delegated", () => {
  it("answers as a generator around another, and says as often that it has ended, but for later questions", async () => {
    const anyStep = fc.oneof(
      { weight: 5, arbitrary: fc.constant<Step>("next") },
      { weight: 1, arbitrary: fc.constantFrom<Step>("return", "throw") },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.boolean(), fc.array(anyStep, { maxLength: 8 }), async (count, fails, steps) => {
        const seen: [mine: string[], other: string[]] = [[], []];
        const ends: [mine: string[], other: string[]] = [[], []];
        const [mine, other] = [Delegated<number>, undefined].map((Kind, index) => {
          const log = seen[index] as string[];
          const make = () => items(count, fails, log);
          const ended = () => void (ends[index] as string[]).push(log.join());
          return Kind === undefined ? around(make, ended) : new Kind(make, ended);
        }) as [AsyncGenerator<number, void>, AsyncGenerator<number, void>];
        expect(await answersTo(steps, mine)).toEqual(await answersTo(steps, other));
        expect(seen[0]).toEqual(seen[1]);
        // A generator that was never begun says nothing.
        const [own, ordinary] = [new Set(ends[0].filter((end) => end !== "")), new Set(ends[1])];
        expect(own).toEqual(ordinary);
      }),
      { numRuns: 500 },
    );
  });

  it("says that it has ended when it is left before it has begun, and makes nothing any more", async () => {
    const seen: string[] = [];
    const generator = new Delegated<number>(
      () => items(1, false, seen),
      () => seen.push("ended"),
    );
    await generator[Symbol.asyncDispose]();
    expect(await generator.next()).toEqual({ done: true, value: undefined });
    expect(seen).toEqual(["ended"]);
  });

  it.each(["return", "throw"] as const)("goes on with what its generator still gives after %s", async (method) => {
    async function* stubborn(): AsyncGenerator<number, void> {
      try {
        yield 1;
      } catch {
        yield 2;
      } finally {
        yield 3;
      }
    }
    for (const one of [new Delegated(stubborn, () => undefined), around(stubborn, () => undefined)]) {
      const steps: Step[] = ["next", method, "next", "next"];
      const values = (await answersTo(steps, one)).map((answer) => (answer as { value?: number }).value);
      expect(values).toEqual(method === "return" ? [1, 3, undefined, undefined] : [1, 2, 3, undefined]);
    }
  });

  it("makes nothing for who asks on at once after leaving it", async () => {
    for (const method of ["return", "throw"] as const) {
      const seen: string[] = [];
      const generator = new Delegated<number>(
        () => items(1, false, seen),
        () => undefined,
      );
      const left = method === "return" ? generator.return() : generator.throw(new Error("thrown"));
      const next = generator.next();
      await left.catch(() => undefined);
      expect([await next, seen]).toEqual([{ done: true, value: undefined }, []]);
    }
  });

  it("rejects with what making it throws, once, and has then ended", async () => {
    const ends: number[] = [];
    const generator = new Delegated<number>(
      () => {
        throw new Error("not made");
      },
      () => ends.push(1),
    );
    await expect(generator.next()).rejects.toThrow("not made");
    expect(await generator.next()).toEqual({ done: true, value: undefined });
    expect(ends).toEqual([1]);
  });

  it("is read by a loop", async () => {
    const seen: string[] = [];
    const read: number[] = [];
    for await (const item of new Delegated<number>(
      () => items(5, false, seen),
      () => seen.push("ended"),
    )) {
      read.push(item);
      if (item === 2) break;
    }
    expect([read, seen]).toEqual([
      [0, 1, 2],
      ["begun", "wound up", "ended"],
    ]);
  });
});
