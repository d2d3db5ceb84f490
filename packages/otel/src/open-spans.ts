import type { Attributes } from "@opentelemetry/api";
import { ERROR_TYPE } from "./semconv.ts";
import type { Telemetry, TelemetryError } from "./telemetry.ts";

type Start = Telemetry & { readonly kind: "start" };

interface OpenSpan {
  readonly start: Start;
  /** What its duration is told with. */
  readonly labels: Attributes;
}

/** Why spans failed that ended with a run whose own failure is not told. */
export const RUN_ENDED = "RUN_ENDED";

/** How a span ends. */
export interface Ending {
  readonly name?: string | undefined;
  readonly attributes?: Attributes | undefined;
  /** Further labels of its duration. */
  readonly labels?: Attributes | undefined;
  readonly error?: TelemetryError | undefined;
  /** It failed because the run did: with the run's code, which is told later, or else this one. */
  readonly endedWithRun?: string | undefined;
}

interface Closing extends Ending {
  readonly span: string;
  readonly time: number;
}

/**
 * The spans that have begun and not ended. One that is closed ends with the next event, since what comes right behind an
 * event may still be about its span: tokens, a handoff, or why the run failed.
 */
export class OpenSpans {
  readonly #open = new Map<string, OpenSpan>();
  #closing: Closing[] = [];

  /** The span that was closed last and has not ended. */
  get closing(): { readonly span: string; readonly time: number } | undefined {
    return this.#closing.at(-1);
  }

  open(start: Omit<Start, "kind" | "links"> & Partial<Pick<Start, "links">>, labels: Attributes): Telemetry[] {
    const left = this.#open.has(start.span) ? this.close(start.span, start.time).end() : [];
    const begun: Start = { kind: "start", links: [], ...start };
    this.#open.set(start.span, { start: begun, labels });
    return [...left, begun];
  }

  close(span: string, time: number, ending: Ending = {}): this {
    if (this.#open.has(span) && !this.#closing.some((one) => one.span === span))
      this.#closing.push({ span, time, ...ending });
    return this;
  }

  /** Adds to how the span ends that was closed last. */
  amend({ name, attributes, labels }: Ending): void {
    const last = this.#closing.pop();
    if (last === undefined) return;
    this.#closing.push({
      ...last,
      name: name ?? last.name,
      attributes: { ...last.attributes, ...attributes },
      labels: { ...last.labels, ...labels },
    });
  }

  /** Ends what is closed: what the run's failure ended, with its code. */
  end(runCode?: string): Telemetry[] {
    const closing = this.#closing;
    if (closing.length === 0) return [];
    this.#closing = [];
    return closing.flatMap((one) => this.#end(one, runCode));
  }

  /** Ends all, the last that began first. */
  endAll(time: number, code: string = RUN_ENDED): Telemetry[] {
    const ended = this.end(code);
    for (const span of [...this.#open.keys()].toReversed()) this.close(span, time, { endedWithRun: code });
    return [...ended, ...this.end()];
  }

  #end({ span, time, name, attributes = {}, labels, error, endedWithRun }: Closing, runCode?: string): Telemetry[] {
    const open = this.#open.get(span);
    if (open === undefined) return [];
    this.#open.delete(span);
    const failed = endedWithRun === undefined ? error : { ...error, type: runCode ?? endedWithRun };
    const type = failed === undefined ? {} : { [ERROR_TYPE]: failed.type };
    return [
      {
        kind: "end",
        span,
        time,
        ...(name !== undefined && { name }),
        attributes: { ...attributes, ...type },
        ...(failed !== undefined && { error: failed }),
      },
      {
        kind: "measure",
        metric: "duration",
        value: Math.max(0, time - open.start.time) / 1000,
        attributes: { ...open.labels, ...labels, ...type },
      },
    ];
  }
}
