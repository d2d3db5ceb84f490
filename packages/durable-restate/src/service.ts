import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import { handlers, InvocationIdParser, object, rpc } from "@restatedev/restate-sdk";
import type { ObjectContext, ObjectSharedContext, VirtualObjectDefinition } from "@restatedev/restate-sdk";
import { human, SwarmAgent } from "swarmgraph";
import type { Agents, SwarmOptions } from "swarmgraph";
import { admitted } from "./admit.ts";
import { RestateSwarmError } from "./errors.ts";
import { baseOf, call } from "./http.ts";
import { objectNames, serviceNameOf } from "./protocol.ts";
import type { RunReply, RunRequest, StopRequest, ThreadReply } from "./protocol.ts";
import { runLog } from "./run-log.ts";
import { runTurn } from "./run.ts";
import type { RunSetup, ThreadState } from "./run.ts";
import { journalled } from "./steps.ts";
import type { StepRetry } from "./steps.ts";
import type { Post } from "./teller.ts";
import { UNTIL_BACK } from "./until-back.ts";

/** What {@link durableSwarm} takes. */
export interface DurableOptions {
  /** The name of the swarm's object in the engine. Default: the swarm's, with `_` for what is no letter or digit. */
  readonly service?: string | undefined;
  /**
   * The address of the server's ingress as workers reach it, e.g. `http://restate:8080`: events of runs go there as they
   * happen. Default: no events can be read.
   */
  readonly ingress?: string | undefined;
  /** What becomes of a step that failed for a passing reason, beyond the model's own retries. */
  readonly retry?: StepRetry | undefined;
  /** Milliseconds that a run waits for one answer. Default: for ever, which costs nothing. */
  readonly answerTimeoutMs?: number | undefined;
  /**
   * Milliseconds without news after which a run that waits is taken from its worker, to be gone through again when there
   * are. Default: the server's, a minute.
   */
  readonly suspendAfterMs?: number | undefined;
  /** Milliseconds that one step may take before its process is given up for dead. Default: 900,000. */
  readonly stepTimeoutMs?: number | undefined;
  /**
   * Where threads were kept before, or are run by another engine: one that is there and that Restate does not know is
   * refused with `THREAD_OF_OTHER_ENGINE`, instead of being begun anew. Read once for each thread. Default: nobody looks.
   */
  readonly elsewhere?: BaseCheckpointSaver | undefined;
  /** Milliseconds for which the events of a run that is over can be read. Default: a day. */
  readonly eventsRetentionMs?: number | undefined;
}

/** A swarm as what an endpoint serves. */
export interface DurableSwarm {
  /** The name by which callers find it: see `SwarmThreads`. */
  readonly service: string;
  /** Its objects: the threads, and the logs of their runs. */
  readonly services: readonly VirtualObjectDefinition<string, unknown>[];
}

const DAY_MS = 86_400_000;

/**
 * A swarm as virtual objects of Restate: one object for each thread, so that a thread has one writer whatever happens, and
 * one for the events of each run. Serve them with `serveSwarms`, or beside services of your own with the SDK's `serve`.
 *
 * @throws RestateSwarmError `SWARM_NOT_DURABLE` for an agent that is a graph; `SwarmDefinitionError`.
 * @example
 * <!-- not run: it needs a Restate server -->
 * ```ts
 * import { durableSwarm, serveSwarms } from "@swarmgraph/durable-restate";
 * import { SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({
 *   name: "support",
 *   entry: "triage",
 *   agents: { triage: { model: scriptedModel().say("Hello!").repeat() } },
 * });
 * const worker = await serveSwarms([durableSwarm(swarm, { ingress: "http://127.0.0.1:8080" })], { port: 9080 });
 * worker.url; // "http://127.0.0.1:9080", to be registered with the server
 * await worker.close();
 * ```
 */
export function durableSwarm<A extends Agents>(swarm: SwarmAgent<A>, options: DurableOptions = {}): DurableSwarm {
  const { definition } = swarm;
  for (const { name, spec } of definition.agents.values()) {
    if (spec.graph !== undefined && !isPerson(spec.graph)) throw notDurable(name);
  }
  const durable = new SwarmAgent({ ...definition.options, stepRunner: journalled } as SwarmOptions);
  const names = objectNames(options.service ?? serviceNameOf(definition.name));
  const { ingress, eventsRetentionMs = DAY_MS, stepTimeoutMs = 900_000, suspendAfterMs } = options;
  const runs = runLog(names.runs);
  const setup: RunSetup = {
    graph: durable.compile(),
    retry: options.retry ?? {},
    answerTimeoutMs: options.answerTimeoutMs,
    owner: { service: names.threads, elsewhere: options.elsewhere },
    post:
      ingress === undefined
        ? undefined
        : (runId) => postTo(`${baseOf(ingress)}/${names.runs}/${encodeURIComponent(runId)}/append`),
  };
  const threads = object({
    name: names.threads,
    options: {
      abortTimeout: stepTimeoutMs,
      ...(suspendAfterMs !== undefined && { inactivityTimeout: suspendAfterMs }),
      retryPolicy: UNTIL_BACK,
      onJournalMismatchErrors: "pause",
    },
    handlers: {
      run: async (context: ObjectContext<ThreadState>, request: RunRequest): Promise<RunReply> => {
        await admitted(context, request, setup);
        try {
          return await runTurn(context, request, setup);
        } finally {
          const later = rpc.sendOpts({ delay: eventsRetentionMs });
          if (ingress !== undefined) context.objectSendClient(runs, request.runId).forget(later);
        }
      },
      show: handlers.object.shared(async (context: ObjectSharedContext<ThreadState>): Promise<ThreadReply> => {
        const [run, begun, thread] = [await context.get("run"), await context.get("runs"), await context.get("thread")];
        return { run, runs: begun ?? 0, thread };
      }),
      stop: handlers.object.shared(
        async (context: ObjectSharedContext<ThreadState>, request: StopRequest): Promise<boolean> => {
          const { mode, runId, invocationId } = request;
          const run = await context.get("run");
          if (run !== null && (runId === undefined || run.runId === runId)) {
            context.invocation(InvocationIdParser.fromString(run.invocationId)).signal("stop").resolve({ mode });
            return true;
          }
          if (invocationId === undefined) return false;
          context.cancel(InvocationIdParser.fromString(invocationId));
          return true;
        },
      ),
      forget: async (context: ObjectContext<ThreadState>): Promise<void> => {
        context.clearAll();
      },
    },
  });
  return { service: names.threads, services: [threads, runs] };
}

const PERSON = Object.getOwnPropertySymbols(human({ name: "" }).graph as object)[0];

function isPerson(graph: object): boolean {
  return PERSON !== undefined && PERSON in graph;
}

function notDurable(agent: string): RestateSwarmError {
  return new RestateSwarmError(
    "SWARM_NOT_DURABLE",
    `agent "${agent}" is a graph, whose model calls are no steps and would be made again after each crash. Give the agent a model and tools, or make the graph a tool.`,
  );
}

function postTo(url: string): Post {
  return async (told) => {
    const { status } = await call({ url, method: "POST", body: told });
    if (status >= 300) throw new Error(`the log of a run answered ${status}`);
  };
}
