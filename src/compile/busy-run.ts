import type { BaseMessage } from "@langchain/core/messages";
import { emptyCheckpoint } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { SwarmError } from "../errors.ts";
import { onAbort } from "../run/abort.ts";
import type { OnBusy } from "../types.ts";
import { claimThread } from "./busy.ts";
import { settle } from "./busy-settle.ts";
import { holdLease } from "./lease.ts";
import type { HeldLease } from "./lease.ts";
import type { Keeper } from "./left-run.ts";
import { FENCE_KEY } from "./thread-lock.ts";
import type { Takeover, ThreadLock } from "./thread-lock.ts";
import { tellingFailedWrites } from "./told-writes.ts";

/** A run on a thread. */
export interface ThreadRun extends Keeper {
  readonly onBusy: OnBusy;
  readonly lock: ThreadLock | undefined;
  readonly leaseMs: number;
  readonly signal: AbortSignal | undefined;
  /** The messages of its input. */
  readonly said: readonly BaseMessage[];
}

/** What a run is started with, once it has its thread. */
export interface OwnOptions {
  readonly signal: AbortSignal;
  /** Belongs into the run's `configurable`. */
  readonly fence: Readonly<Record<string, unknown>>;
  /** What the run is to write with. */
  readonly checkpointer: BaseCheckpointSaver;
}

/** A run's thread, while it has it. */
interface Place {
  readonly stop: AbortController;
  /** A checkpoint id from before the run. */
  readonly since: string;
  readonly lease: HeldLease | undefined;
  readonly checkpointer: BaseCheckpointSaver;
  readonly end: End;
  readonly leave: () => Promise<void>;
}

/** Why a run ends early, where that is not its caller's doing. */
interface End {
  error: unknown;
  takeover: Takeover | undefined;
}

/**
 * Runs on a thread as its only writer: in this process by a claim, over processes by a lease. The thread is free again
 * once the run has wound up; one that is ended by somebody else winds up also where nobody reads its chunks any more.
 *
 * @throws SwarmError `THREAD_BUSY`, `RUN_SUPERSEDED` or `LEASE_LOST`; what the run throws.
 */
export async function* runAlone<T>(
  run: ThreadRun,
  start: (own: OwnOptions) => Promise<AsyncGenerator<T>>,
): AsyncGenerator<T> {
  const place = await takePlace(run);
  const { stop } = place;
  let chunks: AsyncGenerator<T> | undefined;
  let ending: Promise<void> | undefined;
  const windUp = (): Promise<void> => (ending ??= leave(run, place, chunks));
  const release = onAbort(stop.signal, () => void windUp());
  try {
    stop.signal.throwIfAborted();
    chunks = await start({ signal: stop.signal, fence: fenceOf(place), checkpointer: place.checkpointer });
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
    stop.signal.throwIfAborted();
  } catch (error) {
    stop.abort(error);
    await windUp();
    throw place.end.error ?? error;
  } finally {
    release();
    await windUp();
  }
}

async function takePlace(run: ThreadRun): Promise<Place> {
  const { threadId, signal, lock } = run;
  signal?.throwIfAborted();
  const stop = new AbortController();
  const end: End = { error: undefined, takeover: undefined };
  const supersede = (takeover: Takeover): void => {
    if (stop.signal.aborted) return;
    end.takeover = takeover;
    end.error = superseded(threadId);
    stop.abort(end.error);
  };
  const fail = (error: unknown): void => {
    end.error ??= error;
    stop.abort(error);
  };
  const unlink = onAbort(signal, () => stop.abort(signal?.reason));
  let free: (() => void) | undefined;
  const leaveWith = async (lease?: HeldLease): Promise<void> => {
    await lease?.release();
    free?.();
    unlink();
  };
  try {
    free = await claimThread({ ...run, signal: stop.signal, supersede });
    // One that is superseded meanwhile still gets the lease: it has to write down what the user said.
    const lease =
      lock &&
      (await holdLease({
        ...run,
        lock,
        ttlMs: run.leaseMs,
        onAsked: supersede,
        onLost: () => fail(leaseLost(threadId)),
      }));
    const checkpointer = tellingFailedWrites(run.checkpointer, fail);
    return { stop, since: emptyCheckpoint().id, lease, checkpointer, end, leave: () => leaveWith(lease) };
  } catch (error) {
    await leaveWith();
    throw error;
  }
}

/** Waits until the run is over, puts the thread in order and gives it free. */
async function leave(
  run: ThreadRun,
  { end, lease, since, leave: giveFree }: Place,
  chunks: AsyncGenerator<unknown> | undefined,
): Promise<void> {
  // As it is now: a run that came to its end before it was superseded is not taken back.
  const { takeover } = end;
  try {
    await chunks?.return(undefined).catch(() => {});
    if (takeover !== undefined && (lease === undefined || (await lease.isHeld()))) {
      const configurable = { thread_id: run.threadId, __pregel_checkpointer: run.checkpointer, ...fenceOf({ lease }) };
      await settle({ ...run, configurable, takeover, since });
    }
  } catch (cause) {
    end.error = superseded(run.threadId, cause);
  } finally {
    await giveFree();
  }
}

function fenceOf({ lease }: Pick<Place, "lease">): Record<string, unknown> {
  return lease === undefined ? {} : { [FENCE_KEY]: lease.token };
}

function superseded(threadId: string, cause?: unknown): SwarmError {
  return new SwarmError(
    "RUN_SUPERSEDED",
    `a newer run on thread "${threadId}" ended this one. What was said is in the thread; the newer run answers it.`,
    { threadId, cause },
  );
}

function leaseLost(threadId: string): SwarmError {
  return new SwarmError(
    "LEASE_LOST",
    `the lease of thread "${threadId}" ended before the run did, so the run was stopped. Run it again; where this is frequent, raise leaseMs or keep the event loop free.`,
    { threadId, retryable: true },
  );
}
