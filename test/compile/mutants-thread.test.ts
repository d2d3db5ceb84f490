import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { busyError, claimThread, takeoverOf } from "../../src/compile/busy.ts";
import { LEASE_MS, holdLease } from "../../src/compile/lease.ts";
import type { LeaseOptions } from "../../src/compile/lease.ts";
import { memoryThreadLock } from "../../src/compile/memory-thread-lock.ts";
import type { Takeover, ThreadLock } from "../../src/compile/thread-lock.ts";
import type { OnBusy } from "../../src/index.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

describe("a claim", () => {
  /** Threads, and what has come of the claims on them since the last look. */
  function line() {
    const checkpointer = {};
    const events: string[] = [];
    const stops = new Map<string, AbortController>();
    const frees = new Map<string, () => void>();
    const claim = async (name: string, onBusy: OnBusy, threadId = "t") => {
      const stop = new AbortController();
      stops.set(name, stop);
      const supersede = (takeover: Takeover) => void events.push(`${name} superseded by ${takeover}`);
      try {
        frees.set(name, await claimThread({ checkpointer, threadId, onBusy, signal: stop.signal, supersede }));
        events.push(`${name} runs`);
      } catch (error) {
        events.push(`${name} fails: ${(error as { code?: string }).code ?? (error as Error).message}`);
      }
    };
    const settled = async () => {
      await vi.advanceTimersByTimeAsync(0);
      return events.splice(0).toSorted();
    };
    const free = (name: string) => frees.get(name)?.();
    return { claim, settled, free, abort: (name: string) => stops.get(name)?.abort(new Error(`${name} left`)) };
  }

  it("waits in order of arrival, and is passed on once for each that frees it", async () => {
    const { claim, settled, free } = line();
    for (const name of ["a", "b", "c"]) void claim(name, "enqueue");
    expect(await settled()).toEqual(["a runs"]);
    free("a");
    free("a");
    expect(await settled()).toEqual(["b runs"]);
    free("a");
    expect(await settled()).toEqual([]);
    free("b");
    expect(await settled()).toEqual(["c runs"]);
    free("c");
    void claim("d", "reject");
    expect(await settled()).toEqual(["d runs"]);
  });

  it("is refused where the thread is taken, unless its holder is about to end and nobody waits", async () => {
    const { claim, settled, free, abort } = line();
    void claim("a", "reject");
    void claim("b", "reject");
    void claim("other", "reject", "u");
    expect(await settled()).toEqual(["a runs", "b fails: THREAD_BUSY", "other runs"]);
    abort("a");
    void claim("c", "reject");
    void claim("d", "reject");
    expect(await settled()).toEqual(["d fails: THREAD_BUSY"]);
    free("a");
    expect(await settled()).toEqual(["c runs"]);
  });

  it("leaves the line with its signal, and nobody else does", async () => {
    const { claim, settled, free, abort } = line();
    for (const name of ["a", "b", "c", "d"]) void claim(name, "enqueue");
    await settled();
    abort("c");
    expect(await settled()).toEqual(["c fails: c left"]);
    free("a");
    expect(await settled()).toEqual(["b runs"]);
    abort("b");
    free("b");
    expect(await settled()).toEqual(["d runs"]);
  });

  it("that supersedes goes before those that queue, after those that superseded earlier", async () => {
    const { claim, settled, free } = line();
    void claim("a", "enqueue");
    void claim("b", "enqueue");
    void claim("c", "interrupt");
    void claim("d", "rollback");
    expect(await settled()).toEqual(["a runs", "a superseded by interrupt", "a superseded by rollback"]);
    free("a");
    expect(await settled()).toEqual(["c runs", "c superseded by rollback"]);
    free("c");
    expect(await settled()).toEqual(["d runs"]);
    free("d");
    expect(await settled()).toEqual(["b runs"]);
  });

  it("says which thread is busy, and that another try may help", () => {
    expect(busyError("t")).toMatchObject({ code: "THREAD_BUSY", threadId: "t", retryable: true });
    expect(busyError("t").message).toContain('thread "t" is being run already');
    expect((["reject", "enqueue", "interrupt", "rollback"] as const).map(takeoverOf)).toEqual([
      undefined,
      undefined,
      "interrupt",
      "rollback",
    ]);
  });
});

describe("the lock in memory", () => {
  const request = { threadId: "t", owner: "me", ttlMs: 100 };

  it("holds a thread until its time is over, counted anew at each renewal", async () => {
    const lock = memoryThreadLock();
    const lease = await lock.acquire(request);
    await vi.advanceTimersByTimeAsync(99);
    expect(await lock.acquire(request)).toBeUndefined();
    expect(await lease?.renew()).toBe(true);
    await vi.advanceTimersByTimeAsync(99);
    expect(await lock.acquire(request)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(await lease?.renew()).toBe(false);
    expect((await lock.acquire(request))?.token).toBe((lease?.token ?? 0) + 1);
  });

  it("leaves the next holder alone when a late one releases it", async () => {
    const lock = memoryThreadLock();
    const late = await lock.acquire(request);
    await vi.advanceTimersByTimeAsync(100);
    const next = await lock.acquire(request);
    await late?.release();
    expect(await lock.acquire(request)).toBeUndefined();
    await next?.release();
    expect(await lock.acquire(request)).toBeDefined();
  });

  it("asks whoever holds the thread, and nobody else", async () => {
    const lock = memoryThreadLock();
    await lock.request?.("t", "interrupt");
    const lease = await lock.acquire(request);
    const other = await lock.acquire({ ...request, threadId: "u" });
    expect(await lease?.renew()).toBe(true);
    await lock.request?.("t", "rollback");
    expect([await other?.renew(), await lease?.renew(), await lease?.renew()]).toEqual([true, "rollback", true]);
  });
});

describe("a lease", () => {
  type Answer = boolean | Takeover | Error;

  /** A lease that is given at the n-th attempt, and what it answers to its renewals. */
  function held(
    answers: readonly Answer[],
    { after = 1, ...options }: Partial<LeaseOptions> & { after?: number } = {},
  ) {
    const told: string[] = [];
    const asked: Parameters<ThreadLock["acquire"]>[0][] = [];
    const rest = [...answers];
    const lock: ThreadLock = {
      acquire: async (request) => {
        asked.push(request);
        if (asked.length < after) return undefined;
        const renew = async () => {
          told.push("renew");
          const answer = rest.shift() ?? true;
          if (answer instanceof Error) throw answer;
          return answer;
        };
        return { token: 7, renew, release: async () => void told.push("release") };
      },
      request: async (threadId, takeover) => void told.push(`ask ${threadId} for ${takeover}`),
    };
    const lease = holdLease({
      lock,
      threadId: "t",
      ttlMs: 300,
      onBusy: "enqueue",
      signal: undefined,
      onLost: () => void told.push("lost"),
      onAsked: (takeover) => void told.push(`asked for ${takeover}`),
      ...options,
    });
    // A refusal is looked at later.
    lease.catch(() => undefined);
    const during = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return told.splice(0);
    };
    return { lease, during, asked };
  }

  it("lasts half a minute where nobody says how long", () => {
    expect(LEASE_MS).toBe(30_000);
  });

  it("is renewed at each third of its time, until it is released", async () => {
    const { lease, during, asked } = held([]);
    expect(await during(99)).toEqual([]);
    expect(await during(1)).toEqual(["renew"]);
    expect(await during(800)).toEqual(Array.from({ length: 8 }, () => "renew"));
    expect((await lease).token).toBe(7);
    await (await lease).release();
    expect(await during(1_000)).toEqual(["release"]);
    expect(asked).toEqual([{ threadId: "t", owner: expect.any(String), ttlMs: 300, signal: undefined }]);
  });

  it("is lost once where it is another's, and where no renewal came through until its end", async () => {
    const another = held([true, false]);
    expect(await another.during(1_000)).toEqual(["renew", "renew", "lost", ...renewals(8)]);
    const unreachable = held(Array.from({ length: 20 }, () => new Error("down")));
    expect(await unreachable.during(250)).toEqual(["renew", "renew"]);
    expect(await unreachable.during(100)).toContain("lost");
    expect(await (await unreachable.lease).isHeld()).toBe(false);
  });

  it("stands again after a renewal that came through late", async () => {
    const down = new Error("down");
    const { lease, during } = held([down, true, down, true]);
    expect(await during(550)).toEqual(renewals(5));
    expect(await (await lease).isHeld()).toBe(true);
  });

  it("hears what is asked of it, and nothing once it is released", async () => {
    const { lease, during } = held(["interrupt", "rollback", false]);
    expect(await during(200)).toEqual(["renew", "asked for interrupt", "renew", "asked for rollback"]);
    const { release, isHeld } = await lease;
    await release();
    expect(await isHeld()).toBe(true);
    expect(await during(1_000)).toEqual(["release", "renew"]);
  });

  it("is refused at once where it is held elsewhere", async () => {
    const { lease, during } = held([], { after: 2, onBusy: "reject" });
    expect(await during(0)).toEqual([]);
    await expect(lease).rejects.toMatchObject({ code: "THREAD_BUSY", threadId: "t" });
  });

  it.each([
    ["enqueue" as const, []],
    ["interrupt" as const, ["ask t for interrupt"]],
    ["rollback" as const, ["ask t for rollback"]],
  ])("is waited for with %s, more and more seldom, its holder asked once", async (onBusy, told) => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const { during, asked } = held([], { after: 9, onBusy, ttlMs: 1_000_000 });
    const counts: number[] = [];
    const said: string[] = [];
    for (const ms of [0, 19, 1, 39, 1, 80, 160, 320, 640, 999, 1, 999, 1]) {
      said.push(...(await during(ms)));
      counts.push(asked.length);
    }
    expect(counts).toEqual([1, 1, 2, 2, 3, 4, 5, 6, 7, 7, 8, 8, 9]);
    expect(said).toEqual(told);
    vi.restoreAllMocks();
  });

  it("is asked for no more once the signal has fired", async () => {
    const stop = new AbortController();
    const { lease, during, asked } = held([], { after: 9, signal: stop.signal });
    await during(50);
    const before = asked.length;
    stop.abort(new Error("left"));
    await expect(lease).rejects.toThrow("left");
    await during(5_000);
    expect(asked.length).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});

const renewals = (count: number) => Array.from({ length: count }, () => "renew");
