import { DBOS, Error as DbosErrors } from "@dbos-inc/dbos-sdk";
import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import { SwarmError } from "swarmgraph";
import type { CompileOptions, OnBusy } from "swarmgraph";
import { DbosSwarmError } from "./errors.ts";
import type { EndedRuns } from "./ended.ts";
import { headOf, marksOf, THREAD_STEP } from "./head.ts";
import type { Head } from "./head.ts";
import { marked } from "./marked.ts";
import { openThread } from "./opening.ts";
import type { Packing } from "./packing.ts";
import { isCancelled } from "./run-failure.ts";
import { isTurn } from "./said.ts";
import { inPlace, placeInUse } from "./steps.ts";
import type { RunInPlace } from "./steps.ts";

/** What a workflow is told: a turn on a thread. */
export interface RunOrder {
  readonly threadId: string;
  /** Packed. */
  readonly input: string;
  /** Where it ends the run before it. */
  readonly onBusy?: OnBusy;
}

/** The part of a compiled swarm that is run. */
export interface DurableGraph {
  invoke(input: never, config?: never): Promise<unknown>;
  getState(config: never): Promise<{
    readonly values: unknown;
    readonly next: readonly string[];
    readonly tasks: readonly { readonly interrupts: readonly unknown[] }[];
  }>;
}

/** A compiled swarm, which runs with another checkpointer as well. */
export interface RebasedGraph extends DurableGraph {
  withCheckpointer(checkpointer: BaseCheckpointSaver): DurableGraph;
}

/** The part of a `SwarmAgent` that is run. */
export interface DurableSwarm {
  compile(options: CompileOptions): RebasedGraph;
}

/** What a workflow runs. */
export interface WorkflowOptions {
  readonly swarm: DurableSwarm;
  readonly checkpointer: BaseCheckpointSaver;
  readonly packing: Packing;
  readonly leaseMs: number | undefined;
  /** The program's version. */
  readonly version: string;
  readonly ended: EndedRuns;
  /** What a ledger has of a call; `undefined` where it has nothing. */
  readonly outcomeOf: (key: string) => Promise<unknown>;
}

/** How often a run is begun again whose lease ended although its process lives. */
const MAX_ATTEMPTS = 5;

/**
 * A turn of a swarm as a workflow: the journal is the truth while it runs, and the thread is written once, at its end. It
 * is gone through again after a crash, up to the step that is not in the journal.
 */
export function swarmWorkflow(options: WorkflowOptions): (order: RunOrder) => Promise<string> {
  const { checkpointer, packing, leaseMs } = options;
  const saver = marked(checkpointer, async () => {
    const place = placeInUse();
    if (place !== undefined && "beforeWrite" in place) await place.beforeWrite();
    return marksOf(place?.runId);
  });
  const graph = options.swarm.compile({
    checkpointer: saver,
    onBusy: "enqueue",
    ...(leaseMs !== undefined && { leaseMs }),
  });
  return async ({ threadId, input }) => {
    const runId = DBOS.workflowID ?? "";
    const thread = { configurable: { thread_id: threadId } };
    const open = async () => {
      const beginning = { threadId, runId, isTurn: isTurn(await packing.unpack(input)) };
      return openThread(beginning, { ...options, graph });
    };
    const base = await DBOS.runStep(open, { name: THREAD_STEP });
    const stored = async () => {
      const { values, next, tasks } = await graph.getState(thread as never);
      const interrupts = tasks.flatMap((task) => task.interrupts);
      return {
        isOver: next.length === 0 || interrupts.length > 0,
        values: { ...(values as object), ...(interrupts.length > 0 && { __interrupt__: interrupts }) },
      };
    };
    const ownHead = async (): Promise<Head> => {
      const head = await headOf(checkpointer, threadId);
      if (head.checkpointId !== base.checkpointId && head.runId !== runId) throw moved(threadId, runId);
      return head;
    };
    /** How much of the run is written: by an execution that died since, or by one whose lease ended. */
    const written = async (): Promise<"nothing" | "half" | "all"> => {
      const head = await ownHead();
      if (head.checkpointId === base.checkpointId) return "nothing";
      return !head.isStub && (await stored()).isOver ? "all" : "half";
    };
    const kept = new Map<string, string>();
    const stop = new AbortController();
    for (let attempt = 1; ; attempt += 1) {
      const before = await written();
      if (before === "all") return packing.pack((await stored()).values);
      const { checkpointId } = base;
      // What was half written is left aside: the journal has all of it.
      if (before === "half" && checkpointId === null) await checkpointer.deleteThread(threadId);
      const isFork = before === "half" && checkpointId !== null;
      const place: RunInPlace = {
        runId,
        stop,
        kept,
        check: async () => {
          const now = await written();
          if (now !== "nothing" && !(now === "half" && isFork)) throw new Overtaken();
        },
        // LangGraph writes a run's end also where that was given up.
        beforeWrite: async () => {
          try {
            if (isNobodys(place)) throw place.failure;
            await ownHead();
          } catch (error) {
            place.failure ??= error;
            throw error;
          }
        },
      };
      try {
        const config = {
          configurable: { ...thread.configurable, ...(isFork && { checkpoint_id: checkpointId }) },
          durability: "exit" as const,
          signal: stop.signal,
        };
        const given = await packing.unpack(input);
        return await packing.pack(await inPlace(place, () => graph.invoke(given as never, config as never)));
      } catch (error) {
        const { failure } = place;
        const isLost = SwarmError.is(error) && error.code === "LEASE_LOST";
        if (failure !== undefined && !(failure instanceof Overtaken)) throw failure;
        if ((failure === undefined && !isLost) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  };
}

/** Whether another execution has the run, or it was ended before it did anything. */
function isNobodys({ failure, kept }: RunInPlace): boolean {
  const isLost = failure instanceof Overtaken || failure instanceof DbosErrors.DBOSWorkflowConflictError;
  return isLost || (isCancelled(failure) && kept.size === 0);
}

/** Another execution of the run has written it meanwhile, all or half of it. */
class Overtaken extends Error {}

function moved(threadId: string, runId: string): DbosSwarmError {
  return new DbosSwarmError(
    "THREAD_MOVED",
    `thread "${threadId}" was written by somebody else while run "${runId}" was under way, so the run was given up. Say it again in a run of its own.`,
  );
}
