import type { RunnableConfig } from "@langchain/core/runnables";
import type { SwarmDefinition } from "../define/definition.ts";
import { toolNodeOf } from "../define/node-names.ts";
import type { Diagnostic } from "../errors.ts";
import { Envelopes } from "./envelope.ts";
import type { SwarmEvent } from "./events.ts";
import type { Granularity } from "./granularity.ts";
import { HookChain } from "./hooks.ts";
import type { SwarmHooks } from "./hooks.ts";
import { Publisher } from "./publish.ts";
import type { EventSink } from "./publish.ts";
import { RunReader } from "./read-run.ts";
import { reachedBy, runEnd, runError } from "./run-end.ts";
import { isResumed, textOfInput } from "./run-input.ts";
import { WATCH_KEY } from "./run-signal.ts";
import type { Watch } from "./run-signal.ts";

/** The part of a compiled swarm that its events come from; every `SwarmGraph` fits. */
export interface EventSource {
  readonly definition?: SwarmDefinition;
  readonly checkpointer?: unknown;
  readonly outputChannels?: unknown;
  /** LangGraph's: the chunks of a run. */
  stream(input: never, options?: never): Promise<AsyncIterable<unknown>>;
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
 * Nothing is read ahead: a chunk is taken from LangGraph's stream when its events are asked for. What waits meanwhile is what
 * LangGraph holds of this one run, so at most the chunks of `limits.maxTurns` model calls.
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

/** How LangGraph names a single tool call, which is a task within its node. */
const CALL = `${toolNodeOf("")}.call`;

class Run<R> implements SwarmRun<R> {
  readonly runId: string;
  readonly definition: SwarmDefinition | undefined;
  readonly #graph: EventSource;
  readonly #input: unknown;
  readonly #config: SwarmEventsConfig;
  readonly #granularity: Granularity;
  readonly #threadId: string | undefined;
  readonly #settled: Promise<R>;
  #resolve: (result: R) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #isRead = false;

  constructor(graph: EventSource, input: unknown, config: SwarmEventsConfig) {
    const threadId: unknown = config.configurable?.["thread_id"];
    this.runId = config.runId ?? globalThis.crypto.randomUUID();
    this.definition = graph.definition;
    this.#graph = graph;
    this.#input = input;
    this.#config = config;
    this.#granularity = config.granularity ?? "tokens";
    this.#threadId = typeof threadId === "string" ? threadId : undefined;
    this.#settled = new Promise<R>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Who reads the loop alone has the error from there.
    this.#settled.catch(() => undefined);
  }

  get result(): Promise<R> {
    if (!this.#isRead) void this.#drain();
    return this.#settled;
  }

  [Symbol.asyncIterator](): AsyncGenerator<SwarmEvent, void> {
    if (this.#isRead) {
      throw new Error(
        "the events of a run are read once: keep them in an array, or start another run with swarmEvents()",
      );
    }
    this.#isRead = true;
    const events = this.#read();
    const leave = events.return.bind(events);
    events.return = (value) => {
      this.#reject(leftError());
      return leave(value);
    };
    return events;
  }

  async #drain(): Promise<void> {
    try {
      for await (const _event of this) continue;
    } catch (error) {
      this.#reject(error);
    }
  }

  async *#read(): AsyncGenerator<SwarmEvent, void> {
    const { hooks: given = [], publish = [], now = Date.now } = this.#config;
    const definition = this.definition;
    const run = { runId: this.runId, threadId: this.#threadId, swarm: definition?.name ?? "swarm" };
    const hooks = new HookChain(given, run, (hook, error) => this.#report("HOOK_FAILED", `hooks.${hook}`, error));
    const publisher = new Publisher(publish, (code, error) => this.#report(code, "publish", error));
    const granularity = this.#granularity;
    const envelopes = new Envelopes({ ...run, granularity, now, publisher });
    const channels = this.#graph.outputChannels;
    const reader = new RunReader({ withDeltas: granularity === "tokens", definition, channels });
    const resumed = isResumed(this.#input);
    const said = textOfInput(this.#input);
    const seesUpdates = hooks.has("update");
    let isOver = false;
    try {
      const started = { type: "run.started" as const, swarm: run.swarm, resumed };
      yield* envelopes.seal([{ ...started, ...(said !== undefined && { input: said }) }], 0);
      const input = await hooks.call(resumed ? "resume" : "start", this.#input);
      for await (const chunk of await this.#graph.stream(input as never, this.#options() as never)) {
        const [mode, data] = chunk as readonly [unknown, unknown];
        for (const [node, values] of seesUpdates && mode === "updates" ? Object.entries(data as object) : []) {
          if (node !== "__interrupt__" && !node.endsWith(CALL)) await hooks.call("update", { node, values });
        }
        const drafts = reader.push(mode, data);
        for (const draft of drafts) if (draft.type === "state.checkpoint") await hooks.call("checkpoint", draft);
        // Not `yield*`: over an array that makes three promises of each event.
        for (const event of envelopes.seal(drafts, reader.turn)) yield event;
      }
      const reached = await hooks.call("end", reachedBy(reader));
      const last = runEnd(reader, reached);
      if (last.type === "run.interrupted") await hooks.call("interrupt", last);
      const ending = reader.end(reader.isInterrupted ? "stopped" : "done");
      isOver = true;
      this.#resolve(reached as R);
      yield* envelopes.seal([...ending, last], reader.turn);
    } catch (error) {
      isOver = true;
      await hooks.call("error", error);
      this.#reject(error);
      yield* envelopes.seal([...reader.end("failed"), runError(error)], reader.turn);
      throw error;
    } finally {
      // Who left hears no more; the sinks still do.
      if (!isOver) {
        await hooks.call("error", leftError());
        envelopes.seal([...reader.end("failed"), runError(leftError())], reader.turn);
      }
    }
  }

  #options(): Record<string, unknown> {
    const { granularity: _granularity, now: _now, runId: _runId, ...more } = this.#config;
    const { hooks: _hooks, publish: _publish, modelCalls, onDiagnostic: _report, ...config } = more;
    const saver: unknown = config.configurable?.["__pregel_checkpointer"] ?? this.#graph.checkpointer;
    const hasSaver = typeof saver === "object" && saver !== null && this.#threadId !== undefined;
    const watch: Watch = { models: modelCalls === true };
    return {
      ...config,
      configurable: { ...config.configurable, [WATCH_KEY]: watch },
      // As `invoke` has it: without what is private to the engine.
      ...(this.#graph.outputChannels !== undefined && { outputKeys: this.#graph.outputChannels }),
      streamMode: [
        "custom",
        "values",
        "updates",
        ...(this.#granularity === "tokens" ? ["messages"] : []),
        ...(hasSaver ? ["checkpoints"] : []),
      ],
    };
  }

  #report(code: string, path: string, error: unknown): void {
    const report = this.#config.onDiagnostic ?? this.definition?.options.onDiagnostic;
    const what =
      code === "SINK_SLOW" ? "a sink is so slow that events are left out for it" : `a function of ${path} threw`;
    const why = error === undefined ? "" : `: ${error instanceof Error ? error.message : String(error)}`;
    report?.({ code, severity: "warning", path, message: `${what}${why}.`, hint: "The run goes on without it." });
  }
}

function leftError(): DOMException {
  return new DOMException("the events of the run were left", "AbortError");
}
