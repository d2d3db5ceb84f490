import type { RunnableConfig } from "@langchain/core/runnables";
import { PersistError } from "./errors.ts";

/** Where a write goes. */
export interface Place {
  readonly threadId: string;
  /** `""` outside subgraphs. */
  readonly namespace: string;
  /** The checkpoint that the write follows or belongs to. */
  readonly checkpointId: string | undefined;
}

/**
 * Reads from a run's config where a write goes: a {@link Place}.
 *
 * @throws PersistError `CONFIG_INVALID` without a `thread_id`.
 */
export function placeOf(config: RunnableConfig): Place {
  const { thread_id: threadId, checkpoint_ns: namespace = "", checkpoint_id: checkpointId } = config.configurable ?? {};
  if (threadId === undefined || threadId === null || threadId === "") {
    throw new PersistError(
      "CONFIG_INVALID",
      "the config has no thread to write to. Pass { configurable: { thread_id } } to the run.",
    );
  }
  return { threadId: String(threadId), namespace, checkpointId };
}
