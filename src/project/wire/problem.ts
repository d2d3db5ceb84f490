/** A rule that a provider enforces on requests; the letter is the API's. */
export type WireRule = `${"O" | "P" | "A" | "M" | "G" | "B"}${number}`;

/** One way in which a request breaks a provider's rule. */
export interface WireProblem {
  /** The rule, as `docs/wire.md` lists it. */
  readonly rule: WireRule;
  /** Where in the body, e.g. `messages[3].tool_calls[0].id`. */
  readonly path: string;
  /** What the provider itself says. */
  readonly message: string;
  /** The HTTP status of its answer. */
  readonly status: 400 | 422;
  /** The provider's error type, e.g. `invalid_request_error`. */
  readonly type: string;
  /** The provider's error code, where it gives one. */
  readonly code: string | null;
  /** The parameter that the provider names, where it names one. */
  readonly param: string | null;
}

/** Finds every rule that a request's body breaks, in the order of the body. Pure; takes any value and never throws. */
export type WireValidator = (body: unknown) => WireProblem[];

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A value as a JSON object; an empty one where it is none. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** A value as a list; an empty one where it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A value as a text; an empty one where it is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A value in an error's text: a text as it is, anything else as JSON. */
export function shownAs(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined");
}
