import { listOf, objectOf, textOf } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { field, problem } from "./problems.ts";

/** A content with what the rules of order ask about it. */
interface Turn {
  readonly role: unknown;
  readonly calls: readonly JsonObject[];
  readonly responses: number;
}

/** What is said of a call that lacks its signature; only the name and the place differ. */
const SIGNATURE_HELP = "Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.";

/** The problems of the contents as a sequence; `model` decides whether signatures are demanded. */
export function turnProblems(contents: readonly JsonObject[], model: string): WireProblem[] {
  const turns = contents.map(toTurn);
  const start = currentTurn(turns, contents);
  return [
    ...turns.flatMap((turn, index) => [
      ...badRole(turn, index, turns.length),
      ...callOutOfPlace(turn, turns[index - 1], index),
      ...responseOutOfPlace(turn, turns[index - 1], index),
      ...miscounted(turn, turns[index + 1], index),
      ...(isThree(model) && index >= start ? unsigned(turn, index) : []),
    ]),
    ...wrongEnd(turns),
  ];
}

function toTurn(content: JsonObject): Turn {
  const parts = listOf(content["parts"]).map(objectOf);
  return {
    role: content["role"],
    calls: parts.filter((part) => field(part, "functionCall") !== undefined),
    responses: parts.filter((part) => field(part, "functionResponse") !== undefined).length,
  };
}

/** G10: a role is `user` or `model`, or `function`, which is still taken for results; one alone may have none. */
function badRole({ role }: Turn, index: number, count: number): WireProblem[] {
  if (role === "user" || role === "model" || role === "function") return [];
  if ((role === undefined || role === "") && count === 1) return [];
  return [problem("G10", `contents[${index}].role`, "Please use a valid role: user, model.")];
}

/** G1: a call comes directly after a user's turn or after results: not first, and not after the model's own words. */
function callOutOfPlace(turn: Turn, before: Turn | undefined, index: number): WireProblem[] {
  if (turn.calls.length === 0 || (before !== undefined && before.role !== "model")) return [];
  const message =
    "Please ensure that function call turn comes immediately after a user turn or after a function response turn.";
  return [problem("G1", `contents[${index}]`, message)];
}

/** G1: results come directly after the calls. */
function responseOutOfPlace(turn: Turn, before: Turn | undefined, index: number): WireProblem[] {
  if (turn.responses === 0 || (before !== undefined && before.calls.length > 0)) return [];
  const message = "Please ensure that function response turn comes immediately after a function call turn.";
  return [problem("G1", `contents[${index}]`, message)];
}

/**
 * G5: the next content answers every call, all of them in that one content: results that are spread over several are
 * refused too (gemini-cli#3814, langchainjs#10341, #10342).
 */
function miscounted(turn: Turn, next: Turn | undefined, index: number): WireProblem[] {
  if (turn.calls.length === 0 || turn.calls.length === (next?.responses ?? 0)) return [];
  const message =
    "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.";
  return [problem("G5", `contents[${index}]`, message)];
}

/** G3: from Gemini 3 on, the first call of each step of the current turn carries the signature that it came with. */
function unsigned({ calls }: Turn, index: number): WireProblem[] {
  const [first] = calls;
  if (first === undefined || textOf(field(first, "thoughtSignature")) !== "") return [];
  const name = textOf(objectOf(field(first, "functionCall"))["name"]);
  const message = `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${index + 1}. ${SIGNATURE_HELP}`;
  return [problem("G3", `contents[${index}]`, message)];
}

/** G4: the last content is not the model's. */
function wrongEnd(turns: readonly Turn[]): WireProblem[] {
  if (turns.at(-1)?.role !== "model") return [];
  const message = "Please ensure that single turn requests end with a user role or the role field is empty.";
  return [problem("G4", `contents[${turns.length - 1}].role`, message)];
}

/** Where the current turn starts: at the last content in which a user says something. */
function currentTurn(turns: readonly Turn[], contents: readonly JsonObject[]): number {
  return turns.findLastIndex(
    ({ role, responses }, index) => role === "user" && listOf(contents[index]?.["parts"]).length > responses,
  );
}

function isThree(model: string): boolean {
  return /(^|\/)gemini-([3-9]|\d\d)/.test(model);
}
