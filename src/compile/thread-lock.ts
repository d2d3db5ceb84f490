import { SwarmError } from "../errors.ts";

/** The threads that are running, by the checkpointer that holds them. */
const running = new WeakMap<object, Set<string>>();

/**
 * Claims a thread for one run in this process: two runs that write the same thread would each overwrite the other's
 * messages, which no checkpointer notices.
 *
 * @returns gives the thread free again.
 * @throws SwarmError `THREAD_BUSY`, retryable.
 */
export function claimThread(checkpointer: object, threadId: string): () => void {
  const threads = running.get(checkpointer) ?? new Set<string>();
  running.set(checkpointer, threads);
  if (threads.has(threadId)) {
    throw new SwarmError(
      "THREAD_BUSY",
      `thread "${threadId}" is being run already. Wait for that run, or use another thread.`,
      { threadId, retryable: true },
    );
  }
  threads.add(threadId);
  return () => threads.delete(threadId);
}
