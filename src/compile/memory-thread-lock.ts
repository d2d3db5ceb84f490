import type { Takeover, ThreadLock } from "./thread-lock.ts";

interface Holding {
  readonly token: number;
  endsAt: number;
  asked: Takeover | undefined;
}

/**
 * A {@link ThreadLock} in memory: for graphs of one process that keep the same threads, and for tests. Its tokens grow
 * over all threads.
 *
 * @example
 * ```ts
 * import { memoryThreadLock, SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 * import { MemorySaver } from "@langchain/langgraph";
 *
 * const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } });
 * const graph = swarm.compile({ checkpointer: new MemorySaver(), lock: memoryThreadLock() });
 * ```
 */
export function memoryThreadLock(): ThreadLock {
  const holdings = new Map<string, Holding>();
  let tokens = 0;
  const holdingOf = (threadId: string): Holding | undefined => {
    const holding = holdings.get(threadId);
    return holding !== undefined && holding.endsAt > performance.now() ? holding : undefined;
  };
  return {
    acquire: async ({ threadId, ttlMs }) => {
      if (holdingOf(threadId) !== undefined) return undefined;
      tokens += 1;
      const own: Holding = { token: tokens, endsAt: performance.now() + ttlMs, asked: undefined };
      holdings.set(threadId, own);
      return {
        token: own.token,
        renew: async () => {
          if (holdingOf(threadId) !== own) return false;
          own.endsAt = performance.now() + ttlMs;
          const { asked } = own;
          own.asked = undefined;
          return asked ?? true;
        },
        release: async () => {
          if (holdings.get(threadId) === own) holdings.delete(threadId);
        },
      };
    },
    request: async (threadId, takeover) => {
      const holding = holdingOf(threadId);
      if (holding !== undefined) holding.asked = takeover;
    },
  };
}
