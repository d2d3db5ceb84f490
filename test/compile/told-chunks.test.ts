import { describe, expect, it } from "vitest";
import { ToldChunks } from "../../src/compile/told-chunks.ts";
import type { Chunk } from "../../src/compile/told-chunks.ts";

const later = () => new Promise((resolve) => void setTimeout(resolve, 1));

/** All chunks, and what came after them. */
async function read(chunks: ToldChunks): Promise<[Chunk[], unknown]> {
  const seen: Chunk[] = [];
  try {
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) seen.push(next.value);
    return [seen, "end"];
  } catch (error) {
    return [seen, error];
  }
}

const one: Chunk = ["custom", 1];
const two: Chunk = ["values", 2];

describe("the chunks of a run", () => {
  it("come in order, those that were there before and those that are waited for", async () => {
    const chunks = new ToldChunks(async (push) => {
      push(one);
      push(two);
      await later();
      push(one);
      await later();
    }, undefined);
    expect(await read(chunks)).toEqual([[one, two, one], "end"]);
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });

  it("come before what the run fails with", async () => {
    const error = new Error("no");
    const chunks = new ToldChunks(async (push) => {
      push(one);
      throw error;
    }, undefined);
    await later();
    expect(await read(chunks)).toEqual([[one], error]);
  });

  it.each(["leaving", "a signal", "a signal that has fired"])("end with %s, which the run learns of", async (how) => {
    const stop = new AbortController();
    if (how === "a signal that has fired") stop.abort(new Error("enough"));
    const ends: unknown[] = [];
    const chunks = new ToldChunks(async (push, { signal }) => {
      push(one);
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await later();
      ends.push(signal.reason);
    }, stop.signal);
    if (how === "leaving") {
      expect(await chunks.return()).toEqual({ done: true, value: undefined });
      // It has waited for the run.
      expect(ends).toMatchObject([{ name: "AbortError" }]);
      expect(await chunks.next()).toEqual({ done: true, value: undefined });
      return;
    }
    if (how === "a signal") stop.abort(new Error("enough"));
    expect(await read(chunks)).toEqual([[one], "end"]);
    expect(ends).toMatchObject([{ message: "enough" }]);
  });

  it("are told to who waits as soon as they come, without a promise", async () => {
    const told: unknown[] = [];
    let push: (chunk: Chunk) => void = () => undefined;
    const chunks = new ToldChunks((own) => {
      push = own;
      return later().then(() => Promise.reject(new Error("no")));
    }, undefined);
    const wait = () => chunks.wait({ told: (answer) => told.push(answer), failed: (error) => told.push(error) });
    wait();
    push(one);
    push(two);
    expect(told).toEqual([{ done: false, value: one }]);
    expect(chunks.taken()).toBe(two);
    expect(chunks.taken()).toBeUndefined();
    wait();
    await later();
    await later();
    expect(told[1]).toMatchObject({ message: "no" });
    wait();
    await later();
    expect(told[2]).toMatchObject({ message: "no" });
  });

  it("are nobody's where they were left: what the run fails with then is not heard of", async () => {
    const chunks = new ToldChunks(async (_push, { signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw new Error("no");
    }, undefined);
    expect(await chunks.return()).toEqual({ done: true, value: undefined });
    await later();
  });
});
