import { onAbort } from "../run/abort.ts";
import type { OnBusy } from "../types.ts";
import { busyError, takeoverOf } from "./busy.ts";
import type { Lease, Takeover, ThreadLock } from "./thread-lock.ts";

/** Milliseconds that a lease lasts without being renewed. */
export const LEASE_MS = 30_000;

/** Milliseconds between two attempts to get a thread: at first, and at most. */
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 1_000;

/** What a run asks of the lock, and what it is told. */
export interface LeaseOptions {
  readonly lock: ThreadLock;
  readonly threadId: string;
  readonly ttlMs: number;
  readonly onBusy: OnBusy;
  /** Ends the waiting. */
  readonly signal: AbortSignal | undefined;
  /** The lease is gone: the run may write no more. */
  readonly onLost: () => void;
  /** A run of another process wants the thread. */
  readonly onAsked: (takeover: Takeover) => void;
}

/** A lease that is renewed by itself until it is released. */
export interface HeldLease {
  readonly token: number;
  /** Asks the lock whether the lease still stands. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * Gets a thread's lease and keeps it: renewed at a third of its time, and given up for lost where that came to nothing
 * until its end. One that is held elsewhere is waited for, more and more seldom, where `onBusy` is not `"reject"`.
 *
 * @throws SwarmError `THREAD_BUSY`, retryable; the signal's reason; what the lock throws when it is asked first.
 */
export async function holdLease(options: LeaseOptions): Promise<HeldLease> {
  const { ttlMs } = options;
  const lease = await getLease(options);
  let isLost = false;
  let isReleased = false;
  let next: Timer;
  let end: Timer;
  const lose = (): void => {
    if (isReleased || isLost) return;
    isLost = true;
    options.onLost();
  };
  const stand = (): void => {
    clearTimeout(end);
    end = later(lose, ttlMs);
  };
  const renew = async (): Promise<void> => {
    // A store that cannot be reached may be back before the lease ends; one that does not answer is not waited for.
    const answer = await lease.renew().catch(() => undefined);
    if (isReleased || isLost || answer === undefined) return;
    if (answer === false) {
      lose();
      return;
    }
    stand();
    if (answer !== true) options.onAsked(answer);
  };
  const plan = (): void => {
    next = later(() => {
      plan();
      void renew();
    }, ttlMs / 3);
  };
  stand();
  plan();
  return {
    token: lease.token,
    isHeld: async () => {
      await renew();
      return !isLost;
    },
    release: async () => {
      isReleased = true;
      clearTimeout(next);
      clearTimeout(end);
      // One that cannot be released ends by itself.
      await lease.release().catch(() => {});
    },
  };
}

type Timer = ReturnType<typeof setTimeout>;

/** A timer that keeps no process alive. */
function later(callback: () => void, ms: number): Timer {
  const timer = setTimeout(callback, ms);
  (timer as { unref?: () => void }).unref?.();
  return timer;
}

async function getLease({ lock, threadId, ttlMs, onBusy, signal }: LeaseOptions): Promise<Lease> {
  const request = { threadId, owner: globalThis.crypto.randomUUID(), ttlMs, signal };
  const takeover = takeoverOf(onBusy);
  for (let attempt = 0; ; attempt += 1) {
    signal?.throwIfAborted();
    const lease = await lock.acquire(request);
    if (lease !== undefined) return lease;
    if (onBusy === "reject") throw busyError(threadId);
    // Asked once: whoever gets the thread after this holder was not the one that is to end.
    if (attempt === 0 && takeover !== undefined) await lock.request?.(threadId, takeover);
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
    await pause(longest * (0.5 + Math.random() / 2), signal);
  }
}

/** Waits; a signal cuts it short. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      release();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const release = onAbort(signal, end);
  });
}
