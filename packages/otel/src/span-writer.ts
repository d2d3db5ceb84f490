import { SpanKind, SpanStatusCode, context, isSpanContextValid, trace } from "@opentelemetry/api";
import type { Context, HrTime, Span, SpanContext, Tracer } from "@opentelemetry/api";
import type { Telemetry } from "./telemetry.ts";

/** Starts and ends the spans of one run after another. Of a run that is not sampled it keeps no span. */
export class SpanWriter {
  readonly #tracer: Tracer;
  readonly #open = new Map<string, Span>();
  /** Also of spans that have ended: what comes later may link to them. */
  readonly #known = new Map<string, SpanContext>();
  #root: Context | undefined;
  #rootKey: string | undefined;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** The context in which the run's span is active, as long as there is one. */
  get root(): Context | undefined {
    return this.#root;
  }

  write(item: Exclude<Telemetry, { kind: "measure" }>): void {
    if (item.kind === "start") this.#start(item);
    else if (item.kind === "end") this.#end(item);
    else this.#open.get(item.span)?.addEvent(item.name, item.attributes, hrTime(item.time));
  }

  #start({ span: key, parent, name, time, isClient, attributes, links }: Telemetry & { kind: "start" }): void {
    const above = parent === undefined ? undefined : this.#open.get(parent);
    if (parent !== undefined && above === undefined) return;
    const outer = context.active();
    const span = this.#tracer.startSpan(
      name,
      {
        kind: isClient ? SpanKind.CLIENT : SpanKind.INTERNAL,
        startTime: hrTime(time),
        attributes,
        links: links.flatMap((link) => {
          const known = this.#known.get(link.span);
          return known === undefined ? [] : [{ context: known, attributes: link.attributes }];
        }),
      },
      above === undefined ? outer : trace.setSpan(outer, above),
    );
    const spanContext = span.spanContext();
    if (parent === undefined) {
      this.#rootKey = key;
      // What runs within a run that is not sampled is not to be sampled either.
      this.#root = isSpanContextValid(spanContext) ? trace.setSpan(outer, span) : undefined;
    }
    if (!span.isRecording()) return;
    this.#open.set(key, span);
    this.#known.set(key, spanContext);
  }

  #end({ span: key, name, time, attributes, error }: Telemetry & { kind: "end" }): void {
    const span = this.#open.get(key);
    this.#open.delete(key);
    if (span !== undefined) {
      if (name !== undefined) span.updateName(name);
      span.setAttributes(attributes);
      if (error !== undefined) {
        const { type, message } = error;
        span.addEvent(
          "exception",
          { "exception.type": type, ...(message !== undefined && { "exception.message": message }) },
          hrTime(time),
        );
        span.setStatus({ code: SpanStatusCode.ERROR, message: type });
      }
      span.end(hrTime(time));
    }
    if (key !== this.#rootKey) return;
    this.#root = undefined;
    this.#known.clear();
  }
}

/** A small number would be taken for one since the process began. */
function hrTime(time: number): HrTime {
  const seconds = Math.floor(time / 1000);
  return [seconds, Math.round((time - seconds * 1000) * 1e6)];
}
