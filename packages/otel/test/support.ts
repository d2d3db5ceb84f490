import { context, metrics, trace } from "@opentelemetry/api";
import type { Attributes } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { ReadableSpan, Sampler, SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { SwarmEvent } from "swarmgraph";

/** An SDK that keeps what it gets in memory. */
export function inMemory(options: { readonly sampler?: Sampler; readonly exporter?: SpanExporter } = {}) {
  const exporter = new InMemorySpanExporter();
  const begun: string[] = [];
  const provider = new BasicTracerProvider({
    ...(options.sampler !== undefined && { sampler: options.sampler }),
    spanProcessors: [
      new SimpleSpanProcessor(options.exporter ?? exporter),
      {
        onStart: ({ name }) => void begun.push(name),
        onEnd: () => undefined,
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 2 ** 30 });
  const meters = new MeterProvider({ readers: [reader] });
  return {
    provider,
    meters,
    begun,
    tracer: provider.getTracer("test"),
    meter: meters.getMeter("test"),
    spans: () => exporter.getFinishedSpans(),
    async points() {
      await meters.forceFlush();
      const found =
        metricExporter
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
      return found.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => ({
          metric: descriptor.name,
          unit: descriptor.unit,
          attributes,
          value,
        })),
      );
    },
    async close() {
      await meters.shutdown();
      await provider.shutdown();
    },
  };
}

/** Registers an SDK globally, with contexts that follow promises; gives back what undoes it. */
export function register({ provider, meters }: ReturnType<typeof inMemory>): () => void {
  trace.setGlobalTracerProvider(provider);
  metrics.setGlobalMeterProvider(meters);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return () => {
    trace.disable();
    metrics.disable();
    context.disable();
  };
}

/** Spans as an indented tree, in the order in which they began. */
export function tree(spans: readonly ReadableSpan[], under?: string, depth = 0): string[] {
  const isRoot = ({ parentSpanContext: parent }: ReadableSpan) =>
    under === undefined
      ? !spans.some((span) => span.spanContext().spanId === parent?.spanId)
      : parent?.spanId === under;
  return spans
    .filter(isRoot)
    .toSorted((a, b) => millis(a) - millis(b))
    .flatMap((span) => [`${"  ".repeat(depth)}${span.name}`, ...tree(spans, span.spanContext().spanId, depth + 1)]);
}

/** The one span of a name. */
export function spanOf(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const found = spans.filter((span) => span.name === name);
  if (found.length !== 1) throw new Error(`${found.length} spans are called ${name}`);
  return found[0] as ReadableSpan;
}

/** When a span began, in milliseconds since 1970. */
export function millis({ startTime: [seconds, nanos] }: Pick<ReadableSpan, "startTime">): number {
  return seconds * 1000 + nanos / 1e6;
}

/** When a span ended. */
export function endOf({ endTime }: ReadableSpan): number {
  return millis({ startTime: endTime });
}

/** Attributes whose names begin with a text. */
export function withPrefix(attributes: Attributes, prefix: string): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name.startsWith(prefix)));
}

/** All events of a run. */
export async function eventsOf(run: AsyncIterable<SwarmEvent>): Promise<SwarmEvent[]> {
  const events: SwarmEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}
