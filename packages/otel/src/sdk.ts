import { ProxyTracerProvider, createNoopMeter, metrics, trace } from "@opentelemetry/api";
import type { Meter, Tracer } from "@opentelemetry/api";
import type { OtelOptions } from "./options.ts";

const SCOPE = "@swarmgraph/otel";

/** Who spans and values go to. */
export interface Sdk {
  readonly tracer: Tracer | undefined;
  readonly meter: Meter | undefined;
}

/** What is given or registered globally; nothing where all of it would be thrown away. */
export function findSdk({ tracer = globalTracer(), meter = globalMeter() }: OtelOptions): Sdk | undefined {
  return tracer === undefined && meter === undefined ? undefined : { tracer, meter };
}

function globalTracer(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  // Stands in for an SDK that may be registered later, and says so.
  return provider instanceof ProxyTracerProvider ? provider.getDelegateTracer(SCOPE) : provider.getTracer(SCOPE);
}

function globalMeter(): Meter | undefined {
  const meter = metrics.getMeter(SCOPE);
  return meter === createNoopMeter() ? undefined : meter;
}
