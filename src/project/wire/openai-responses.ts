import { objectOf } from "./problem.ts";
import type { JsonObject, WireProblem, WireValidator } from "./problem.ts";
import { checkText, report, wrongType } from "./openai/report.ts";
import { checkWellFormed } from "./openai/well-formed.ts";
import { checkContent } from "./openai-responses/content.ts";
import {
  checkDuplicates,
  checkFollowed,
  checkId,
  checkReasoned,
  checkStored,
  reasoningIn,
} from "./openai-responses/ids.ts";
import { checkCall, checkFields, checkReasoning, checkType } from "./openai-responses/item.ts";
import { checkPairs, continues } from "./openai-responses/pairs.ts";
import { checkChoice, checkTools } from "./openai-responses/tools.ts";

/** Options of {@link openAIResponsesValidator}. */
export interface OpenAIResponsesValidatorOptions {
  /** The `output` lists of the responses so far: which reasoning an item needs, the server alone knows. Default: none. */
  readonly outputs?: readonly (readonly unknown[])[];
}

/**
 * A validator of OpenAI's Responses API that knows the responses so far, as the server does, and so finds a message or a
 * call, too, that comes back without its reasoning (the second half of P3).
 */
export function openAIResponsesValidator({ outputs = [] }: OpenAIResponsesValidatorOptions = {}): WireValidator {
  const reasoningOf = reasoningIn(outputs);
  return (value) => {
    const body = objectOf(value);
    return [
      ...checkModel(body),
      ...checkInput(body, reasoningOf),
      ...checkTools(body),
      ...checkChoice(body),
      ...checkWellFormed(value, "P16"),
    ];
  };
}

/**
 * Finds every rule of OpenAI's Responses API that a request's body breaks: P1 to P4 of the provider rules, and P5 to P17
 * of the API reference. Contract: pure; O(size of the body).
 *
 */
export const validateOpenAIResponses: WireValidator = openAIResponsesValidator();

/** Rule P5: a request names a model (public API reference, "model"); a stored prompt may do so for it. */
function checkModel(body: JsonObject): WireProblem[] {
  if (body["model"] === undefined && body["prompt"] !== undefined) return [];
  return checkText(body["model"], { rule: "P5", path: "model" });
}

/** Rule P5: a request has input, or goes on from something stored (public API reference, "input"; empty list inferred). */
function checkInput(body: JsonObject, reasoningOf: ReadonlyMap<string, string>): WireProblem[] {
  const { input } = body;
  if (typeof input === "string") return [];
  if (input === undefined || (Array.isArray(input) && input.length === 0)) {
    if (continues(body)) return [];
    const text = `One of "input" or "previous_response_id" or 'prompt' or 'conversation' must be provided.`;
    return [report("P5", "input", text, { code: "missing_required_parameter" })];
  }
  if (!Array.isArray(input)) return [wrongType("P5", "input", "one of a string or array of objects", input)];
  const items = input.flatMap((value: unknown, index) => {
    const at = { item: objectOf(value), index, path: `input[${index}]` };
    if (at.item !== value) return [wrongType("P5", at.path, "an object", value)];
    return [
      ...[checkType, checkContent, checkCall, checkFields, checkReasoning, checkId].flatMap((check) => check(at)),
      ...checkFollowed(at, input),
      ...checkReasoned(at, input, reasoningOf),
      ...checkStored(at, body),
    ];
  });
  const all = [...items, ...checkDuplicates(input), ...checkPairs(body, input)];
  return all.toSorted((one, other) => itemOf(one) - itemOf(other));
}

/** The index of the item that a problem is about. */
function itemOf({ path }: WireProblem): number {
  return Number.parseInt(path.slice("input[".length), 10);
}
