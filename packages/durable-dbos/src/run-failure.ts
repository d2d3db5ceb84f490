import { Error as DbosErrors } from "@dbos-inc/dbos-sdk";
import { SwarmError } from "swarmgraph";
import { DbosSwarmError } from "./errors.ts";

/** Whether a run was ended before it was over. */
export function isCancelled(error: unknown): boolean {
  return (
    error instanceof DbosErrors.DBOSWorkflowCancelledError ||
    error instanceof DbosErrors.DBOSAwaitedWorkflowCancelledError
  );
}

/** What is told of a run that somebody has cancelled. */
export function cancelled(runId: string, cause: unknown): DbosSwarmError {
  return new DbosSwarmError("RUN_CANCELLED", `run "${runId}" was cancelled. The thread takes the next message.`, {
    cause,
  });
}

/** What is told of a run that a newer one has ended. */
export function superseded(threadId: string, cause: unknown): SwarmError {
  return new SwarmError(
    "RUN_SUPERSEDED",
    `a newer run on thread "${threadId}" ended this one. What was said is in the thread; the newer run answers it.`,
    { threadId, cause },
  );
}

/**
 * A run that is over is anybody's to read; one that is under way is its own version's.
 *
 * @throws DbosSwarmError `RUN_OF_OTHER_VERSION`.
 */
export function assertOurs(
  known: { readonly status: string; readonly applicationVersion?: string },
  { version, runId }: { readonly version: string; readonly runId: string },
): void {
  const isOpen = known.status === "PENDING" || known.status === "ENQUEUED";
  const theirs = known.applicationVersion;
  if (!isOpen || theirs === undefined || theirs === version) return;
  throw new DbosSwarmError(
    "RUN_OF_OTHER_VERSION",
    `run "${runId}" was begun by version "${theirs}", and this executor is version "${version}", which does not go on with it. Keep an executor of version "${theirs}" until its runs are over, or cancel the run.`,
  );
}
