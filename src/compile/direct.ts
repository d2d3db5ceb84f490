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
import { following, onAbort } from "../run/abort.ts";
import { keepTimers } from "../run/call-timers.ts";
import { beginQuietly } from "../run/quiet-store.ts";
import type { NodeConfig, Writer } from "../run/runtime.ts";
import { withAmbient } from "./ambient.ts";
import { hopConfig, idsOfRun, runConfig } from "./direct-config.ts";
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

/** What a node has given, before its edge has been asked. */
export interface Given {
  readonly node: string;
  readonly update: unknown;
  readonly state: DirectState;
}

/** Who follows a direct run step by step; a run that nobody follows does nothing for it. */
export interface Follower {
  /** What nodes get as `config.writer`. Default: one that nobody listens to. */
  readonly writer?: Writer | undefined;
  /** The input is in the state. */
  entered(state: DirectState, channels: readonly string[]): void;
  /**
   * A node is done. Contract: calls `settle` once, which applies the update and asks the edge, and gives back or throws
   * what it does.
   */
  left(given: Given, settle: () => string): string;
  /** A node has stopped the run to ask something. */
  stopped(interrupts: readonly unknown[]): void;
}

/** What a direct run may be told. */
export type WalkOptions = CallOptions & { readonly follower?: Follower | undefined };

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
  options: WalkOptions = {},
): Promise<Values | undefined> {
  const { signal } = options;
  const controller = new AbortController();
  // Each call within waits for this signal: as long as somebody does, that costs no listener.
  onAbort(controller.signal, () => undefined);
  const run = () => walk(graph, input, options, controller);
  return await (signal === undefined ? run() : following(signal, controller, run));
}

async function walk(
  graph: WalkableGraph,
  input: object,
  options: WalkOptions,
  controller: AbortController,
): Promise<Values | undefined> {
  const { follower } = options;
  const run = runConfig(graph, options, { signal: controller.signal, writer: follower?.writer });
  // One ambient config for all nodes, changed from node to node: entering LangChain's storage costs more than a hop.
  const ambient = { ...run };
  const state = openState(graph);
  const release = keepTimers(controller.signal);
  try {
    await withAmbient(ambient, () => turn(graph, input, { run, state, ambient, follower }));
    return state.output();
  } catch (error) {
    if (isGraphInterrupt(error)) follower?.stopped(error.interrupts);
    if (isGraphBubbleUp(error) && !isGraphDrained(error)) return stopped(state, error);
    // Whatever the node has left running learns of it, as under the engine.
    controller.abort();
    throw error;
  } finally {
    release();
  }
}

interface Walk {
  readonly run: RunConfig;
  readonly state: DirectState;
  readonly ambient: object;
  readonly follower: Follower | undefined;
}

async function turn(graph: WalkableGraph, input: object, walk: Walk): Promise<void> {
  const { run, state, ambient, follower } = walk;
  beginQuietly();
  const { nodes, start, schemas } = nodesOf(graph.definition);
  const given = Object.entries(input).filter(([channel]) => Object.hasOwn(schemas.input, channel));
  state.apply(Object.fromEntries(given));
  follower?.entered(
    state,
    given.map(([channel]) => channel),
  );
  const newId = idsOfRun();
  let next = start(state.read());
  for (let step = 1; next !== END; step += 1) {
    const node = nodes.get(next) as SwarmNode;
    const values = state.read();
    const config: NodeConfig = hopConfig(run, { node: next, step, state: values, newId });
    Object.assign(ambient, config);
    const update = await node.run(values, config);
    next =
      follower === undefined
        ? settle(node, update, walk)
        : follower.left({ node: next, update, state }, () => settle(node, update, walk));
    if (step + 1 > run.recursionLimit) throw outOfSteps(run.recursionLimit);
    if (next !== END && run.control.drainRequested) throw new GraphDrained(run.control.drainReason);
  }
}

/** Applies what a node has given, and says where it leads. */
function settle({ edge, ends }: SwarmNode, update: unknown, { run, state }: Walk): string {
  state.apply(update);
  run.signal?.throwIfAborted();
  const next = edge(state.read());
  // A thread may have been left by an agent that nobody hands off to any more.
  if (!ends.has(next)) throw new Error("Branch condition returned unknown or null destination");
  return next;
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
