import type { Context } from "@opentelemetry/api";
import type { EventMapper, SwarmEvent } from "swarmgraph";
import { metricWriter } from "./metric-writer.ts";
import type { OtelOptions } from "./options.ts";
import { findSdk } from "./sdk.ts";
import type { Sdk } from "./sdk.ts";
import { SpanWriter } from "./span-writer.ts";
import { telemetryMapper } from "./telemetry-mapper.ts";
import type { Telemetry } from "./telemetry.ts";

/**
 * Tells a run's events to OpenTelemetry, with the events' own times: a live run's, or those of a recording. It maps to
 * nothing, since what comes of the events goes to the SDK. Call `end()` also where reading was given up: it ends every span.
 *
 * The span of the run hangs under the one that is active when `run.started` comes.
 *
 * @example
 * ```ts
 * import { otelMapper } from "@swarmgraph/otel";
 * import { mapEvents } from "swarmgraph";
 * import type { SwarmEvent } from "swarmgraph";
 *
 * const recorded: SwarmEvent[] = [];
 * mapEvents(recorded, otelMapper()); // []
 * ```
 */
export function otelMapper(options: OtelOptions = {}): EventMapper<never> {
  return new OtelWriter(findSdk(options), options);
}

/** See {@link otelMapper}; it also knows which context a run's own work belongs in. */
export class OtelWriter implements EventMapper<never> {
  readonly #mapper: EventMapper<Telemetry> | undefined;
  readonly #spans: SpanWriter | undefined;
  readonly #measure: ReturnType<typeof metricWriter> | undefined;

  constructor(sdk: Sdk | undefined, options: OtelOptions) {
    if (sdk === undefined) return;
    this.#mapper = telemetryMapper(options);
    if (sdk.tracer !== undefined) this.#spans = new SpanWriter(sdk.tracer);
    if (sdk.meter !== undefined) this.#measure = metricWriter(sdk.meter);
  }

  /** The context in which the run's span is active. */
  get root(): Context | undefined {
    return this.#spans?.root;
  }

  push(event: SwarmEvent): readonly never[] {
    return this.#write(this.#mapper?.push(event));
  }

  end(): readonly never[] {
    return this.#write(this.#mapper?.end());
  }

  #write(items: readonly Telemetry[] = []): readonly never[] {
    for (const item of items) {
      if (item.kind === "measure") this.#measure?.(item);
      else this.#spans?.write(item);
    }
    return [];
  }
}
