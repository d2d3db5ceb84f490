import { setTimeout as pause } from "node:timers/promises";
import { MemorySaver } from "@langchain/langgraph";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tellingFailedWrites } from "../../src/compile/told-writes.ts";
import { SwarmAgent, SwarmError } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

/** Refuses its n-th write, as a lease that has ended or a database that is gone makes it. */
class Refusing extends MemorySaver {
  readonly #refused: number;
  readonly #why: Error;
  #writes = 0;

  constructor(refused: number, why: Error) {
    super();
    this.#refused = refused;
    this.#why = why;
  }

  override async put(...given: Parameters<MemorySaver["put"]>): ReturnType<MemorySaver["put"]> {
    this.#refuse();
    return super.put(...given);
  }

  override async putWrites(...given: Parameters<MemorySaver["putWrites"]>): ReturnType<MemorySaver["putWrites"]> {
    this.#refuse();
    return super.putWrites(...given);
  }

  #refuse(): void {
    this.#writes += 1;
    if (this.#writes === this.#refused) throw this.#why;
  }
}

const lost = () => new SwarmError("LEASE_LOST", "another run has the thread.");

const unhandled: unknown[] = [];
const keep = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", keep);
});
afterEach(() => void process.off("unhandledRejection", keep));

describe.each([
  ["a lease that has ended", lost()],
  ["a database that is gone", new Error("the connection was closed")],
])("a write that is refused by %s", (_what, why) => {
  it.each([1, 2, 3, 4])("[F33] ends the run and nothing else, while the model thinks or later: write %i", async (n) => {
    // It thinks before it answers: nobody waits for the writes meanwhile.
    const prompt = () => pause(30).then(() => "Be kind.");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("hello"), prompt } } });
    const graph = swarm.compile({ checkpointer: new Refusing(n, why) });
    await expect(graph.invoke(says(), thread)).rejects.toBe(why);
    await pause(50);
    expect(unhandled).toEqual([]);
  });
});

describe("a checkpointer that tells of failed writes", () => {
  it("is the same otherwise: its methods, its values, what it fails to read", async () => {
    const saver = new MemorySaver();
    const told: unknown[] = [];
    const telling = tellingFailedWrites(saver, (error) => told.push(error));
    expect(telling).toBeInstanceOf(MemorySaver);
    expect((telling as MemorySaver).storage).toBe(saver.storage);
    expect(await telling.getTuple(thread)).toBeUndefined();
    expect(told).toEqual([]);
    const nowhere = { configurable: {} };
    expect(await telling.putWrites(nowhere, [], "task")).toBe(nowhere);
    expect(told).toMatchObject([{ message: expect.stringContaining("thread_id") as string }]);
  });
});
