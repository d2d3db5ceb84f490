import { objectOf } from "./problem.ts";
import type { JsonObject, WireProblem, WireValidator } from "./problem.ts";
import { emptyList, missing, report, wrongType } from "./openai/report.ts";
import { checkWellFormed } from "./openai/well-formed.ts";
import { checkAnswerId, checkCalls } from "./openai-chat/calls.ts";
import { checkContent, checkParts } from "./openai-chat/content.ts";
import { checkAuthor, checkFields, checkRole } from "./openai-chat/message.ts";
import { checkAnswered, checkAnswers, checkCallIds } from "./openai-chat/pairs.ts";
import type { Turn } from "./openai-chat/pairs.ts";
import { checkTools, checkToolUse } from "./openai-chat/tools.ts";

const CHECKS: readonly ((turn: Turn) => WireProblem[])[] = [
  checkRole,
  checkContent,
  checkParts,
  checkAuthor,
  checkFields,
  checkCalls,
  checkCallIds,
  checkAnswered,
  checkAnswerId,
  checkAnswers,
];

/**
 * Finds every rule of OpenAI's Chat Completions API that a request's body breaks: O1 to O7 of the provider rules, and
 * O8 to O20 of the API reference. Two tools of one name are no fault (O7). Contract: pure; O(size of the body), but for
 * runs of tool messages, which cost the square of their length.
 *
 */
export const validateOpenAIChat: WireValidator = (value) => {
  const body = objectOf(value);
  return [
    ...checkModel(body),
    ...checkMessages(body),
    ...checkTools(body),
    ...checkToolUse(body),
    ...checkWellFormed(value, "O19"),
  ];
};

/** Rule O8: a request names a model (public API reference, "model"). */
function checkModel({ model }: JsonObject): WireProblem[] {
  if (model === undefined || model === null || model === "") {
    return [{ ...report("O8", "model", "you must provide a model parameter"), param: null }];
  }
  return typeof model === "string" ? [] : [wrongType("O8", "model", "a string", model)];
}

/** Rule O8: a request holds messages, one at least, each an object (public API reference, "messages"). */
function checkMessages({ messages }: JsonObject): WireProblem[] {
  if (messages === undefined) return [missing("O8", "messages")];
  if (!Array.isArray(messages)) return [wrongType("O8", "messages", "an array of objects", messages)];
  if (messages.length === 0) return [emptyList("O8", "messages")];
  return messages.flatMap((message: unknown, index) => {
    const path = `messages[${index}]`;
    const turn = { message: objectOf(message), index, path, messages };
    if (turn.message !== message) return [wrongType("O8", path, "an object", message)];
    return CHECKS.flatMap((check) => check(turn));
  });
}
