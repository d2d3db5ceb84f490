import { objectOf, textOf } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { report } from "../openai/report.ts";
import { typeOf } from "./item.ts";

/** How the answers to each kind of call are called. */
const ANSWER_TO: Readonly<Record<string, string>> = {
  function_call: "function_call_output",
  custom_tool_call: "custom_tool_call_output",
  computer_call: "computer_call_output",
};

const CALL_OF = new Map(Object.entries(ANSWER_TO).map(([call, answer]) => [answer, call]));

/**
 * Rules P1, P2 and P12: every call is answered later in the input, every answer has its call earlier, and (P12, inferred
 * of O15) no call and no answer is there twice. Where the request builds on what the server has stored, a call may be
 * there, so that P2 is not checked. O(items).
 */
export function checkPairs(body: JsonObject, input: readonly unknown[]): WireProblem[] {
  const items = input.map(objectOf);
  const isStored = continues(body) || items.some((item) => typeOf(item) === "item_reference");
  const last = new Map(items.map((item, index) => [keyOf(item), index]));
  const seen = new Map<string, number>();
  return items.flatMap((item, index) => {
    const type = typeOf(item);
    const id = textOf(item["call_id"]);
    const answer = ANSWER_TO[type];
    const call = CALL_OF.get(type);
    if (id === "" || (answer === undefined && call === undefined)) return [];
    const earlier = seen.get(keyOf(item));
    seen.set(keyOf(item), index);
    const problems: WireProblem[] = earlier === undefined ? [] : [duplicate(id, earlier, index)];
    if (answer !== undefined && (last.get(`${answer} ${id}`) ?? -1) < index) {
      problems.push(inInput("P1", index, `No tool output found for ${wordsOf(type)} ${id}.`));
    }
    if (call !== undefined && !isStored && !seen.has(`${call} ${id}`)) {
      problems.push(inInput("P2", index, `No tool call found for ${wordsOf(type)} with call_id ${id}.`));
    }
    return problems;
  });
}

/** Whether a request goes on from what the server has stored. */
export function continues(body: JsonObject): boolean {
  return ["previous_response_id", "conversation", "prompt"].some((field) => (body[field] ?? null) !== null);
}

function keyOf(item: JsonObject): string {
  return `${typeOf(item)} ${textOf(item["call_id"])}`;
}

function wordsOf(type: string): string {
  return type.replaceAll("_", " ");
}

function inInput(rule: "P1" | "P2", index: number, message: string): WireProblem {
  return report(rule, `input[${index}]`, message, { param: "input" });
}

function duplicate(id: string, earlier: number, index: number): WireProblem {
  const text = `Duplicate value for 'call_id' of '${id}', in input[${earlier}] and input[${index}].`;
  return report("P12", `input[${index}].call_id`, text);
}
