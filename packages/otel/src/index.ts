/**
 * Runs as OpenTelemetry spans and metrics.
 *
 * @module @swarmgraph/otel
 */
export type { ModelIdentity, OtelOptions, TelemetryOptions } from "./options.ts";
export { otelMapper } from "./otel-mapper.ts";
export { otelSink } from "./otel-sink.ts";
export { telemetryMapper } from "./telemetry-mapper.ts";
export type { Telemetry, TelemetryError, TelemetryLink } from "./telemetry.ts";
export { traced } from "./traced.ts";
export type { TracedSwarm } from "./traced.ts";
