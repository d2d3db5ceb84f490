import type { Attributes } from "@opentelemetry/api";
import type { METRICS } from "./semconv.ts";

/** A span that is linked to, and what is said of the link. */
export interface TelemetryLink {
  readonly span: string;
  readonly attributes: Attributes;
}

/**
 * What a run's events become, as plain data: spans begin and end, have things happen to them, and values are counted. `span` is
 * a name for it within its run, `time` milliseconds since 1970. Every `start` has one `end` of the same span; links are
 * to spans that began before.
 */
export type Telemetry =
  | {
      readonly kind: "start";
      readonly span: string;
      /** Absent for the span of the run. */
      readonly parent?: string;
      readonly name: string;
      readonly time: number;
      readonly isClient: boolean;
      readonly attributes: Attributes;
      readonly links: readonly TelemetryLink[];
    }
  | {
      readonly kind: "event";
      readonly span: string;
      readonly name: string;
      readonly time: number;
      readonly attributes: Attributes;
    }
  | {
      readonly kind: "end";
      readonly span: string;
      readonly time: number;
      /** A better name than at the start. */
      readonly name?: string;
      readonly attributes: Attributes;
      readonly error?: TelemetryError;
    }
  | {
      readonly kind: "measure";
      readonly metric: keyof typeof METRICS;
      readonly value: number;
      readonly attributes: Attributes;
    };

/** A failure: its code, and its message only where contents are captured. */
export interface TelemetryError {
  readonly type: string;
  readonly message?: string;
}
