import { listOf, objectOf, textOf, shownAs } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { checkText, emptyList, isObjectText, missing, report, unsupported, wrongType } from "../openai/report.ts";
import { FUNCTION_NAME, MAX_NAME } from "../openai/limits.ts";
import type { MessageAt } from "./message.ts";

/** The longest id of a tool call. */
const MAX_CALL_ID = 40;

/** Rule O13: an assistant's `tool_calls` is a list of whole calls, and not empty (public API reference, "tool_calls"). */
export function checkCalls({ message, path }: MessageAt): WireProblem[] {
  const calls = message["tool_calls"];
  const place = `${path}.tool_calls`;
  if (calls === undefined || message["role"] !== "assistant") return [];
  if (!Array.isArray(calls)) return [wrongType("O13", place, "an array of objects", calls)];
  if (calls.length === 0) return [emptyList("O13", place)];
  return calls.flatMap((call: unknown, index) => checkCall(call, `${place}[${index}]`));
}

function checkCall(value: unknown, path: string): WireProblem[] {
  const call = objectOf(value);
  if (call !== value) return [wrongType("O13", path, "an object", value)];
  const id = checkText(call["id"], { rule: "O14", path: `${path}.id`, max: MAX_CALL_ID });
  const { type } = call;
  if (type === undefined) return [...id, missing("O13", `${path}.type`)];
  if (type !== "function" && type !== "custom") {
    return [...id, unsupported("O13", `${path}.type`, shownAs(type), ["function", "custom"])];
  }
  const body = call[type];
  if (body === undefined) return [...id, missing("O13", `${path}.${type}`)];
  const place = `${path}.${type}`;
  const text = type === "function" ? "arguments" : "input";
  return [
    ...id,
    ...checkText(objectOf(body)["name"], { rule: "O3", path: `${place}.name`, max: MAX_NAME, pattern: FUNCTION_NAME }),
    ...checkText(objectOf(body)[text], { rule: "O13", path: `${place}.${text}` }),
    ...(type === "function" ? checkArguments(objectOf(body), `${place}.arguments`) : []),
  ];
}

/** Rule O20 (inferred: OpenAI takes any text, the servers that speak its API parse it): the JSON of an object. */
function checkArguments({ arguments: text }: JsonObject, path: string): WireProblem[] {
  if (typeof text !== "string" || isObjectText(text)) return [];
  const message = `Invalid value for '${path}': expected a string that holds a JSON object.`;
  return [report("O20", path, message, { code: "invalid_value" })];
}

/** Rule O14: ids of calls are there and not too long, on the call and on its answer (public API reference). */
export function checkAnswerId({ message, path, index }: MessageAt): WireProblem[] {
  if (message["role"] !== "tool") return [];
  const id = message["tool_call_id"];
  const place = `${path}.tool_call_id`;
  if (id === undefined || id === null) {
    const text = "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.";
    return [report("O14", place, text, { param: `messages.[${index}].tool_call_id` })];
  }
  return checkText(id, { rule: "O14", path: place, max: MAX_CALL_ID });
}

/** The ids of the calls of a message, in their order. */
export function callIdsOf(message: JsonObject): string[] {
  if (message["role"] !== "assistant") return [];
  return listOf(message["tool_calls"])
    .map((call) => textOf(objectOf(call)["id"]))
    .filter((id) => id !== "");
}
