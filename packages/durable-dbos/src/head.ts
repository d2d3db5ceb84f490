import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import { DbosSwarmError } from "./errors.ts";

/** What this engine is called in the metadata of its threads. */
const ENGINE = "dbos";

/** Where a thread stands. */
export interface Head {
  /** The newest checkpoint's id; `null` where there is none. */
  readonly checkpointId: string | null;
  /** The run that wrote it. */
  readonly runId: string | null;
  /** The run that was ended and of which somebody else has written here what it leaves. */
  readonly leftBy: string | null;
  /** Whether it is the first half of a write: what LangGraph puts before the one checkpoint of a thread's first run. */
  readonly isStub: boolean;
}

/** The step of a checkpoint that is the first half of a write. */
export const STUB = -2;

/** What the step of a workflow is called that tells where its thread stood when it began. */
export const THREAD_STEP = "thread";

/** What a run's checkpoints say of it. */
export function marksOf(runId: string | undefined): Record<string, unknown> {
  return runId === undefined ? {} : { swarm_engine: ENGINE, swarm_run: runId };
}

/** What the checkpoints say that somebody else writes for a run that was ended: they are not its own. */
export function leftMarksOf(runId: string): Record<string, unknown> {
  return { swarm_engine: ENGINE, swarm_left: runId };
}

/**
 * Reads where a thread stands.
 *
 * @throws DbosSwarmError `THREAD_OF_OTHER_ENGINE`.
 */
export async function headOf(checkpointer: BaseCheckpointSaver, threadId: string): Promise<Head> {
  const tuple = await checkpointer.getTuple({ configurable: { thread_id: threadId } });
  const metadata = (tuple?.metadata ?? {}) as {
    readonly swarm_engine?: unknown;
    readonly swarm_run?: unknown;
    readonly swarm_left?: unknown;
    readonly step?: number;
  };
  const { swarm_engine: engine, swarm_run: runId, swarm_left: leftBy } = metadata;
  if (typeof engine === "string" && engine !== ENGINE) {
    throw new DbosSwarmError(
      "THREAD_OF_OTHER_ENGINE",
      `thread "${threadId}" is run by the engine "${engine}": nothing was begun. Run it there, or use another thread.`,
    );
  }
  return {
    checkpointId: tuple?.checkpoint.id ?? null,
    runId: typeof runId === "string" ? runId : null,
    leftBy: typeof leftBy === "string" ? leftBy : null,
    isStub: metadata.step === STUB,
  };
}
