import { context } from "@opentelemetry/api";
import { swarmEvents } from "swarmgraph";
import type { EventSource, SwarmEvent, SwarmEventsConfig, SwarmRun } from "swarmgraph";
import { modelsOf } from "./models-of.ts";
import type { OtelOptions } from "./options.ts";
import { OtelWriter } from "./otel-mapper.ts";
import { findSdk } from "./sdk.ts";

/** A compiled swarm whose runs OpenTelemetry gets. */
export interface TracedSwarm<G extends EventSource> {
  /** As the graph's own `invoke`. */
  invoke(input: Parameters<G["invoke"]>[0], config?: SwarmEventsConfig): Promise<Awaited<ReturnType<G["invoke"]>>>;
  /** As `swarmEvents(graph, input, config)`. */
  events(input: Parameters<G["invoke"]>[0], config?: SwarmEventsConfig): SwarmRun<Awaited<ReturnType<G["invoke"]>>>;
}

/**
 * A compiled swarm's runs, traced: spans and metrics go to the SDK that is given or registered globally, and what runs within
 * a run sees its span as the active one, so that the spans of HTTP clients and databases hang under it. An SDK may be
 * registered later. Without one, `invoke` is the graph's own and `events` is `swarmEvents`, with nothing in between.
 *
 * @example
 * ```ts
 * import { traced } from "@swarmgraph/otel";
 * import { SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const model = scriptedModel().say("Hello!");
 * const swarm = traced(new SwarmAgent({ entry: "host", agents: { host: { model } } }).compile());
 * const { activeAgent } = await swarm.invoke({ messages: [{ role: "user", content: "Hi" }] });
 * activeAgent; // "host"
 * ```
 */
export function traced<G extends EventSource>(graph: G, options: OtelOptions = {}): TracedSwarm<G> {
  type Result = Awaited<ReturnType<G["invoke"]>>;
  const own = { ...options, modelOf: options.modelOf ?? modelsOf(graph.definition) };
  const begin = (input: Parameters<G["invoke"]>[0], config: SwarmEventsConfig): SwarmRun<Result> | undefined => {
    const sdk = findSdk(options);
    if (sdk === undefined) return undefined;
    const writer = new OtelWriter(sdk, own);
    const publish = [...(config.publish ?? []), (event: SwarmEvent) => void writer.push(event)];
    return new TracedRun(swarmEvents(graph, input, { ...config, publish }), writer);
  };
  return {
    async invoke(input, config = {}): Promise<Result> {
      const isPlain = config.hooks === undefined && config.publish === undefined;
      if (isPlain && findSdk(options) === undefined) return (await graph.invoke(input, config as never)) as Result;
      // Nobody else hears these events, so the prompts in them go nowhere.
      const told = isPlain ? { ...config, granularity: "messages" as const, modelCalls: true } : config;
      return (await (begin(input, told) ?? swarmEvents(graph, input, config)).result) as Result;
    },
    events: (input, config = {}) => begin(input, config) ?? swarmEvents(graph, input, config),
  };
}

/** A run whose every step is taken in the context of its span. */
class TracedRun<R> implements SwarmRun<R> {
  readonly #run: SwarmRun<R>;
  readonly #writer: OtelWriter;
  #isRead = false;

  constructor(run: SwarmRun<R>, writer: OtelWriter) {
    this.#run = run;
    this.#writer = writer;
  }

  get runId() {
    return this.#run.runId;
  }

  get definition() {
    return this.#run.definition;
  }

  get result(): Promise<R> {
    if (!this.#isRead) void this.#drain();
    return this.#run.result;
  }

  [Symbol.asyncIterator](): AsyncGenerator<SwarmEvent, void> {
    const events = this.#run[Symbol.asyncIterator]();
    this.#isRead = true;
    for (const step of ["next", "return", "throw"] as const) {
      const take = events[step].bind(events) as (given?: unknown) => Promise<IteratorResult<SwarmEvent, void>>;
      events[step] = (given?: unknown) => context.with(this.#writer.root ?? context.active(), () => take(given));
    }
    return events;
  }

  async #drain(): Promise<void> {
    try {
      for await (const _event of this) continue;
    } catch {
      // It is what the result rejects with.
    }
  }
}
