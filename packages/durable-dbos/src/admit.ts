import { DBOS } from "@dbos-inc/dbos-sdk";
import type { WorkflowHandle, WorkflowStatus } from "@dbos-inc/dbos-sdk";
import { SwarmError } from "swarmgraph";
import type { OnBusy, Takeover } from "swarmgraph";
import type { EndedRuns } from "./ended.ts";
import type { InOrder } from "./order.ts";
import { stopHere } from "./steps.ts";
import type { RunOrder } from "./workflow.ts";

/** A run that wants its thread. */
export interface Claim {
  readonly threadId: string;
  /** The workflow's id. */
  readonly runId: string;
  readonly onBusy: OnBusy;
  /** Hands it to the queue; one that is there already stays as it is. */
  readonly enqueue: (place: number) => Promise<WorkflowHandle<string>>;
}

/** What runs are let in with. */
export interface AdmitOptions {
  readonly inOrder: InOrder;
  readonly ended: EndedRuns;
  readonly queueName: string;
}

/** The place of runs that end the one before them: before all that wait, whose places are numbers from 1. */
const FIRST = 0;

/** A run's id among those of all threads: no other run's, whatever the two names are. */
export function workflowIdOf({ threadId, runId }: { readonly threadId: string; readonly runId: string }): string {
  return `${encodeURIComponent(threadId)}/${runId}`;
}

/** The way in which a run ends the one before it, if it does. */
export function takeoverOf(onBusy: OnBusy | undefined): Takeover | undefined {
  return onBusy === "interrupt" || onBusy === "rollback" ? onBusy : undefined;
}

/** How a run that waits for its thread ends the one before it, or was about to when its caller's process died. */
export function takeoverIn({ status, input }: WorkflowStatus): Takeover | undefined {
  const [order] = (input ?? []) as readonly Partial<RunOrder>[];
  return status === "ENQUEUED" ? takeoverOf(order?.onBusy) : undefined;
}

/**
 * Lets runs into the queues of their threads, one of a thread at a time: so one of two that come at once is first.
 *
 * @throws SwarmError `THREAD_BUSY`, retryable: the run has not begun.
 */
export function admitting({
  inOrder,
  ended,
  queueName,
}: AdmitOptions): (claim: Claim) => Promise<WorkflowHandle<string>> {
  return ({ threadId, runId, onBusy, enqueue }) =>
    inOrder(threadId, async (place) => {
      const known = await DBOS.getWorkflowStatus(runId);
      // One that was begun is the same run, whatever its caller says this time.
      const policy = known === null ? onBusy : takeoverIn(known);
      if (policy === undefined || policy === "enqueue") return enqueue(place);
      const [holder] = await openRuns(threadId, queueName);
      if (holder === undefined || holder.workflowID === runId) return enqueue(place);
      const takeover = takeoverOf(policy);
      if (takeover === undefined) throw busyError(threadId);
      // Noted before there is anybody who goes on, and ended after that: whoever dies in between has lost nothing.
      await ended.note(threadId, { runId: holder.workflowID, takeover });
      const handle = await enqueue(FIRST);
      await DBOS.cancelWorkflow(holder.workflowID);
      stopHere(holder.workflowID);
      return handle;
    });
}

/** The runs of a thread that are not over, on all executors: the one that has it, then those that wait in their order. */
async function openRuns(threadId: string, queueName: string): Promise<readonly WorkflowStatus[]> {
  const open = await DBOS.listWorkflows({
    // A pattern, in which thread ids have to be taken for what they are.
    workflow_id_prefix: workflowIdOf({ threadId, runId: "" }).replaceAll(/[\\%_]/gu, String.raw`\$&`),
    queueName,
    status: ["PENDING", "ENQUEUED"],
    loadInput: false,
    loadOutput: false,
  });
  return open.filter(({ queuePartitionKey }) => queuePartitionKey === threadId).toSorted(byTurn);
}

function byTurn(a: WorkflowStatus, b: WorkflowStatus): number {
  const waits = ({ status }: WorkflowStatus): number => (status === "PENDING" ? 0 : 1);
  return (
    waits(a) - waits(b) ||
    a.priority - b.priority ||
    a.createdAt - b.createdAt ||
    (a.workflowID < b.workflowID ? -1 : 1)
  );
}

function busyError(threadId: string): SwarmError {
  return new SwarmError(
    "THREAD_BUSY",
    `thread "${threadId}" is being run already. Wait for that run, use another thread, or say what to do with onBusy.`,
    { threadId, retryable: true },
  );
}
