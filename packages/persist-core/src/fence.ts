import type { RunnableConfig } from "@langchain/core/runnables";
import { FENCE_KEY, SwarmError } from "swarmgraph";

/** The fencing token that a run brings along, if it holds a lease; {@link assertFence} holds it against the newest. */
export function fenceOf(config: RunnableConfig): number | undefined {
  const token: unknown = config.configurable?.[FENCE_KEY];
  return typeof token === "number" ? token : undefined;
}

/** What {@link assertFence} compares. */
export interface FenceCheck {
  readonly threadId: string;
  /** The writer's token. */
  readonly token: number;
  /** The newest token of the thread, if it ever had one. Read it in the transaction of the write. */
  readonly newest: number | undefined;
}

/**
 * Refuses a write whose run lost its thread. {@link fenceOf} gives the token.
 *
 * @throws SwarmError `LEASE_LOST`, where the writer's token is smaller than the newest.
 */
export function assertFence({ threadId, token, newest }: FenceCheck): void {
  if (newest === undefined || token >= newest) return;
  throw new SwarmError(
    "LEASE_LOST",
    `a run wrote to thread "${threadId}" with lease ${token}, but lease ${newest} was given out since: the write was refused, and the thread is as the newer run left it. Read the thread again before you go on.`,
    { threadId, details: { token, newest } },
  );
}
