import type { RunnableConfig } from "@langchain/core/runnables";
import type { SwarmDefinition } from "../define/definition.ts";
import type { Diagnostic } from "../errors.ts";
import type { SwarmEvent } from "./events.ts";
import { Flattened } from "./flattened.ts";
import type { Granularity } from "./granularity.ts";
import type { SwarmHooks } from "./hooks.ts";
import type { EventSink } from "./publish.ts";
import { RunEvents } from "./run-events.ts";
import type { ChunkQueue, TOLD_CHUNKS } from "./run-signal.ts";

/** The part of a compiled swarm that its events come from; every `SwarmGraph` fits. */
export interface EventSource {
  readonly definition?: SwarmDefinition;
  readonly checkpointer?: unknown;
  readonly outputChannels?: unknown;
  /** LangGraph's: the chunks of a run. */
  stream(input: never, options?: never): Promise<AsyncIterable<unknown>>;
  /** A swarm's own way to the same chunks, where there is one for a run. */
  [TOLD_CHUNKS]?(input: never, options: never): ChunkQueue | undefined | Promise<ChunkQueue | undefined>;
  /** LangGraph's: the end state of a run. */
  invoke(input: never, options?: never): Promise<unknown>;
}

/** A run's config as LangGraph takes it (`configurable`, `context`, `signal`, `callbacks`, ...), and how it is told. */
export interface SwarmEventsConfig extends Omit<RunnableConfig, "runId"> {
  /** What functions and tools of the run see as `context`. */
  readonly context?: unknown;
  /** Default `"tokens"`. */
  readonly granularity?: Granularity | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Default: a random one. */
  readonly runId?: string | undefined;
  /** Functions that run at the places of a run, and may change its input and result. Default: none. */
  readonly hooks?: readonly SwarmHooks[] | undefined;
  /** Who gets each event beside the loop. */
  readonly publish?: readonly EventSink[] | undefined;
  /** Also tell each model call with its whole prompt, as a cassette needs it. Default: false. */
  readonly modelCalls?: boolean | undefined;
  /** What hooks and sinks did wrong. Default: the swarm's own `onDiagnostic`. */
  readonly onDiagnostic?: ((diagnostic: Diagnostic) => void) | undefined;
}

/** A run as its events: read them once, in a `for await` loop. */
export interface SwarmRun<R> extends AsyncIterable<SwarmEvent> {
  readonly runId: string;
  /** The swarm, where the graph knows it. */
  readonly definition: SwarmDefinition | undefined;
  /**
   * The end state, as `invoke` gives it. Settles as the events are read; asked for before the loop has begun, it reads them
   * itself. Rejects with what the run failed with.
   */
  readonly result: Promise<R>;
  /** The events, once; leaving the loop aborts the run. */
  [Symbol.asyncIterator](): AsyncGenerator<SwarmEvent, void>;
}

/**
 * Runs a turn and tells it as one stream of events: numbered, in order, each beginning with its end, and the same end state
 * as `invoke`. The run begins with the loop. A failed run is told as `run.error`, then the loop throws the error. Leaving the
 * loop aborts the run and frees its thread; `config.signal` does so from outside.
 *
 * Nothing is read ahead: what a node says becomes events when they are asked for. What waits meanwhile is of this one run,
 * so at most what `limits.maxTurns` model calls come to.
 *
 * @throws from the loop: what `invoke` throws.
 * @example
 * ```ts
 * import { SwarmAgent, swarmEvents } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({
 *   entry: "triage",
 *   agents: {
 *     triage: { model: scriptedModel().handoff("billing"), canHandoffTo: ["billing"] },
 *     billing: { model: scriptedModel().say("You will get your money back.") },
 *   },
 * });
 * const run = swarmEvents(swarm.compile(), { messages: [{ role: "user", content: "I was charged twice" }] });
 * const hops: string[] = [];
 * for await (const event of run) if (event.type === "handoff.done") hops.push(event.to);
 * hops; // ["billing"]
 * (await run.result).activeAgent; // "billing"
 * ```
 */
export function swarmEvents<G extends EventSource>(
  graph: G,
  input: Parameters<G["invoke"]>[0],
  config: SwarmEventsConfig = {},
): SwarmRun<Awaited<ReturnType<G["invoke"]>>> {
  return new Run<Awaited<ReturnType<G["invoke"]>>>(graph, input, config);
}

class Run<R> implements SwarmRun<R> {
  readonly runId: string;
  readonly definition: SwarmDefinition | undefined;
  readonly #events: RunEvents<R>;
  #isRead = false;

  constructor(graph: EventSource, input: unknown, config: SwarmEventsConfig) {
    this.runId = config.runId ?? globalThis.crypto.randomUUID();
    this.definition = graph.definition;
    this.#events = new RunEvents(graph, input, config, this.runId);
  }

  get result(): Promise<R> {
    if (!this.#isRead) void this.#drain();
    return this.#events.result;
  }

  [Symbol.asyncIterator](): AsyncGenerator<SwarmEvent, void> {
    if (this.#isRead) {
      throw new Error(
        "the events of a run are read once: keep them in an array, or start another run with swarmEvents()",
      );
    }
    this.#isRead = true;
    const events = new Flattened(this.#events);
    const leave = events.return.bind(events);
    events.return = () => {
      this.#events.abandon();
      return leave();
    };
    return events;
  }

  /** Reads all events for whoever wants the result alone, which also has what the run fails with. */
  async #drain(): Promise<void> {
    try {
      for await (const _event of this) continue;
    } catch {
      return;
    }
  }
}
