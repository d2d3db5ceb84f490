import type { EventSink, SwarmEvent } from "swarmgraph";
import type { OtelOptions } from "./options.ts";
import { OtelWriter } from "./otel-mapper.ts";
import { findSdk } from "./sdk.ts";

/**
 * A sink for `swarmEvents(graph, input, { publish: [otelSink()] })` that tells runs to OpenTelemetry. One sink serves any
 * number of runs, also at the same time, and hears a run to its end where whoever reads the events leaves early. Looks for an
 * SDK when a run begins; without one it keeps nothing and does nothing.
 *
 * @example
 * ```ts
 * import { otelSink } from "@swarmgraph/otel";
 * import { SwarmAgent, swarmEvents } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const model = scriptedModel().say("Hello!");
 * const graph = new SwarmAgent({ entry: "host", agents: { host: { model } } }).compile();
 * const run = swarmEvents(graph, { messages: [{ role: "user", content: "Hi" }] }, { publish: [otelSink()] });
 * (await run.result).activeAgent; // "host"
 * ```
 */
export function otelSink(options: OtelOptions = {}): EventSink {
  const writers = new Map<string, OtelWriter>();
  return (event) => {
    if (event.type === "run.started") begin(event);
    writers.get(event.runId)?.push(event);
    if (isLast(event)) writers.delete(event.runId);
  };
  function begin({ runId }: SwarmEvent): void {
    const sdk = findSdk(options);
    if (sdk === undefined) return;
    writers.get(runId)?.end();
    writers.set(runId, new OtelWriter(sdk, options));
  }
}

function isLast({ type }: SwarmEvent): boolean {
  return type === "run.done" || type === "run.interrupted" || type === "run.error";
}
