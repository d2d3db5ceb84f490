import type { Awaitable } from "../types.ts";
import type { SwarmEvent } from "./events.ts";

/** Takes each event of a run. May be slow and may throw: the run goes on. */
export type EventSink = (event: SwarmEvent) => Awaitable<void>;

/** Events that may wait for a slow sink; what comes then is left out for it. */
const MAX_WAITING = 1000;

/** Hands events to several sinks, to each in order, without waiting for any. */
export class Publisher {
  readonly #sinks: readonly Outlet[];

  constructor(sinks: readonly EventSink[], report: (code: "SINK_FAILED" | "SINK_SLOW", error?: unknown) => void) {
    this.#sinks = sinks.map((sink) => new Outlet(sink, report));
  }

  publish(event: SwarmEvent): void {
    for (const sink of this.#sinks) sink.push(event);
  }
}

class Outlet {
  readonly #sink: EventSink;
  readonly #report: (code: "SINK_FAILED" | "SINK_SLOW", error?: unknown) => void;
  readonly #waiting: SwarmEvent[] = [];
  #isBusy = false;
  #isLate = false;

  constructor(sink: EventSink, report: (code: "SINK_FAILED" | "SINK_SLOW", error?: unknown) => void) {
    this.#sink = sink;
    this.#report = report;
  }

  push(event: SwarmEvent): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(event);
    else if (!this.#isLate) {
      this.#isLate = true;
      this.#report("SINK_SLOW");
    }
    this.#next();
  }

  /** Goes on at once as long as the sink answers at once, so that a plain function sees each event as it happens. */
  #next(): void {
    while (!this.#isBusy) {
      const event = this.#waiting.shift();
      if (event === undefined) return;
      try {
        const pending = this.#sink(event);
        if (pending === undefined) continue;
        this.#isBusy = true;
        pending
          .catch((error: unknown) => this.#report("SINK_FAILED", error))
          .finally(() => {
            this.#isBusy = false;
            this.#next();
          });
      } catch (error) {
        this.#report("SINK_FAILED", error);
      }
    }
  }
}
