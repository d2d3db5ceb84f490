import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import type { ObjectContext } from "@restatedev/restate-sdk";
import { RestateSwarmError } from "./errors.ts";

/** What this engine is called in the threads that it keeps. */
export const ENGINE = "restate";

/** Tries to read where else a thread may be. */
const RETRY = { maxRetryAttempts: 5, initialRetryInterval: 200 };

/** The thread, and where what is read of it is journalled. */
type Place = Pick<ObjectContext, "key" | "run">;

/** Where threads are that this object must not run. */
export interface OwnerOptions {
  /** The name of the swarm's object. */
  readonly service: string;
  readonly elsewhere: BaseCheckpointSaver | undefined;
}

/**
 * Lets through a thread that is new, or that this package has kept.
 *
 * @throws RestateSwarmError `THREAD_OF_OTHER_ENGINE`.
 */
export async function assertOwn(context: Place, stored: unknown, { service, elsewhere }: OwnerOptions): Promise<void> {
  const there = stored === null && elsewhere !== undefined ? await ownerIn(elsewhere, context) : undefined;
  const owner = stored === null ? there : strangerIn(stored);
  if (owner !== undefined) throw otherEngine(context.key, service, owner);
}

/** Who keeps a thread as something that this package did not write; `undefined` where it did. */
export function strangerIn(stored: unknown): string | undefined {
  const { engine = ENGINE, checkpoint } = (stored ?? {}) as {
    readonly engine?: unknown;
    readonly checkpoint?: unknown;
  };
  if (engine !== ENGINE) return `the engine "${String(engine)}"`;
  return typeof checkpoint === "object" && checkpoint !== null ? undefined : "something that is no swarm";
}

/** The error of a thread that is somebody else's. */
export function otherEngine(threadId: string, service: string, owner: string): RestateSwarmError {
  return new RestateSwarmError(
    "THREAD_OF_OTHER_ENGINE",
    `thread "${threadId}" of the object "${service}" belongs to ${owner}: nothing was begun. Run it there, or use another thread.`,
  );
}

/** Journalled, so that a run which has begun is not refused when it is gone through again. */
async function ownerIn(checkpointer: BaseCheckpointSaver, context: Place): Promise<string | undefined> {
  const place = { configurable: { thread_id: context.key, checkpoint_ns: "" } };
  const owner = await context.run(
    "elsewhere",
    async () => {
      const tuple = await checkpointer.getTuple(place);
      if (tuple === undefined) return null;
      const { swarm_engine: engine } = (tuple.metadata ?? {}) as { readonly swarm_engine?: unknown };
      return typeof engine === "string" ? `the engine "${engine}"` : "the checkpointer that it was begun with";
    },
    RETRY,
  );
  return owner ?? undefined;
}
