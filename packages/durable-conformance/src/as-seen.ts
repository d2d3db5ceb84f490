import { AsyncLocalStorage } from "node:async_hooks";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { ThreadLock } from "swarmgraph";

/** A checkpointer, with the lock that it may bring along. */
type Saver = BaseCheckpointSaver & { readonly threadLock?: ThreadLock };

/** What a thread's newest checkpoint was when somebody looked; `null` where there was none. */
const seen = new AsyncLocalStorage<string | null>();

/** Runs something that gets the thread only as it was seen, and finds it busy otherwise. */
export function asSeen<T>(checkpointId: string | null, run: () => Promise<T>): Promise<T> {
  return seen.run(checkpointId, run);
}

/**
 * The checkpointer's own lock, which heeds {@link asSeen}: between a look at a thread and the lease somebody else may have
 * begun a run on it and died. `undefined` where the checkpointer brings none.
 */
export function lockAsSeen(checkpointer: Saver): ThreadLock | undefined {
  const lock = checkpointer.threadLock;
  if (lock === undefined) return undefined;
  return {
    acquire: async (request) => {
      const lease = await lock.acquire(request);
      const expected = seen.getStore();
      if (lease === undefined || expected === undefined) return lease;
      const head = await checkpointer.getTuple({ configurable: { thread_id: request.threadId } });
      if ((head?.checkpoint.id ?? null) === expected) return lease;
      await lease.release();
      return undefined;
    },
    request: async (threadId, takeover) => lock.request?.(threadId, takeover),
  };
}
