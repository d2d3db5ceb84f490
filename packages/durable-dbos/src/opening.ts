import { DBOS } from "@dbos-inc/dbos-sdk";
import type { BaseMessage } from "@langchain/core/messages";
import { AIMessage, ToolMessage } from "@langchain/core/messages";
import { START } from "@langchain/langgraph";
import type { BaseCheckpointSaver, CheckpointTuple } from "@langchain/langgraph-checkpoint";
import { SwarmError } from "swarmgraph";
import type { EndedRuns } from "./ended.ts";
import { headOf, THREAD_STEP } from "./head.ts";
import type { Head } from "./head.ts";
import { holdThread } from "./held-thread.ts";
import { say, settle } from "./settle.ts";
import type { SettleOptions } from "./settle.ts";

/** What a run's beginning works with. */
export interface OpeningOptions extends SettleOptions {
  readonly checkpointer: BaseCheckpointSaver;
  readonly ended: EndedRuns;
  readonly leaseMs: number | undefined;
}

/** A run that begins. */
export interface Beginning {
  readonly threadId: string;
  /** The workflow's id. */
  readonly runId: string;
  /** Whether it begins with something that is said. */
  readonly isTurn: boolean;
}

/** Milliseconds that a lease of the core lasts where nothing is said of it. */
const LEASE_MS = 30_000;

/** How often a beginning is begun again whose lease ended meanwhile. */
const MAX_ATTEMPTS = 5;

/**
 * Puts a thread in order for a run: waits until the one before it has written its last, leaves there what those had come to
 * that were ended, and keeps what was left of a step. Where something goes wrong it can be done again.
 *
 * @returns where the thread stands then.
 * @throws DbosSwarmError `THREAD_OF_OTHER_ENGINE`.
 */
export async function openThread(run: Beginning, options: OpeningOptions): Promise<Head> {
  const { checkpointer, leaseMs: ttlMs = LEASE_MS } = options;
  const signal = DBOS.stepStatus?.cancelSignal;
  await headOf(checkpointer, run.threadId);
  for (let attempt = 1; ; attempt += 1) {
    const held = await holdThread(checkpointer, { threadId: run.threadId, ttlMs, signal });
    try {
      const known = await beginningOf(run.runId);
      if (known !== undefined) return known;
      for (const ended of await options.ended.leftOf(run.threadId)) {
        // One that is ended while it begins is for the next one to see to.
        if (ended.runId === run.runId) continue;
        await settle({ ...ended, threadId: run.threadId }, held, options);
        await options.ended.settled(ended.runId);
      }
      const saver = held.saver({});
      const tuple = await saver.getTuple({ configurable: { thread_id: run.threadId } });
      if (run.isTurn && tuple !== undefined && mayBeLeft(tuple)) {
        await say(options.graph.withCheckpointer(saver), run.threadId, []);
        held.assertWritten();
      }
      return await headOf(checkpointer, run.threadId);
    } catch (error) {
      const isLost = SwarmError.is(error) && error.code === "LEASE_LOST";
      if (!isLost || attempt === MAX_ATTEMPTS) throw error;
    } finally {
      await held.release();
    }
  }
}

/**
 * What the beginning of a run came to in another execution, which has gone on while this one slept.
 *
 * @throws Error where the run is over, or was ended: whoever comes next has the thread by now.
 */
async function beginningOf(runId: string): Promise<Head | undefined> {
  const known = await DBOS.getWorkflowStatus(runId);
  if (known?.status !== "PENDING") throw new Error(`run "${runId}" is over`);
  if ((known.recoveryAttempts ?? 0) <= 1) return undefined;
  const steps = (await DBOS.listWorkflowSteps(runId)) ?? [];
  return (steps.find(({ name }) => name === THREAD_STEP)?.output ?? undefined) as Head | undefined;
}

/** Whether a step was begun and not ended, as far as a checkpoint shows: then a message would add to the thread before it. */
function mayBeLeft({ checkpoint, pendingWrites = [] }: CheckpointTuple): boolean {
  const { messages = [] } = checkpoint.channel_values as { readonly messages?: readonly BaseMessage[] };
  const asked = messages.findLast((message) => AIMessage.isInstance(message));
  const answered = new Set(
    messages.flatMap((message) => (ToolMessage.isInstance(message) ? [message.tool_call_id] : [])),
  );
  const isOpen = asked?.tool_calls?.some(({ id }) => !answered.has(id ?? "")) ?? false;
  return pendingWrites.length > 0 || START in checkpoint.channel_values || isOpen;
}
