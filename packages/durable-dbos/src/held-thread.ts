import { setTimeout as sleep } from "node:timers/promises";
import type { BaseCheckpointSaver, CheckpointMetadata } from "@langchain/langgraph-checkpoint";
import { FENCE_KEY } from "swarmgraph";
import type { Lease, LeaseRequest, ThreadLock } from "swarmgraph";

/** Milliseconds between two attempts to get a thread: at first, and at most. */
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 500;

/** A thread that nobody else writes: what its last run still does in another process, or when that wakes up, is refused. */
export interface HeldThread {
  /** The checkpointer to write with; each checkpoint gets these marks. */
  saver(marks: Readonly<Record<string, unknown>>): BaseCheckpointSaver;
  /** Throws what a write failed with: LangGraph passes over that where a run was aborted. */
  assertWritten(): void;
  release(): Promise<void>;
}

/** The lock that a checkpointer brings along. */
export function lockOf(checkpointer: BaseCheckpointSaver): ThreadLock | undefined {
  return (checkpointer as { readonly threadLock?: ThreadLock }).threadLock;
}

/** Waits until a thread is free, and takes it. Without a lock it is anybody's. */
export async function holdThread(
  checkpointer: BaseCheckpointSaver,
  given: Pick<LeaseRequest, "threadId" | "ttlMs" | "signal">,
): Promise<HeldThread> {
  const lease = await leaseOf(lockOf(checkpointer), given);
  let failed: { readonly error: unknown } | undefined;
  return {
    saver: (marks) => fenced(checkpointer, { token: lease?.token, marks, onFailed: (error) => (failed ??= { error }) }),
    assertWritten: () => {
      if (failed !== undefined) throw failed.error;
    },
    // One that cannot be released ends by itself.
    release: async () => lease?.release().catch(() => {}),
  };
}

async function leaseOf(
  lock: ThreadLock | undefined,
  { signal, ...given }: Pick<LeaseRequest, "threadId" | "ttlMs" | "signal">,
): Promise<Lease | undefined> {
  if (lock === undefined) return undefined;
  const request = { ...given, owner: globalThis.crypto.randomUUID(), ...(signal && { signal }) };
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const lease = await lock.acquire(request);
    if (lease !== undefined) return lease;
    await sleep(wait, undefined, { ...(signal && { signal }) });
  }
}

interface Fence {
  readonly token: number | undefined;
  readonly marks: Readonly<Record<string, unknown>>;
  readonly onFailed: (error: unknown) => void;
}

/** A checkpointer that writes under a lease which the caller has, and brings no lock for runs to take once more. */
function fenced<T extends BaseCheckpointSaver>(checkpointer: T, { token, marks, onFailed }: Fence): T {
  const within = <C extends { readonly configurable?: Record<string, unknown> }>(config: C): C =>
    token === undefined ? config : { ...config, configurable: { ...config.configurable, [FENCE_KEY]: token } };
  const telling = <R>(written: Promise<R>): Promise<R> =>
    written.catch((error: unknown) => {
      onFailed(error);
      throw error;
    });
  const put: BaseCheckpointSaver["put"] = (config, checkpoint, metadata, versions) =>
    telling(checkpointer.put(within(config), checkpoint, { ...metadata, ...marks } as CheckpointMetadata, versions));
  const putWrites: BaseCheckpointSaver["putWrites"] = (config, writes, taskId) =>
    telling(checkpointer.putWrites(within(config), writes, taskId));
  const own: Readonly<Record<PropertyKey, unknown>> = { put, putWrites, threadLock: undefined };
  return new Proxy(checkpointer, {
    get: (target, property) => {
      if (Object.hasOwn(own, property)) return own[property];
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
