import { DBOS } from "@dbos-inc/dbos-sdk";
import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import { SwarmError } from "swarmgraph";
import type { CompileOptions } from "swarmgraph";
import { DbosSwarmError } from "./errors.ts";
import { headOf, marksOf } from "./head.ts";
import type { Packing } from "./packing.ts";
import { marked } from "./marked.ts";
import { inPlace, placeInUse } from "./steps.ts";
import type { RunInPlace } from "./steps.ts";

/** What a workflow is told: a turn on a thread. */
export interface RunOrder {
  readonly threadId: string;
  /** Packed. */
  readonly input: string;
}

/** The part of a `SwarmAgent` that is run. */
export interface DurableSwarm {
  compile(options: CompileOptions): {
    invoke(input: never, config?: never): Promise<unknown>;
    getState(config: never): Promise<{
      readonly values: unknown;
      readonly next: readonly string[];
      readonly tasks: readonly { readonly interrupts: readonly unknown[] }[];
    }>;
  };
}

/** What a workflow runs. */
export interface WorkflowOptions {
  readonly swarm: DurableSwarm;
  readonly checkpointer: BaseCheckpointSaver;
  readonly packing: Packing;
  readonly leaseMs: number | undefined;
}

/** How often a run is begun again whose lease ended although its process lives. */
const MAX_ATTEMPTS = 5;

/**
 * A turn of a swarm as a workflow: the journal is the truth while it runs, and the thread is written once, at its end. It
 * is gone through again after a crash, up to the step that is not in the journal.
 */
export function swarmWorkflow(options: WorkflowOptions): (order: RunOrder) => Promise<string> {
  const { checkpointer, packing, leaseMs } = options;
  const saver = marked(checkpointer, () => marksOf(placeInUse()?.runId));
  const graph = options.swarm.compile({
    checkpointer: saver,
    onBusy: "enqueue",
    ...(leaseMs !== undefined && { leaseMs }),
  });
  return async ({ threadId, input }) => {
    const runId = DBOS.workflowID ?? "";
    const thread = { configurable: { thread_id: threadId } };
    const base = await DBOS.runStep(() => headOf(checkpointer, threadId), { name: "thread" });
    const stored = async () => {
      const { values, next, tasks } = await graph.getState(thread as never);
      const interrupts = tasks.flatMap((task) => task.interrupts);
      return {
        isOver: next.length === 0 || interrupts.length > 0,
        values: { ...(values as object), ...(interrupts.length > 0 && { __interrupt__: interrupts }) },
      };
    };
    /** How much of the run is written: by an execution that died since, or by one whose lease ended. */
    const written = async (): Promise<"nothing" | "half" | "all"> => {
      const head = await headOf(checkpointer, threadId);
      if (head.checkpointId === base.checkpointId) return "nothing";
      if (head.runId !== runId) throw moved(threadId, runId);
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

/** Another execution of the run has written it meanwhile, all or half of it. */
class Overtaken extends Error {}

function moved(threadId: string, runId: string): DbosSwarmError {
  return new DbosSwarmError(
    "THREAD_MOVED",
    `thread "${threadId}" was written by somebody else while run "${runId}" was under way, so the run was given up. Say it again in a run of its own.`,
  );
}
