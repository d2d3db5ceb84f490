/** What a newer run may ask of the one that holds a thread: to end, or to end and be taken back. */
export type Takeover = "interrupt" | "rollback";

/** Which thread is wanted, by whom, and for how long. */
export interface LeaseRequest {
  readonly threadId: string;
  /** Says who holds the lease to somebody who looks: unique for each run. */
  readonly owner: string;
  /** Milliseconds until the lease ends by itself, counted anew at each renewal. */
  readonly ttlMs: number;
  /** Ends the asking, where that takes time. */
  readonly signal?: AbortSignal | undefined;
}

/** A thread, held for one run. */
export interface Lease {
  /** The fencing token: each lease of a thread has a greater one than all before it, also after a crash. */
  readonly token: number;
  /**
   * Holds the thread for another `ttlMs`.
   *
   * @returns `false` where the lease is somebody else's by now or has ended, so that the run must stop; else `true`, or
   * what a newer run asked of this one since the last renewal.
   */
  renew(): Promise<boolean | Takeover>;
  /** Gives the thread free. Does nothing where the lease was lost already. */
  release(): Promise<void>;
}

/**
 * Gives each thread to one run at a time, over all processes that share a store. A checkpointer may bring one as its
 * property `threadLock`; else `compile({ lock })` sets one.
 */
export interface ThreadLock {
  /** Never waits for the holder. @returns `undefined` where somebody else holds the thread. */
  acquire(request: LeaseRequest): Promise<Lease | undefined>;
  /** Asks the holder of a thread to end; it learns of it with its next renewal. Without a holder nothing happens. */
  request?(threadId: string, takeover: Takeover): Promise<void>;
}

/**
 * The key of a run's `configurable` under which the checkpointer finds the lease's fencing token, a number: a write that
 * comes with a smaller token than the thread's newest is one of a run that lost its lease, and is to be refused.
 */
export const FENCE_KEY = "__swarm_fence";
