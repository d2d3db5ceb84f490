import { DBOS } from "@dbos-inc/dbos-sdk";
import type { WorkflowHandle } from "@dbos-inc/dbos-sdk";
import type { Command } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import pg from "pg";
import type { OnBusy, StepRunner, SwarmInput, ToolLedger } from "swarmgraph";
import { admitting, takeoverIn, takeoverOf, workflowIdOf } from "./admit.ts";
import type { Claim } from "./admit.ts";
import { endedRuns } from "./ended.ts";
import type { EndedRuns } from "./ended.ts";
import { DbosSwarmError } from "./errors.ts";
import { headOf } from "./head.ts";
import { lockOf } from "./held-thread.ts";
import { postgresLedger } from "./ledger.ts";
import { modelGates } from "./limits.ts";
import type { ModelLimit } from "./limits.ts";
import { ordering } from "./order.ts";
import { packingOf } from "./packing.ts";
import { launcher } from "./launch.ts";
import { assertReachable, CONNECT_TIMEOUT_MS, reachability } from "./reach.ts";
import { assertOurs, cancelled, isCancelled, superseded } from "./run-failure.ts";
import { dbosSteps, stopHere } from "./steps.ts";
import { swarmWorkflow } from "./workflow.ts";
import type { DurableSwarm, RunOrder } from "./workflow.ts";

/** What a swarm gets of the engine: pass both to `new SwarmAgent`. */
export interface Plugs {
  readonly stepRunner: StepRunner;
  readonly toolLedger: ToolLedger;
}

/** Options of {@link startDbosEngine}. */
export interface DbosEngineOptions {
  /** Makes the swarm with what the engine plugs into it. */
  readonly swarm: (plugs: Plugs) => DurableSwarm;
  /** Where threads are kept between their runs. Its `setup()` has been called. */
  readonly checkpointer: BaseCheckpointSaver;
  /** The database of the engine; may be that of the checkpointer. */
  readonly databaseUrl: string;
  /**
   * Which executor this process is: the same after a restart, since it goes on with what an executor of its name left
   * undone, and different from all that run beside it. In Kubernetes the name of a StatefulSet's pod.
   */
  readonly executorId: string;
  /** The program's version: a run that is under way is gone on with by the version that began it. */
  readonly version: string;
  /** The name under which processes share their runs. Default `"swarmgraph"`. */
  readonly name?: string | undefined;
  /** Limits of calls of models, over all processes. */
  readonly modelLimits?: readonly ModelLimit[] | undefined;
  /** Milliseconds that a thread stays with an executor that died, before another may write it. Default 30,000. */
  readonly leaseMs?: number | undefined;
  /** Milliseconds between two looks at the queue. Default 1,000. */
  readonly pollingMs?: number | undefined;
  /** Milliseconds that a start waits for another executor that sets up the same database. Default 60,000. */
  readonly setupWaitMs?: number | undefined;
  /** Connections to the database that DBOS may hold; three more are the engine's own. Default 10. */
  readonly poolSize?: number | undefined;
  /** Gets DBOS' log; the engine itself prints nothing. */
  readonly onLog?: ((level: "error" | "warn", entry: unknown) => void) | undefined;
}

/** How a run is started. */
export interface DbosRunOptions {
  /** The thread that the run is of. */
  readonly threadId: string;
  /** The run's own id within its thread: a run that is started again under it is the same run. */
  readonly runId: string;
  /**
   * What to do while another run of the thread is open, on whichever executor, also one that died or has not begun. Default:
   * `"enqueue"`. A run that was refused has not begun. `"interrupt"` and `"rollback"` end the run that has the thread and come
   * before those that wait; they take a checkpointer with a `threadLock`. See `CompileOptions.onBusy`.
   */
  readonly onBusy?: OnBusy | undefined;
  /** Cancels the run. */
  readonly signal?: AbortSignal | undefined;
}

/** What a run ended with: the values of the graph's state, with `__interrupt__` where it waits for somebody. */
export type RunValues = Readonly<Record<string, unknown>>;

/** An executor of a swarm's runs. */
export interface DbosEngine {
  /**
   * Runs a turn on a thread, on whichever executor takes it, and waits for its end. Runs of one thread come one after the
   * other, in order, unless `onBusy` says otherwise.
   *
   * @throws DbosSwarmError `ENGINE_UNREACHABLE`, retryable; `THREAD_OF_OTHER_ENGINE`, `RUN_OF_OTHER_VERSION`,
   * `RUN_CANCELLED`, `THREAD_MOVED`, `OPTION_INVALID`; SwarmError `THREAD_BUSY`, retryable, `RUN_SUPERSEDED`; the run's own
   * error.
   */
  run(input: SwarmInput | Command | null, options: DbosRunOptions): Promise<RunValues>;
  cancel(options: Pick<DbosRunOptions, "threadId" | "runId">): Promise<void>;
  /** Stops taking runs, waits for those under way here, and closes the connections. */
  close(options?: { readonly waitMs?: number }): Promise<void>;
}

/**
 * Starts an executor: DBOS in this process, on PostgreSQL alone. Goes on with the runs that an executor of this name and
 * version left undone.
 *
 * @throws DbosSwarmError `ENGINE_UNREACHABLE`, `ENGINE_VERSION`, `ENGINE_SETUP_FAILED`, `ENGINE_RUNNING` or `OPTION_INVALID`;
 * nothing is started then.
 *
 * @example
 * <!-- not run: test/durable runs it, against a server of its own -->
 * ```ts
 * import { startDbosEngine } from "@swarmgraph/durable-dbos";
 * import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
 * import { SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const databaseUrl = process.env["DATABASE_URL"] ?? "postgresql://localhost/app";
 * const checkpointer = PostgresSwarmSaver.fromConnString(databaseUrl);
 * await checkpointer.setup();
 * const engine = await startDbosEngine({
 *   swarm: (plugs) => new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } }, ...plugs }),
 *   checkpointer,
 *   databaseUrl,
 *   executorId: process.env["HOSTNAME"] ?? "executor-0",
 *   version: "1",
 * });
 * const { messages } = await engine.run({ messages: "Hi!" }, { threadId: "t-1", runId: "r-1" });
 * await engine.close();
 * ```
 */
export async function startDbosEngine(options: DbosEngineOptions): Promise<DbosEngine> {
  const { checkpointer, databaseUrl, executorId, version, name = "swarmgraph", pollingMs = 1_000 } = options;
  for (const [option, value] of Object.entries({ executorId, version, name })) {
    if (typeof value !== "string" || value.trim() === "") {
      throw new DbosSwarmError(
        "OPTION_INVALID",
        `${option} is ${JSON.stringify(value)}: name the executor, the version and the engine.`,
      );
    }
  }
  if (DBOS.isInitialized()) {
    throw new DbosSwarmError(
      "ENGINE_RUNNING",
      "DBOS runs in this process already. Close that engine first, or use it.",
    );
  }
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 3,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A connection that breaks while nobody uses it is replaced with the next query.
  pool.on("error", () => {});
  const packing = packingOf(checkpointer);
  try {
    await assertReachable(pool, databaseUrl);
    const launch = await launcher(pool, options);
    const gates = modelGates(options.modelLimits ?? [], pollingMs);
    const toolLedger = postgresLedger(pool, packing);
    const inOrder = ordering(pool);
    const swarm = options.swarm({ stepRunner: dbosSteps(packing, gates.gate), toolLedger });
    const ended = endedRuns(pool);
    const { outcomeOf } = toolLedger;
    const { leaseMs } = options;
    const workflow = swarmWorkflow({ swarm, checkpointer, packing, leaseMs, version, ended, outcomeOf });
    const registered = DBOS.registerWorkflow(workflow, { name: "swarmgraph.run" });
    const tell = (level: "error" | "warn") => (entry: unknown) => options.onLog?.(level, entry);
    DBOS.setConfig({
      name,
      systemDatabaseUrl: databaseUrl,
      ...(options.poolSize !== undefined && { systemDatabasePoolSize: options.poolSize }),
      executorID: executorId,
      applicationVersion: version,
      logger: { info: () => {}, debug: () => {}, warn: tell("warn"), error: tell("error") },
    });
    await launch();
    const queue = `${name}.threads`;
    await DBOS.registerQueue(queue, {
      partitionConcurrency: 1,
      minPollingIntervalMs: pollingMs,
      onConflict: "always_update",
    });
    await gates.open();
    const admit = admitting({ inOrder, ended, queueName: queue });
    return engineOf({ ...options, name, pollingMs }, { workflow: registered, queueName: queue, pool, ended, admit });
  } catch (error) {
    await DBOS.shutdown({ deregister: true }).catch(() => {});
    await pool.end();
    throw error;
  }
}

/** What an engine that has started works with. */
interface Running {
  readonly workflow: (order: RunOrder) => Promise<string>;
  readonly queueName: string;
  readonly pool: pg.Pool;
  readonly ended: EndedRuns;
  readonly admit: (claim: Claim) => Promise<WorkflowHandle<string>>;
}

function engineOf(
  options: DbosEngineOptions & { readonly pollingMs: number },
  { workflow, queueName, pool, ended, admit }: Running,
): DbosEngine {
  const { checkpointer, databaseUrl, version, pollingMs } = options;
  const packing = packingOf(checkpointer);
  const assertThere = reachability(pool, databaseUrl);
  const polling = { pollingIntervalMs: Math.min(pollingMs, 1_000) };
  const cancelRun = async (workflowID: string): Promise<void> => {
    await DBOS.cancelWorkflow(workflowID);
    stopHere(workflowID);
  };
  return {
    run: async (input, { threadId, runId, onBusy = "enqueue", signal }) => {
      signal?.throwIfAborted();
      assertPolicy(onBusy, checkpointer);
      const workflowID = workflowIdOf({ threadId, runId });
      // DBOS itself would try again and again.
      await assertThere();
      const known = await DBOS.getWorkflowStatus(workflowID);
      if (known === null) await headOf(checkpointer, threadId);
      else assertOurs(known, { version, runId: workflowID });
      const order: RunOrder = {
        threadId,
        input: await packing.pack(input),
        ...(takeoverOf(onBusy) !== undefined && { onBusy }),
      };
      const enqueue = (priority?: number) => {
        const enqueueOptions = { queuePartitionKey: threadId, ...(priority !== undefined && { priority }) };
        return DBOS.startWorkflow(workflow, { workflowID, queueName, enqueueOptions })(order);
      };
      const isIn = known !== null && takeoverIn(known) === undefined;
      const handle = await (isIn ? enqueue() : admit({ threadId, runId: workflowID, onBusy, enqueue }));
      const cancel = () => void cancelRun(workflowID).catch(() => {});
      signal?.addEventListener("abort", cancel, { once: true });
      if (signal?.aborted === true) cancel();
      try {
        return (await packing.unpack(await handle.getResult(polling))) as RunValues;
      } catch (error) {
        if (!isCancelled(error)) throw error;
        throw (await ended.has(workflowID)) ? superseded(threadId, error) : cancelled(workflowID, error);
      } finally {
        signal?.removeEventListener("abort", cancel);
      }
    },
    cancel: (run) => cancelRun(workflowIdOf(run)),
    close: async ({ waitMs = 30_000 } = {}) => {
      await DBOS.shutdown({ deregister: true, workflowCompletionTimeoutMS: waitMs });
      await pool.end();
    },
  };
}

/** A run that is ended may be frozen, and wake up: only where leases are kept it cannot write any more. */
function assertPolicy(onBusy: OnBusy, checkpointer: BaseCheckpointSaver): void {
  if (!POLICIES.has(onBusy)) {
    throw new DbosSwarmError(
      "OPTION_INVALID",
      `onBusy is ${JSON.stringify(onBusy)}: use "enqueue", "reject", "interrupt" or "rollback".`,
    );
  }
  if (takeoverOf(onBusy) === undefined || lockOf(checkpointer) !== undefined) return;
  throw new DbosSwarmError(
    "OPTION_INVALID",
    `onBusy is "${onBusy}", and the checkpointer keeps no leases, so that the run that is ended could still write. Use PostgresSwarmSaver, or another one with a threadLock.`,
  );
}

const POLICIES: ReadonlySet<OnBusy> = new Set(["enqueue", "reject", "interrupt", "rollback"]);
