import type { Attributes, Meter, Tracer } from "@opentelemetry/api";

/** Which model an agent asks. */
export interface ModelIdentity {
  /** `gen_ai.request.model`, e.g. `"gpt-4o-mini"`. */
  readonly name?: string | undefined;
  /** `gen_ai.provider.name`, e.g. `"openai"`. */
  readonly provider?: string | undefined;
}

/** How a run is told to OpenTelemetry. */
export interface TelemetryOptions {
  /** Also set OpenInference's attributes, which Phoenix reads. Default: false. */
  readonly openInference?: boolean | undefined;
  /**
   * Also record what was said: messages, arguments and results of tools, payloads and reasons of handoffs, messages of
   * errors. Default: false, and none of it goes out.
   */
  readonly captureContent?: boolean | undefined;
  /** Put on every span of a run. */
  readonly attributes?: Attributes | undefined;
  /** Events do not say which model an agent asks; this does. {@link traced} reads it from the swarm. */
  readonly modelOf?: ((agent: string) => ModelIdentity | undefined) | undefined;
}

/** How a run is told, and to whom. */
export interface OtelOptions extends TelemetryOptions {
  /** Default: a tracer of the SDK that is registered globally. */
  readonly tracer?: Tracer | undefined;
  /** Default: a meter of the SDK that is registered globally. */
  readonly meter?: Meter | undefined;
}
