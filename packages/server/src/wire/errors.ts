import type { z } from "zod/v4";
import { isRecord } from "./chosen.ts";

/** Where in a request something is: `["body", "handoffs", 0]`. */
export type Location = readonly (string | number)[];

/** One problem of a request. */
export interface ErrorDetail {
  /** What is wrong, for programs: `missing`, `extra_forbidden`, `string_type`, `too_short`, ... */
  readonly type: string;
  readonly loc: Location;
  /** What is wrong, for people. */
  readonly msg: string;
  /** The offending value; left out where it is long. */
  readonly input?: unknown;
}

/** The body of every answer of status 400 and above. */
export interface MistralErrorBody {
  readonly object: "error";
  readonly message: string | { readonly detail: readonly ErrorDetail[] };
  readonly type: string;
  readonly param: null;
  readonly code: string;
  /** The same as `message.detail`, where Mistral's own client looks for it. */
  readonly detail?: readonly ErrorDetail[];
}

/** Options of {@link MistralError}. */
export interface MistralErrorOptions {
  /** The HTTP status. Default: 400. */
  readonly status?: number;
  /** What went wrong, for programs, e.g. `agent_not_found`. Default: `invalid_request`. */
  readonly code?: string;
  /** The problems, each at its place. Default: none. */
  readonly detail?: readonly ErrorDetail[];
  /** What went wrong underneath. */
  readonly cause?: unknown;
}

/**
 * A refusal in the shape of Mistral's: thrown by `Agents` and `Conversations`, written by the HTTP server.
 *
 * @example
 * ```ts
 * import { MistralError } from "@swarmgraph/server";
 *
 * const error = new MistralError("there is no agent ag_1", { status: 404, code: "agent_not_found" });
 * error.toBody(); // { object: "error", message: "there is no agent ag_1", type: "not_found_error", ... }
 * ```
 */
export class MistralError extends Error {
  override readonly name: string = "MistralError";
  /** The HTTP status. */
  readonly status: number;
  /** What went wrong. Stable: branch on it, never on the message. */
  readonly code: string;
  /** The problems of a request, each at its place. */
  readonly detail: readonly ErrorDetail[];

  constructor(message: string, options: MistralErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status ?? 400;
    this.code = options.code ?? "invalid_request";
    this.detail = options.detail ?? [];
  }

  /** The body on the wire. Holds neither the stack nor the cause. */
  toBody(): MistralErrorBody {
    const { detail } = this;
    return {
      object: "error",
      message: detail.length === 0 ? this.message : { detail },
      type: typeOf(this.status),
      param: null,
      code: this.code,
      ...(detail.length > 0 && { detail }),
    };
  }

  /** Narrows an unknown value, also across two copies of the package in one process. */
  static is(value: unknown): value is MistralError {
    return value instanceof Error && value.name === "MistralError" && "status" in value && "detail" in value;
  }
}

/** A refusal, with status 422, of a value at one place of the request. */
export function invalidField(
  loc: Location,
  msg: string,
  options: { type?: string; input?: unknown } = {},
): MistralError {
  return invalidRequest([{ type: options.type ?? "value_error", loc, msg, ...shown(options.input) }]);
}

/** A refusal, with status 422, that tells several problems at once. */
export function invalidRequest(detail: readonly ErrorDetail[]): MistralError {
  const message = detail.map(({ loc, msg }) => `${placeOf(loc)}: ${msg}`).join(" ");
  return new MistralError(message, { status: 422, code: "validation_error", detail });
}

/** A refusal, with status 404, e.g. `notFound("agent", "ag_1")`; with `loc` it names the field that holds the id. */
export function notFound(what: string, id: string, options: { loc?: Location } = {}): MistralError {
  const message = `There is no ${what} "${id.slice(0, 100)}".`;
  const code = `${what.replaceAll(" ", "_")}_not_found`;
  if (options.loc === undefined) return new MistralError(message, { status: 404, code });
  const detail = [{ type: code, loc: options.loc, msg: message, ...shown(id) }];
  return new MistralError(`${placeOf(options.loc)}: ${message}`, { status: 404, code, detail });
}

/**
 * Reads a value by a schema, and throws a {@link MistralError} with status 422 that names every field in trouble.
 *
 * @param loc Where the value is in the request. Default: `["body"]`.
 */
export function parseRequest<T>(schema: z.ZodType<T>, value: unknown, loc: Location = ["body"]): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidRequest(result.error.issues.flatMap((issue) => detailsOf(issue, value, loc)));
}

type Issue = z.core.$ZodIssue;

function detailsOf(issue: Issue, root: unknown, loc: Location): ErrorDetail[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  const input = valueAt(root, path);
  const at = [...loc, ...path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      type: "extra_forbidden",
      loc: [...at, key],
      msg: "This field is not known here.",
      ...shown(valueAt(input, [key])),
    }));
  }
  if (input === undefined && issue.path.length > 0) {
    return [{ type: "missing", loc: at, msg: "This field is required.", input: null }];
  }
  return [{ type: kindOf(issue), loc: at, msg: issue.message, ...shown(input) }];
}

const invalidTypes: Readonly<Record<string, string>> = {
  string: "string_type",
  int: "int_type",
  number: "float_type",
  boolean: "bool_type",
  array: "list_type",
  object: "dict_type",
  record: "dict_type",
};
const bounds: Readonly<Record<string, readonly [tooSmall: string, tooBig: string]>> = {
  array: ["too_short", "too_long"],
  string: ["string_too_short", "string_too_long"],
  number: ["greater_than_equal", "less_than_equal"],
  int: ["greater_than_equal", "less_than_equal"],
};

function kindOf(issue: Issue): string {
  if (issue.code === "invalid_type") return invalidTypes[issue.expected] ?? "type_error";
  if (issue.code === "too_small") return bounds[issue.origin]?.[0] ?? "value_error";
  if (issue.code === "too_big") return bounds[issue.origin]?.[1] ?? "value_error";
  return issue.code === "invalid_value" ? "literal_error" : "value_error";
}

function valueAt(root: unknown, path: Location): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return value[Number(part)];
    return isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }, root);
}

/** A value in an error's body, where it is short enough to be of use. */
function shown(input: unknown): { input?: unknown } {
  return input === undefined || (JSON.stringify(input) ?? "").length > 200 ? {} : { input };
}

function placeOf(loc: Location): string {
  return loc.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

function typeOf(status: number): string {
  if (status === 401 || status === 403) return "authentication_error";
  if (status === 404) return "not_found_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}
