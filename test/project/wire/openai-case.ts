import { expect } from "vitest";
import type { WireProblem, WireRule, WireValidator } from "../../../src/project/wire/problem.ts";

/** The part of a problem that differs from one of OpenAI's to another. */
export type Expected = readonly [
  rule: WireRule,
  path: string,
  message: string,
  /** Default: no code, and the path as the parameter. */
  rest?: { readonly code?: string; readonly param?: string | null },
];

/** A title, a body and what is wrong with it. */
export type Case = readonly [title: string, body: unknown, ...expected: Expected[]];

/** Asserts that a validator finds these problems, in this order, and no others. */
export function expectProblems(validate: WireValidator, body: unknown, expected: readonly Expected[]): void {
  const problems = expected.map(([rule, path, message, { code = null, param = path } = {}]): WireProblem => {
    return { rule, path, message, status: 400, type: "invalid_request_error", code, param };
  });
  expect(validate(body)).toEqual(problems);
}

export const TOO_LONG = { code: "string_above_max_length" };
export const INVALID = { code: "invalid_value" };
export const MISSING = { code: "missing_required_parameter" };
export const TYPE = { code: "invalid_type" };
export const EMPTY_LIST = { code: "empty_array" };
export const EMPTY_TEXT = { code: "empty_string" };
export const UNKNOWN = { code: "unknown_parameter" };
export const SCHEMA = { code: "invalid_function_parameters" };

export const UNREADABLE =
  "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix this, please contact us through our help center at help.openai.com.)";

export function missing(path: string): string {
  return `Missing required parameter: '${path}'.`;
}

export function wrongType(path: string, expected: string, got: string): string {
  return `Invalid type for '${path}': expected ${expected}, but got ${got} instead.`;
}

export function tooLong(path: string, max: number, length: number): string {
  return `Invalid '${path}': string too long. Expected a string with maximum length ${max}, but got a string with length ${length} instead.`;
}

export function mismatch(path: string, pattern: string): string {
  return `Invalid '${path}': string does not match pattern. Expected a string that matches the pattern '${pattern}'.`;
}

export function emptyText(path: string): string {
  return `Invalid '${path}': empty string. Expected a string with minimum length 1, but got an empty string instead.`;
}

export function emptyList(path: string): string {
  return `Invalid '${path}': empty array. Expected an array with minimum length 1, but got an empty array instead.`;
}

/** Cases as `it.each` takes them, for a title of `$title`. */
export function casesOf(cases: readonly Case[]) {
  return cases.map(([title, body, ...expected]) => ({ title, body, expected }));
}
