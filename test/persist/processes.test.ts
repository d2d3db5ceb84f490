import type { BaseMessage } from "@langchain/core/messages";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBackend, KINDS } from "./backends.ts";
import type { Backend } from "./backends.ts";
import { startWorker } from "./processes.ts";
import type { Worker } from "./processes.ts";
import { countCheckpoints } from "./savers.ts";
import type { Saver } from "./savers.ts";

const threadId = "t";
const SHORT = 300;
const LONG = 60_000;

describe.each(KINDS)("processes on %s", (kind) => {
  let backend: Backend;
  let workers: Worker[] = [];
  beforeEach(async () => {
    backend = await createBackend(kind);
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.end()));
    workers = [];
    await backend.remove();
  });

  async function start(count: number): Promise<Worker[]> {
    workers = await Promise.all(Array.from({ length: count }, () => startWorker(backend)));
    return workers;
  }

  /** Waits until the thread's lease has ended, and takes it. */
  async function expectTaken(worker: Worker | undefined): Promise<unknown> {
    let token: unknown;
    await expect
      .poll(async () => (token = (await worker?.ask({ do: "acquire", threadId, ttlMs: LONG }))?.value), {
        timeout: LONG,
      })
      .toBeDefined();
    return token;
  }

  it("set the tables up at once, and again", async () => {
    const all = await start(4);
    for (let round = 0; round < 2; round += 1) {
      const answers = await Promise.all(all.map((worker) => worker.ask({ do: "setup" })));
      expect(answers).toEqual(all.map(() => ({})));
    }
    expect(await all[0]?.ask({ do: "acquire", threadId, ttlMs: LONG })).toEqual({ value: 1 });
  });

  it("[F32] never have one thread both", async () => {
    await backend.open();
    const [first, second] = await start(2);
    expect(await first?.ask({ do: "acquire", threadId, ttlMs: LONG })).toEqual({ value: 1 });
    expect(await second?.ask({ do: "acquire", threadId, ttlMs: LONG })).toEqual({});
  });

  it("[F32][F33] are refused what they write when they wake up after their lease has ended", async () => {
    const saver = await backend.open();
    const [first, second] = await start(2);
    await first?.ask({ do: "acquire", threadId, ttlMs: SHORT });
    expect(await first?.ask({ do: "put", threadId })).toEqual({ value: "written" });
    first?.signal("SIGSTOP");
    const late = first?.ask({ do: "put", threadId });
    expect(await expectTaken(second)).toBe(2);
    expect(await second?.ask({ do: "put", threadId })).toEqual({ value: "written" });
    first?.signal("SIGCONT");
    expect(await late).toEqual({ error: "LEASE_LOST" });
    expect(await first?.ask({ do: "renew", threadId })).toEqual({ value: false });
    expect(await countCheckpoints(saver, threadId)).toBe(2);
  });

  it("[F32][I12] leave their threads to others when they are killed", async () => {
    const saver = await backend.open();
    const [first, second] = await start(2);
    await first?.ask({ do: "acquire", threadId, ttlMs: SHORT });
    expect(await first?.ask({ do: "put", threadId })).toEqual({ value: "written" });
    first?.signal("SIGKILL");
    expect(await expectTaken(second)).toBe(2);
    expect(await second?.ask({ do: "put", threadId })).toEqual({ value: "written" });
    expect(await countCheckpoints(saver, threadId)).toBe(2);
  });

  it("[F32][I14] lose no message of four that come to one thread at once", async () => {
    const saver = await backend.open();
    const both = await start(2);
    const said = ["A", "B", "C", "D"];
    const answers = await Promise.all(said.map((text, index) => both[index % 2]?.ask({ do: "say", threadId, text })));
    expect(answers).toEqual(said.map((text) => ({ value: `heard ${text}` })));
    const texts = await textsOf(saver);
    expect(texts.filter((text) => said.includes(text)).sort()).toEqual(said);
    // Each is answered before the next one is heard.
    expect(texts.filter((_, index) => index % 2 === 1)).toEqual(
      texts.filter((_, index) => index % 2 === 0).map((text) => `heard ${text}`),
    );
  });

  it("[F32][F33][I14] answer a waiting message when the run before it sleeps, which then writes no more", async () => {
    const saver = await backend.open();
    const [first, second] = await start(2);
    const late = first?.ask({ do: "say", threadId, text: "stall" });
    await first?.stalls;
    await expect.poll(() => textsOf(saver), { timeout: LONG }).toEqual(["stall"]);
    first?.signal("SIGSTOP");
    expect(await second?.ask({ do: "say", threadId, text: "hello" })).toEqual({ value: "heard hello" });
    first?.signal("SIGCONT");
    await first?.ask({ do: "go on" });
    expect(await late).toEqual({ error: "LEASE_LOST" });
    expect(await textsOf(saver)).toEqual(["stall", "hello", "heard hello"]);
    expect(await first?.ask({ do: "say", threadId, text: "again" })).toEqual({ value: "heard again" });
    expect(await textsOf(saver)).toEqual(["stall", "hello", "heard hello", "again", "heard again"]);
  });

  it("[F32][I12][I14] answer a waiting message when the run before it is killed", async () => {
    const saver = await backend.open();
    const [first, second] = await start(2);
    const gone = first?.ask({ do: "say", threadId, text: "stall" });
    await first?.stalls;
    await expect.poll(() => textsOf(saver), { timeout: LONG }).toEqual(["stall"]);
    const waits = second?.ask({ do: "say", threadId, text: "hello" });
    first?.signal("SIGKILL");
    expect(await gone).toEqual({ error: "the process is gone" });
    expect(await waits).toEqual({ value: "heard hello" });
    expect(await textsOf(saver)).toEqual(["stall", "hello", "heard hello"]);
  });
});

/** What was said on the thread, in order. */
async function textsOf(saver: Saver): Promise<string[]> {
  const tuple = await saver.getTuple({ configurable: { thread_id: threadId } });
  return ((tuple?.checkpoint.channel_values["messages"] ?? []) as BaseMessage[]).map(({ text }) => text);
}
