import type { WireProblem, WireRule } from "../problem.ts";

/** A place and the words that Mistral has for it. */
type At = { readonly rule: WireRule & `M${number}`; readonly path: string; readonly message: string };

/** Messages in an order that Mistral does not serve: 400, `invalid_request_message_order`, 3230. */
export function orderProblem(at: At): WireProblem {
  return { ...at, status: 400, type: "invalid_request_message_order", code: "3230", param: null };
}

/** A call that Mistral cannot take: 400, `invalid_function_call`, 3280. */
export function callProblem(at: At): WireProblem {
  return { ...at, status: 400, type: "invalid_function_call", code: "3280", param: null };
}

/** A request that has the right form, but not the right content: 400, `invalid_request_error`. */
export function requestProblem(at: At): WireProblem {
  return { ...at, status: 400, type: "invalid_request_error", code: null, param: null };
}

/** A value that Mistral's schema refuses: 422, `invalid_request_error`; the message is that of the value's own error. */
export function schemaProblem(at: At): WireProblem {
  return { ...at, status: 422, type: "invalid_request_error", code: null, param: null };
}

/** What Mistral says of a value whose kind it does not know, e.g. a role: the tag that it found and those it takes. */
export function unknownTag(key: string, found: unknown, expected: readonly string[]): string {
  if (typeof found !== "string") return `Unable to extract tag using discriminator '${key}'`;
  const tags = expected.map((tag) => `'${tag}'`).join(", ");
  return `Input tag '${found}' found using '${key}' does not match any of the expected tags: ${tags}`;
}

/** What Mistral says of a function's name, `undefined` where the name is legal. */
export function nameFault(name: string): string | undefined {
  if (/^[a-zA-Z0-9_-]{1,64}$/.test(name)) return undefined;
  return `Function name was ${name} but must be a-z, A-Z, 0-9, or contain underscores and dashes, with a maximum length of 64.`;
}
