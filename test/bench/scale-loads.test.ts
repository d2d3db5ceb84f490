import { SwarmMemorySaver } from "swarmgraph";
import { describe, expect, it } from "vitest";
import type { Running } from "../../bench/scale/backends.ts";
import { playLoad } from "../../bench/scale/loads.ts";
import { storedThread } from "../../bench/scale/order.ts";
import type { Load } from "../../bench/scale/order.ts";
import { assertRun, chainSwarm, questionFor } from "../../bench/scale/swarm.ts";

/** A backend in memory that notes what is run, and how many runs there are at once: over all, and of any one thread. */
function watched() {
  const graph = chainSwarm().compile({ checkpointer: new SwarmMemorySaver() });
  const handoffs: number[] = [];
  const threads: string[] = [];
  const open: string[] = [];
  const seen = { most: 0, mostOfOneThread: 0 };
  const backend: Running = {
    run: async (asked, threadId = crypto.randomUUID()) => {
      handoffs.push(asked);
      threads.push(threadId);
      open.push(threadId);
      seen.most = Math.max(seen.most, open.length);
      seen.mostOfOneThread = Math.max(seen.mostOfOneThread, open.filter((id) => id === threadId).length);
      try {
        return await graph.invoke({ messages: questionFor(asked) }, { configurable: { thread_id: threadId } });
      } finally {
        open.splice(open.indexOf(threadId), 1);
      }
    },
    close: async () => {},
  };
  return { backend, handoffs, threads, seen };
}

const atOnce = async (): Promise<void> => {};

describe("a load", () => {
  it("of steps plays short and long runs in turn, and tells what each more costs", async () => {
    const { backend, handoffs, seen } = watched();
    const load: Load = { kind: "steps", short: 1, long: 5, cpuMs: 1 };
    const measured = await playLoad(backend, load, atOnce);
    expect(handoffs.every((count, index) => count === (index % 2 === 0 ? 1 : 5))).toBe(true);
    expect(seen.most).toBe(1);
    expect(Object.keys(measured).sort()).toEqual(["stepCpuMs", "stepMs", "turnCpuMs", "turnMs"]);
  });

  it("of a window keeps as many runs under way as it is told, and counts those after the word to go alone", async () => {
    const { backend, handoffs, seen } = watched();
    let before = 0;
    const load: Load = { kind: "window", inFlight: 3, ms: 1, atLeast: 12 };
    const measured = await playLoad(backend, load, async () => {
      before = handoffs.length;
    });
    expect(seen.most).toBe(3);
    expect(before).toBeGreaterThanOrEqual(3);
    expect(measured["runs"]).toBeGreaterThanOrEqual(12);
    expect(measured["runs"]).toBeLessThanOrEqual(handoffs.length - before + 3);
  });

  it("of threads goes on with stored ones far from each other, never two runs in one", async () => {
    const { backend, threads, seen } = watched();
    for (let index = 0; index < 40; index += 1) await backend.run(1, storedThread(index));
    threads.length = 0;
    const load: Load = { kind: "threads", threads: 40, inFlight: 4, ms: 60_000, runs: 20 };
    const measured = await playLoad(backend, load, atOnce);
    const stored = threads.filter((id) => id.startsWith("stored-"));
    expect(measured["runs"]).toBe(20);
    expect([stored.length, new Set(stored).size]).toEqual([20, 20]);
    expect([seen.most, seen.mostOfOneThread]).toEqual([4, 1]);
  });

  it("of threads that are few comes back to each, never two runs in one", async () => {
    const { backend, seen } = watched();
    for (let index = 0; index < 3; index += 1) await backend.run(1, storedThread(index));
    const load: Load = { kind: "threads", threads: 3, inFlight: 8, ms: 60_000, runs: 30 };
    expect((await playLoad(backend, load, atOnce))["runs"]).toBe(30);
    expect([seen.most, seen.mostOfOneThread]).toEqual([3, 1]);
  });

  it("of threads that were not stored fails", async () => {
    const load: Load = { kind: "threads", threads: 5, inFlight: 1, ms: 60_000, runs: 5 };
    await expect(playLoad(watched().backend, load, atOnce)).rejects.toThrow('thread "stored-0" was not stored');
  });

  it("that is counted is as many runs as it is told", async () => {
    const { backend, handoffs } = watched();
    await playLoad(backend, { kind: "count", runs: 9, handoffs: 2 }, atOnce);
    expect(handoffs).toEqual(Array.from({ length: 9 }, () => 2));
  });

  it("fails by a run that comes to something else", async () => {
    const { backend } = watched();
    const wrong: Running = { ...backend, run: () => backend.run(0) };
    await expect(playLoad(wrong, { kind: "count", runs: 1, handoffs: 2 }, atOnce)).rejects.toThrow(
      "a run of 2 handoffs ended with 1 model calls",
    );
    expect(() => assertRun({}, 0)).toThrow('0 model calls and "nothing"');
  });
});
