import { FENCE_KEY } from "swarmgraph";
import type { Lease, Takeover, ThreadLock } from "swarmgraph";
import { emptyCheckpoint, uuid6 } from "@langchain/langgraph-checkpoint";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBackend, KINDS } from "./backends.ts";
import type { Backend } from "./backends.ts";
import { countCheckpoints } from "./savers.ts";
import type { Saver } from "./savers.ts";

const LONG = 60_000;
const metadata = { source: "loop", step: 0, parents: {} } as const;

/** Gets a lease that has to be free. */
async function take(lock: ThreadLock, threadId: string, ttlMs = LONG): Promise<Lease> {
  const lease = await lock.acquire({ threadId, owner: "test", ttlMs });
  if (lease === undefined) throw new Error(`thread ${threadId} is held`);
  return lease;
}

/** Waits until a lease has ended by itself, and takes the thread. */
async function takeLater(lock: ThreadLock, threadId: string): Promise<Lease> {
  let lease: Lease | undefined;
  await expect.poll(async () => (lease ??= await lock.acquire({ threadId, owner: "test", ttlMs: LONG }))).toBeDefined();
  if (lease === undefined) throw new Error("unreachable");
  return lease;
}

function put(saver: Saver, threadId: string, fence?: number) {
  const configurable = { thread_id: threadId, ...(fence === undefined ? {} : { [FENCE_KEY]: fence }) };
  return saver.put({ configurable }, { ...emptyCheckpoint(), id: uuid6(0) }, metadata, {});
}

type Step = { readonly by: 0 | 1 } & (
  | { readonly kind: "acquire" | "release" | "renew" | "write" }
  | { readonly kind: "request"; readonly takeover: Takeover }
);

const by = fc.constantFrom(0 as const, 1 as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ by, kind: fc.constantFrom("acquire", "release", "renew", "write") }) },
  fc.record({ by, kind: fc.constant("request"), takeover: fc.constantFrom("interrupt", "rollback") }),
);

describe.each(KINDS)("the lock of threads on %s", (kind) => {
  let backend: Backend;
  let first: Saver;
  let second: Saver;
  beforeAll(async () => {
    backend = await createBackend(kind);
    first = await backend.open();
    second = await backend.open();
  });
  afterAll(() => backend.remove());

  it("[F32] gives a thread to one of many that ask at once", async () => {
    const locks = [first.threadLock, second.threadLock, first.threadLock, second.threadLock];
    const leases = await Promise.all(
      locks.map((lock) => lock.acquire({ threadId: "race", owner: "test", ttlMs: LONG })),
    );
    expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
  });

  it("[F32] behaves as its model, whoever asks for what in which order", { timeout: LONG }, async () => {
    let threads = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 24, size: "max" }), async (steps) => {
        threads += 1;
        const threadId = `model-${threads}`;
        const savers = [first, second] as const;
        const leases: [Lease | undefined, Lease | undefined] = [undefined, undefined];
        const model = { holder: undefined as 0 | 1 | undefined, token: 0, asked: undefined as Takeover | undefined };
        for (const one of steps) {
          const { by } = one;
          const lease = leases[by];
          const isHolder = model.holder === by && lease?.token === model.token;
          if (one.kind === "acquire") {
            const got = await savers[by].threadLock.acquire({ threadId, owner: `${by}`, ttlMs: LONG });
            expect(got?.token).toBe(model.holder === undefined ? model.token + 1 : undefined);
            if (got !== undefined) {
              leases[by] = got;
              Object.assign(model, { holder: by, token: got.token, asked: undefined });
            }
          } else if (one.kind === "request") {
            await savers[by].threadLock.request(threadId, one.takeover);
            if (model.holder !== undefined) model.asked = one.takeover;
          } else if (one.kind === "renew") {
            if (lease !== undefined) expect(await lease.renew()).toBe(isHolder && (model.asked ?? true));
            if (isHolder) model.asked = undefined;
          } else if (one.kind === "release") {
            await lease?.release();
            if (isHolder) Object.assign(model, { holder: undefined, asked: undefined });
          } else if (lease !== undefined) {
            const error = await put(savers[by], threadId, lease.token).catch((reason: unknown) => reason);
            const refused = expect.objectContaining({ code: "LEASE_LOST", threadId });
            expect(error).toEqual(lease.token < model.token ? refused : expect.anything());
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("[F32] ends a lease that is not renewed, and gives the next one a greater token", async () => {
    const old = await take(first.threadLock, "expiring", 100);
    const next = await takeLater(second.threadLock, "expiring");
    expect(next.token).toBe(old.token + 1);
    expect(await old.renew()).toBe(false);
    await old.release();
    expect(await next.renew()).toBe(true);
  });

  it("[F32][F33] refuses what a run writes after it lost the thread, checkpoints and pending writes alike", async () => {
    const old = await take(first.threadLock, "fenced", 100);
    const { configurable } = await put(first, "fenced", old.token);
    const next = await takeLater(second.threadLock, "fenced");
    await expect(put(first, "fenced", old.token)).rejects.toMatchObject({
      code: "LEASE_LOST",
      threadId: "fenced",
      details: { token: old.token, newest: next.token },
    });
    const late = { configurable: { ...configurable, [FENCE_KEY]: old.token } };
    await expect(first.putWrites(late, [["messages", "late"]], "task")).rejects.toMatchObject({ code: "LEASE_LOST" });
    const tuple = await second.getTuple({ configurable: { thread_id: "fenced" } });
    expect({ count: await countCheckpoints(first, "fenced"), writes: tuple?.pendingWrites }).toEqual({
      count: 1,
      writes: [],
    });
    await put(second, "fenced", next.token);
    expect(await countCheckpoints(first, "fenced")).toBe(2);
  });

  it("[F32] writes without a token as before", async () => {
    await take(first.threadLock, "unfenced");
    await put(second, "unfenced");
    expect(await countCheckpoints(first, "unfenced")).toBe(1);
  });

  it("[F32] takes the thread from its run when it is deleted, and never gives a token twice", async () => {
    const { token } = await take(first.threadLock, "deleted");
    await put(first, "deleted", token);
    await second.deleteThread("deleted");
    await expect(put(first, "deleted", token)).rejects.toMatchObject({ code: "LEASE_LOST" });
    expect(await countCheckpoints(first, "deleted")).toBe(0);
    expect((await take(second.threadLock, "deleted")).token).toBeGreaterThan(token);
  });

  it("asks nothing of a thread that nobody holds", async () => {
    await first.threadLock.request("free", "interrupt");
    expect(await (await take(first.threadLock, "free")).renew()).toBe(true);
  });

  it("does not ask at all once the signal has fired", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    const request = { threadId: "aborted", owner: "test", ttlMs: LONG, signal };
    await expect(first.threadLock.acquire(request)).rejects.toThrow("stopped");
    await take(first.threadLock, "aborted");
  });
});

describe("a late write on postgres", () => {
  it("[F32][F33] waits for a lease that is being given out, and is refused then", async () => {
    const backend = await createBackend("postgres");
    const saver = await backend.open();
    const old = await take(saver.threadLock, "t");
    const other = new pg.Client({ connectionString: backend.address });
    await other.connect();
    try {
      await other.query("BEGIN");
      await other.query("UPDATE swarm_leases SET token = token + 1 WHERE thread_id = 't'");
      const late = put(saver, "t", old.token).then(
        () => "written",
        (error: { code?: string }) => error.code,
      );
      const waiting = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
      await expect.poll(async () => (await other.query<{ n: number }>(waiting)).rows[0]?.n).toBeGreaterThan(0);
      await other.query("COMMIT");
      expect(await late).toBe("LEASE_LOST");
      expect(await countCheckpoints(saver, "t")).toBe(0);
    } finally {
      await other.end();
      await backend.remove();
    }
  });
});
