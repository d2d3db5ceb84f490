import * as blocks from "./bedrock/blocks.ts";
import * as messages from "./bedrock/messages.ts";
import * as pairs from "./bedrock/pairs.ts";
import { toolConfig } from "./bedrock/tools.ts";
import type { Turn } from "./bedrock/turn.ts";
import { turnsOf } from "./bedrock/turn.ts";
import type { WireValidator } from "./problem.ts";
import { objectOf } from "./problem.ts";

/**
 * Finds every rule that a body for Amazon Bedrock's Converse API (`POST /model/{modelId}/converse`) breaks: B1 to B19, in
 * Bedrock's own words. Every answer is a 400 `ValidationException` with neither a code nor a parameter; the API names one
 * problem at a time, this names all. Where models differ, the strictest counts.
 *
 * Contract: pure; takes any value, never throws.
 */
export const validateBedrock: WireValidator = (value) => {
  const body = objectOf(value);
  const turns = turnsOf(body);
  return [
    ...messages.start(turns),
    ...turns.flatMap((turn, index) => checkTurn(turn, { previous: turns[index - 1], next: turns[index + 1] })),
    ...messages.end(turns),
    ...messages.system(body["system"]),
    ...pairs.undefinedTools(body, turns),
    ...toolConfig(body["toolConfig"]),
  ];
};

function checkTurn(turn: Turn, { previous, next }: { previous: Turn | undefined; next: Turn | undefined }) {
  return [
    ...messages.role(turn),
    ...messages.alternation(turn, previous),
    ...messages.content(turn),
    ...messages.blankText(turn),
    ...blocks.kind(turn),
    ...blocks.calls(turn),
    ...blocks.results(turn),
    ...blocks.duplicates(turn),
    ...blocks.reasoning(turn),
    ...blocks.documents(turn),
    ...pairs.surplus(turn, previous),
    ...pairs.resultsFirst(turn),
    ...pairs.unanswered(turn, next),
  ];
}
