import type { BaseMessage } from "@langchain/core/messages";
import { Command, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { FENCE_KEY, memoryThreadLock, SwarmAgent, SwarmError } from "../../src/index.ts";
import type { CompileOptions, Lease, ThreadLock } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { cutOff, says, shape } from "../support.ts";
import { gate, heldSwarm } from "./held-swarm.ts";

const thread = { configurable: { thread_id: "t" } };
const request = { threadId: "t", owner: "me", ttlMs: 30_000 };

/** Several processes, as far as they can tell: each has a checkpointer of its own on one store. */
function processes(lock: ThreadLock) {
  const store = new MemorySaver();
  const start = (options: CompileOptions = {}) => {
    const checkpointer = Object.assign(new MemorySaver(), { storage: store.storage, writes: store.writes });
    const { hold, reached, open } = gate();
    const graph = heldSwarm(hold).compile({ checkpointer, lock, ...options });
    return { graph, open, reached };
  };
  return { start, log: () => logOf(start().graph) };
}

async function logOf(graph: ReturnType<ReturnType<typeof heldSwarm>["compile"]>): Promise<string[]> {
  const { values } = await graph.getState(thread);
  return shape((values as { messages: BaseMessage[] }).messages);
}

const turn = (said: string) => [`human: ${said}`, "ai: [wait]", "tool: waited", `ai: re ${said}`];

describe("memoryThreadLock", () => {
  it("gives a thread to one at a time, with greater tokens each time", async () => {
    const lock = memoryThreadLock();
    const first = await lock.acquire(request);
    const other = await lock.acquire({ ...request, threadId: "u" });
    expect(await lock.acquire(request)).toBeUndefined();
    expect(await first?.renew()).toBe(true);
    await first?.release();
    const second = await lock.acquire(request);
    expect(second?.token).toBeGreaterThan(Math.max(first?.token ?? 0, other?.token ?? 0));
  });

  it("gives it to the next one where a lease ended; the late holder neither renews nor releases it", async () => {
    const lock = memoryThreadLock();
    const late = await lock.acquire({ ...request, ttlMs: 0 });
    const next = await lock.acquire(request);
    expect(next?.token).toBeGreaterThan(late?.token ?? 0);
    expect(await late?.renew()).toBe(false);
    await late?.release();
    expect(await lock.acquire(request)).toBeUndefined();
  });

  it("tells the holder once what is asked of it", async () => {
    const lock = memoryThreadLock();
    await lock.request?.("t", "rollback");
    const lease = await lock.acquire(request);
    await lock.request?.("t", "interrupt");
    expect([await lease?.renew(), await lease?.renew()]).toEqual(["interrupt", true]);
  });
});

describe("a thread that another process runs", () => {
  it("[F32] is busy; with enqueue it is waited for", async () => {
    const { start, log } = processes(memoryThreadLock());
    const [one, two] = [start(), start()];
    const first = one.graph.invoke(says("A"), thread);
    await one.reached("A");
    await expect(two.graph.invoke(says("B"), thread)).rejects.toMatchObject({ code: "THREAD_BUSY", retryable: true });
    const second = two.graph.invoke(says("B"), { ...thread, onBusy: "enqueue" });
    two.open("B");
    one.open("A");
    await Promise.all([first, second]);
    expect(await log()).toEqual([...turn("A"), ...turn("B")]);
  });

  it("[F32] is waited for until the signal, and no longer", async () => {
    const { start, log } = processes(memoryThreadLock());
    const [one, two] = [start(), start()];
    const first = one.graph.invoke(says("A"), thread);
    await one.reached("A");
    const controller = new AbortController();
    const second = two.graph.invoke(says("B"), { ...thread, onBusy: "enqueue", signal: controller.signal });
    controller.abort(new Error("the user left"));
    await expect(second).rejects.toThrow("the user left");
    one.open("A");
    await first;
    two.open("C");
    await two.graph.invoke(says("C"), thread);
    expect(await log()).toEqual([...turn("A"), ...turn("C")]);
  });

  it.each([
    ["interrupt" as const, ["human: A", "ai: [wait]", cutOff("wait")]],
    ["rollback" as const, ["human: A"]],
  ])("[F32][I14] is given up with its next renewal, where a run asks for %s", async (onBusy, kept) => {
    const { start, log } = processes(memoryThreadLock());
    const [one, two] = [start({ leaseMs: 1_500 }), start()];
    one.open("0");
    await one.graph.invoke(says("0"), thread);
    const first = one.graph.invoke(says("A"), thread);
    await one.reached("A");
    two.open("B");
    const second = two.graph.invoke(says("B"), { ...thread, onBusy });
    await expect(first).rejects.toMatchObject({ code: "RUN_SUPERSEDED" });
    await second;
    expect(await log()).toEqual([...turn("0"), ...kept, ...turn("B")]);
  });
});

describe("a run's lease", () => {
  /** A lock whose leases answer a renewal as they are told. */
  function lockThat(renew: Lease["renew"]) {
    const given: Lease[] = [];
    const released: number[] = [];
    const lock: ThreadLock = {
      acquire: async () => {
        const token = given.length + 1;
        const lease: Lease = { token, renew, release: async () => void released.push(token) };
        given.push(lease);
        return lease;
      },
    };
    return { lock, released };
  }

  it.each([
    ["is another's by now", async () => false as const],
    ["cannot be renewed until it ends", () => Promise.reject(new Error("the store is down"))],
    ["is not answered for until it ends", () => new Promise<never>(() => {})],
  ])("[F32][I12] stops the run where it %s", async (_, renew) => {
    const { lock, released } = lockThat(renew);
    const { hold, open } = gate();
    const graph = heldSwarm(hold).compile({ checkpointer: new MemorySaver(), lock, leaseMs: 30 });
    await expect(graph.invoke(says("A"), thread)).rejects.toMatchObject({
      code: "LEASE_LOST",
      retryable: true,
      threadId: "t",
    });
    expect(released).toEqual([1]);
    open("B");
    const { messages } = await graph.invoke(says("B"), thread);
    expect(shape(messages)).toEqual(["human: A", "ai: [wait]", cutOff("wait"), ...turn("B")]);
  });

  it("is kept by renewals for as long as the run takes", async () => {
    let renewals = 0;
    const { hold, open } = gate();
    const { lock, released } = lockThat(async () => {
      renewals += 1;
      if (renewals === 4) open("A");
      return true;
    });
    const graph = heldSwarm(hold).compile({ checkpointer: new MemorySaver(), lock, leaseMs: 900 });
    await graph.invoke(says("A"), thread);
    expect(renewals).toBeGreaterThanOrEqual(4);
    expect(released).toEqual([1]);
  });

  it("[I12] is released after a failure too", async () => {
    const { lock, released } = lockThat(async () => true);
    const model = scriptedModel().fail(400).say("Fine.");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model } } });
    const graph = swarm.compile({ checkpointer: new MemorySaver(), lock });
    await expect(graph.invoke(says(), thread)).rejects.toMatchObject({ code: "PROVIDER_REJECTED" });
    await expect(graph.invoke(new Command({ resume: "?" }), thread)).rejects.toMatchObject({
      code: "INTERRUPT_MISMATCH",
    });
    expect(released).toEqual([1, 2]);
  });

  it("[B115][F32] comes from the checkpointer, whose writes carry its token: a stale one is refused, nothing is lost", async () => {
    const inner = memoryThreadLock();
    const fences: unknown[] = [];
    const newest = { token: 0 };
    class FencedSaver extends MemorySaver {
      // A lease that ends at once, as one does whose process stood still for too long.
      readonly threadLock: ThreadLock = {
        acquire: async (asked) => {
          const lease = await inner.acquire({ ...asked, ttlMs: 0 });
          newest.token = lease?.token ?? 0;
          return lease && { ...lease, renew: async () => true };
        },
      };
      override async put(...[config, ...rest]: Parameters<MemorySaver["put"]>) {
        const token = (config.configurable as Record<string, unknown>)[FENCE_KEY] as number;
        fences.push(token);
        if (token < newest.token) throw new SwarmError("LEASE_LOST", "a stale write", { retryable: true });
        return super.put(config, ...rest);
      }
    }
    const store = new MemorySaver();
    const start = () => {
      const { hold, reached, open } = gate();
      const checkpointer = Object.assign(new FencedSaver(), { storage: store.storage, writes: store.writes });
      return { graph: heldSwarm(hold).compile({ checkpointer }), reached, open };
    };
    const [stale, fresh] = [start(), start()];
    const first = stale.graph.invoke(says("A"), thread);
    await stale.reached("A");
    fresh.open("B");
    await fresh.graph.invoke(says("B"), thread);
    stale.open("A");
    await expect(first).rejects.toMatchObject({ code: "LEASE_LOST", retryable: true });
    expect(await logOf(fresh.graph)).toEqual(["human: A", "ai: [wait]", cutOff("wait"), ...turn("B")]);
    expect(new Set(fences)).toEqual(new Set([1, 2]));
  });
});
