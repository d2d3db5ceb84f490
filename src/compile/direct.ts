import {
  GraphDrained,
  GraphRecursionError,
  INTERRUPT,
  isGraphBubbleUp,
  isGraphDrained,
  isGraphInterrupt,
} from "@langchain/langgraph";
import type { SwarmDefinition } from "../define/definition.ts";
import { END } from "../route/route-handoffs.ts";
import { onAbort } from "../run/abort.ts";
import type { NodeConfig } from "../run/runtime.ts";
import { withAmbient } from "./ambient.ts";
import { hopConfig, runConfig } from "./direct-config.ts";
import type { CallOptions, RunConfig } from "./direct-config.ts";
import { nodesOf } from "./speed-nodes.ts";
import type { SwarmNode } from "./speed-nodes.ts";
import { openState } from "./direct-state.ts";
import type { DirectState, StatefulGraph } from "./direct-state.ts";

/** The part of a compiled swarm that a direct run uses. */
export interface WalkableGraph extends StatefulGraph {
  readonly definition: SwarmDefinition;
  readonly config?: CallOptions | undefined;
}

/** The channels' values at the end of a run. */
export type Values = Record<string, unknown>;

/**
 * Runs a turn without entering LangGraph's engine: the same nodes, the same edges, the same channels, one node at a time.
 * Contract: only for runs that `canWalk` lets through, and then with the same outcome, errors and side effects as
 * `invoke`. Costs no checkpoint, no task and no stream; linear in hops.
 *
 * @returns the values of the output channels; with `__interrupt__` where a node stopped the run.
 * @throws what the nodes throw; GraphRecursionError; the signal's reason.
 */
export async function walkDirect(
  graph: WalkableGraph,
  input: object,
  options: CallOptions = {},
): Promise<Values | undefined> {
  const { signal } = options;
  const controller = new AbortController();
  if (signal === undefined) return await walk(graph, input, options, controller);
  if (signal.aborted) throw reasonOf(signal);
  let release: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    release = onAbort(signal, () => {
      controller.abort(signal.reason);
      reject(reasonOf(signal));
    });
  });
  try {
    return await Promise.race([walk(graph, input, options, controller), aborted]);
  } finally {
    release?.();
  }
}

/** As what LangChain rejects when a signal fires. */
function reasonOf({ reason }: AbortSignal): Error {
  if (reason instanceof Error) return reason;
  return new Error(typeof reason === "string" ? reason : "Aborted");
}

async function walk(
  graph: WalkableGraph,
  input: object,
  options: CallOptions,
  controller: AbortController,
): Promise<Values | undefined> {
  const run = runConfig(graph, options, controller.signal);
  // One ambient config for all nodes, changed from node to node: entering LangChain's storage costs more than a hop.
  const ambient = { ...run };
  const state = openState(graph);
  try {
    await withAmbient(ambient, () => turn(graph, input, { run, state, ambient }));
    return state.output();
  } catch (error) {
    if (isGraphBubbleUp(error) && !isGraphDrained(error)) return stopped(state, error);
    // Whatever the node has left running learns of it, as under the engine.
    controller.abort();
    throw error;
  }
}

interface Walk {
  readonly run: RunConfig;
  readonly state: DirectState;
  readonly ambient: object;
}

async function turn(graph: WalkableGraph, input: object, { run, state, ambient }: Walk): Promise<void> {
  const { nodes, start, schemas } = nodesOf(graph.definition);
  const given = Object.entries(input).filter(([channel]) => Object.hasOwn(schemas.input, channel));
  state.apply(Object.fromEntries(given));
  let next = start(state.read());
  for (let step = 1; next !== END; step += 1) {
    const node = nodes.get(next) as SwarmNode;
    const values = state.read();
    const config: NodeConfig = hopConfig(run, { node: next, step, state: values });
    Object.assign(ambient, config);
    state.apply(await node.run(values, config));
    run.signal?.throwIfAborted();
    next = node.edge(state.read());
    // A thread may have been left by an agent that nobody hands off to any more.
    if (!node.ends.has(next)) throw new Error("Branch condition returned unknown or null destination");
    if (step + 1 > run.recursionLimit) throw outOfSteps(run.recursionLimit);
    if (next !== END && run.control.drainRequested) throw new GraphDrained(run.control.drainReason);
  }
}

/** What comes of a run that a node has stopped, where there is nobody to stop for: the state so far, and the question. */
function stopped(state: DirectState, error: unknown): Values | undefined {
  const values = state.output();
  return isGraphInterrupt(error) ? { ...values, [INTERRUPT]: error.interrupts } : values;
}

function outOfSteps(limit: number): GraphRecursionError {
  return new GraphRecursionError(
    `Recursion limit of ${limit} reached without hitting a stop condition. You can increase the limit by setting the "recursionLimit" config key.`,
    { lc_error_code: "GRAPH_RECURSION_LIMIT" },
  );
}
