import * as blocks from "./anthropic/blocks.ts";
import * as messages from "./anthropic/messages.ts";
import { orphans, unanswered } from "./anthropic/pairs.ts";
import { thinkingFirst, thoughts } from "./anthropic/thinking.ts";
import * as tools from "./anthropic/tools.ts";
import type { Turn } from "./anthropic/turn.ts";
import { blocksOf, refusal, turnsOf } from "./anthropic/turn.ts";
import type { JsonObject, WireProblem, WireValidator } from "./problem.ts";
import { objectOf } from "./problem.ts";

/**
 * Finds every rule that a body for Anthropic's Messages API (`POST /v1/messages`) breaks: A1 to A22, in Anthropic's own
 * words. Every answer of the API is a 400 `invalid_request_error` with neither a code nor a parameter; the API names
 * only the first problem, this names all.
 *
 * Contract: pure; takes any value, never throws.
 */
export const validateAnthropic: WireValidator = (value) => {
  const body = objectOf(value);
  const turns = turnsOf(body);
  const bound = blocksOf(body["tools"], "tools");
  return [
    ...required(body),
    ...messages.system(body["system"]),
    ...messages.firstRole(turns),
    ...turns.flatMap((turn, index) => checkTurn(turn, { previous: turns[index - 1], next: turns[index + 1] })),
    ...blocks.uniqueIds(turns),
    ...thinkingFirst(body, turns),
    ...messages.trailingSpace(turns),
    ...messages.prefill(turns),
    ...tools.undefinedTools(body, turns),
    ...bound.flatMap(tools.tool),
    ...tools.uniqueNames(bound),
    ...tools.toolChoice(body, bound),
    ...tools.cacheMarks(body, turns),
  ];
};

function checkTurn(turn: Turn, { previous, next }: { previous: Turn | undefined; next: Turn | undefined }) {
  return [
    ...messages.role(turn),
    ...messages.content(turn),
    ...messages.emptyText(turn),
    ...messages.extraFields(turn),
    ...blocks.kind(turn),
    ...blocks.call(turn),
    ...blocks.result(turn),
    ...blocks.extraFields(turn),
    ...thoughts(turn),
    ...orphans(turn, previous),
    ...unanswered(turn, next),
  ];
}

/** A6 and A7 (Messages reference): a request names a model and a limit, and has a message at least. */
function required(body: JsonObject): WireProblem[] {
  const { model, max_tokens: limit, messages: list } = body;
  const problems: WireProblem[] = [];
  if (typeof model !== "string") {
    problems.push(
      refusal("A7", "model", `model: ${model === undefined ? "Field required" : "Input should be a valid string"}`),
    );
  }
  if (typeof limit !== "number" || !Number.isInteger(limit)) {
    const message = limit === undefined ? "Field required" : "Input should be a valid integer";
    problems.push(refusal("A6", "max_tokens", `max_tokens: ${message}`));
  } else if (limit < 1) {
    problems.push(refusal("A6", "max_tokens", "max_tokens: Input should be greater than or equal to 1"));
  }
  if (!Array.isArray(list)) {
    problems.push(
      refusal("A7", "messages", `messages: ${list === undefined ? "Field required" : "Input should be a valid list"}`),
    );
  } else if (list.length === 0) {
    problems.push(refusal("A7", "messages", "messages: at least one message is required"));
  }
  return problems;
}
