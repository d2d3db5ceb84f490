import { SwarmError } from "../errors.ts";

/** A run that has a thread. */
interface Holder {
  readonly signal: AbortSignal | undefined;
  readonly ended: Promise<void>;
}

/** The threads that are running, by the checkpointer that holds them. */
const running = new WeakMap<object, Map<string, Holder>>();

/** Which thread is claimed, and for whom. */
export interface Claim {
  readonly checkpointer: object;
  readonly threadId: string;
  /** The run's own signal: once it has fired, the next run waits for this one to wind up. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Claims a thread for one run in this process: two runs that write the same thread would each overwrite the other's
 * messages, which no checkpointer notices.
 *
 * @returns gives the thread free again.
 * @throws SwarmError `THREAD_BUSY`, retryable.
 */
export async function claimThread({ checkpointer, threadId, signal }: Claim): Promise<() => void> {
  const threads = running.get(checkpointer) ?? new Map<string, Holder>();
  running.set(checkpointer, threads);
  for (let holder = threads.get(threadId); holder !== undefined; holder = threads.get(threadId)) {
    if (holder.signal?.aborted !== true) {
      throw new SwarmError(
        "THREAD_BUSY",
        `thread "${threadId}" is being run already. Wait for that run, or use another thread.`,
        { threadId, retryable: true },
      );
    }
    await holder.ended;
  }
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  threads.set(threadId, { signal, ended });
  return () => {
    threads.delete(threadId);
    end();
  };
}
