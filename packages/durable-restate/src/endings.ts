import { TerminalError } from "@restatedev/restate-sdk";
import { SwarmError } from "swarmgraph";
import { RestateSwarmError } from "./errors.ts";
import type { Failure } from "./failure.ts";
import type { StopMode } from "./protocol.ts";

/** Why a run has ended that somebody wanted to end. */
export function stopError(mode: StopMode, threadId: string): Error {
  if (mode === "cancel") {
    return new RestateSwarmError(
      "RUN_CANCELLED",
      `the run on thread "${threadId}" was cancelled. What it had come to by then is in the thread; run it with null to go on from there.`,
    );
  }
  return new SwarmError(
    "RUN_SUPERSEDED",
    `a newer run on thread "${threadId}" ended this one. What was said is in the thread; the newer run answers it.`,
    { threadId },
  );
}

/** Why a run has ended that nobody answered. */
export function unanswered(threadId: string, ms: number | undefined): Error {
  return new RestateSwarmError(
    "ANSWER_TIMEOUT",
    `the run on thread "${threadId}" waited ${ms} ms for an answer that did not come. Run the thread with null to ask again, or raise answerTimeoutMs.`,
  );
}

/** Failures that callers tell apart by their HTTP status. */
const CONFLICTS: ReadonlySet<string> = new Set([
  "THREAD_BUSY",
  "THREAD_OF_OTHER_ENGINE",
  "RUN_SUPERSEDED",
  "RUN_CANCELLED",
]);

/** A failure that the engine is not to retry, with its code where the engine's own tools show it. */
export function terminal(failure: Failure): TerminalError {
  const { code = "RUN_FAILED", message } = failure;
  return new TerminalError(`[${code}] ${message}`, {
    errorCode: CONFLICTS.has(code) ? 409 : 500,
    metadata: { failure: JSON.stringify(failure) },
  });
}
