import type { WireProblem, WireRule } from "../problem.ts";

/** What an answer of OpenAI says beside its text. */
export interface ReportOptions {
  readonly code?: string;
  /** Default: the path. */
  readonly param?: string;
}

/** One broken rule, as OpenAI's two APIs report it. */
export function report(rule: WireRule, path: string, message: string, options: ReportOptions = {}): WireProblem {
  const { code = null, param = path } = options;
  return { rule, path, message, status: 400, type: "invalid_request_error", code, param };
}

/** A field that has to be there. */
export function missing(rule: WireRule, path: string): WireProblem {
  return report(rule, path, `Missing required parameter: '${path}'.`, { code: "missing_required_parameter" });
}

/** A field that has no place where it stands. */
export function unknownField(rule: WireRule, path: string): WireProblem {
  return report(rule, path, `Unknown parameter: '${path}'.`, { code: "unknown_parameter" });
}

/** A value of the wrong JSON type; `expected` e.g. `a string`. */
export function wrongType(rule: WireRule, path: string, expected: string, value: unknown): WireProblem {
  const message = `Invalid type for '${path}': expected ${expected}, but got ${kindOf(value)} instead.`;
  return report(rule, path, message, { code: "invalid_type" });
}

/** A value that is none of those that are allowed. */
export function unsupported(rule: WireRule, path: string, value: string, allowed: readonly string[]): WireProblem {
  const message = `Invalid value: '${value}'. Supported values are: ${enumerate(allowed)}.`;
  return report(rule, path, message, { code: "invalid_value" });
}

/** A list with nothing in it, where one element is the least. */
export function emptyList(rule: WireRule, path: string): WireProblem {
  const message = `Invalid '${path}': empty array. Expected an array with minimum length 1, but got an empty array instead.`;
  return report(rule, path, message, { code: "empty_array" });
}

/** What a text of the body has to be. */
export interface TextLimits {
  readonly rule: WireRule;
  readonly path: string;
  /** The longest length, in UTF-16 units. */
  readonly max?: number;
  /** Characters it may consist of; an empty text breaks this rule too. */
  readonly pattern?: RegExp;
}

/** Checks a text that has to be there: its type, its length and its characters. */
export function checkText(value: unknown, { rule, path, max, pattern }: TextLimits): WireProblem[] {
  if (value === undefined) return [missing(rule, path)];
  if (typeof value !== "string") return [wrongType(rule, path, "a string", value)];
  const problems: WireProblem[] = [];
  if (value === "" && (max !== undefined || pattern !== undefined)) {
    const expected = "Expected a string with minimum length 1, but got an empty string instead.";
    problems.push(report(rule, path, `Invalid '${path}': empty string. ${expected}`, { code: "empty_string" }));
  } else if (pattern !== undefined && !pattern.test(value)) {
    const expected = `Expected a string that matches the pattern '${pattern.source}'.`;
    const message = `Invalid '${path}': string does not match pattern. ${expected}`;
    problems.push(report(rule, path, message, { code: "invalid_value" }));
  }
  if (max !== undefined && value.length > max) {
    const expected = `Expected a string with maximum length ${max}, but got a string with length ${value.length} instead.`;
    const message = `Invalid '${path}': string too long. ${expected}`;
    problems.push(report(rule, path, message, { code: "string_above_max_length" }));
  }
  return problems;
}

/** Whether a text is the JSON of an object. */
export function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function enumerate(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  if (quoted.length < 3) return quoted.join(" and ");
  return `${quoted.slice(0, -1).join(", ")}, and ${quoted.at(-1)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a decimal";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
