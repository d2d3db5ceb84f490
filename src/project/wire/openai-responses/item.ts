import { listOf, objectOf, textOf, shownAs } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { checkText, isObjectText, missing, report, unknownField, unsupported, wrongType } from "../openai/report.ts";
import { FUNCTION_NAME, MAX_ITEM_ID, MAX_NAME } from "../openai/limits.ts";

/** An item of a request's input, and where it stands. */
export interface ItemAt {
  readonly item: JsonObject;
  readonly index: number;
  readonly path: string;
}

/** The kinds of items that the API takes; the first ones are those that a chat is made of. */
const TYPES = [
  "message",
  "function_call",
  "function_call_output",
  "reasoning",
  "item_reference",
  "custom_tool_call",
  "custom_tool_call_output",
  "computer_call",
  "computer_call_output",
  "file_search_call",
  "web_search_call",
  "code_interpreter_call",
  "image_generation_call",
  "local_shell_call",
  "local_shell_call_output",
  "shell_call",
  "shell_call_output",
  "apply_patch_call",
  "apply_patch_call_output",
  "tool_search_call",
  "tool_search_output",
  "mcp_call",
  "mcp_list_tools",
  "mcp_approval_request",
  "mcp_approval_response",
  "compaction",
];

const ROLES = ["assistant", "system", "developer", "user"];

/** The field with a call's input, by the type of the item. */
const INPUT_FIELD: Readonly<Record<string, string>> = { function_call: "arguments", custom_tool_call: "input" };

/** What an item is; one without a type is a message. */
export function typeOf(item: JsonObject): string {
  return item["type"] === undefined ? "message" : textOf(item["type"]);
}

/** Rule P6: an item is of a known type, and a message has a role that the API knows (public API reference, "input"). */
export function checkType({ item, path }: ItemAt): WireProblem[] {
  const { type, role } = item;
  if (type !== undefined && typeof type !== "string") return [wrongType("P6", `${path}.type`, "a string", type)];
  if (type !== undefined && !TYPES.includes(type)) return [unsupported("P6", `${path}.type`, type, TYPES)];
  if (typeOf(item) !== "message") return [];
  if (role === undefined) return [missing("P6", `${path}.role`)];
  if (typeof role !== "string") return [wrongType("P6", `${path}.role`, "a string", role)];
  return ROLES.includes(role) ? [] : [unsupported("P6", `${path}.role`, role, ROLES)];
}

/** Rule P8: a call is whole, and so is an answer (public API reference, "function_call", "function_call_output"). */
export function checkCall({ item, path }: ItemAt): WireProblem[] {
  const type = typeOf(item);
  const isAnswer = type === "function_call_output" || type === "custom_tool_call_output";
  const field = INPUT_FIELD[type];
  if (field === undefined && !isAnswer) return [];
  const id = checkText(item["call_id"], { rule: "P8", path: `${path}.call_id`, max: MAX_ITEM_ID });
  if (field === undefined) return [...id, ...checkOutput(item["output"], `${path}.output`)];
  return [
    ...id,
    ...checkText(item["name"], { rule: "P8", path: `${path}.name`, max: MAX_NAME, pattern: FUNCTION_NAME }),
    ...checkText(item[field], { rule: "P8", path: `${path}.${field}` }),
    ...(field === "arguments" ? checkArguments(item[field], `${path}.${field}`) : []),
  ];
}

function checkOutput(output: unknown, path: string): WireProblem[] {
  if (output === undefined) return [missing("P8", path)];
  if (typeof output === "string" || Array.isArray(output)) return [];
  return [wrongType("P8", path, "one of a string or array of objects", output)];
}

/** Rule P17 (inferred, as O20): arguments are the JSON of an object. */
function checkArguments(text: unknown, path: string): WireProblem[] {
  if (typeof text !== "string" || isObjectText(text)) return [];
  const message = `Invalid value for '${path}': expected a string that holds a JSON object.`;
  return [report("P17", path, message, { code: "invalid_value" })];
}

/** Rule P13: an item has none of the fields that only Chat Completions knows (public API reference, "input"). */
export function checkFields({ item, path }: ItemAt): WireProblem[] {
  const type = typeOf(item);
  const alien = type === "message" ? ["name", "tool_calls", "tool_call_id"] : ["tool_calls", "tool_call_id"];
  return alien.filter((field) => field in item).map((field) => unknownField("P13", `${path}.${field}`));
}

/**
 * Rule P14: a reasoning item has a summary of whole parts, and an id or its encrypted content (public API reference,
 * "reasoning").
 */
export function checkReasoning({ item, path }: ItemAt): WireProblem[] {
  if (typeOf(item) !== "reasoning") return [];
  const problems: WireProblem[] = [];
  if (item["id"] === undefined && !isSealed(item)) problems.push(missing("P14", `${path}.id`));
  const { summary } = item;
  const place = `${path}.summary`;
  if (summary === undefined) return [...problems, missing("P14", place)];
  if (!Array.isArray(summary)) return [...problems, wrongType("P14", place, "an array of objects", summary)];
  const parts = listOf(summary).flatMap((part, index) => {
    const { type, text } = objectOf(part);
    const at = `${place}[${index}]`;
    if (type !== "summary_text") return [unsupported("P14", `${at}.type`, shownAs(type), ["summary_text"])];
    return checkText(text, { rule: "P14", path: `${at}.text` });
  });
  return [...problems, ...parts];
}

/** Whether a reasoning item carries its thoughts itself, so that the server need not have kept them. */
export function isSealed(item: JsonObject): boolean {
  return textOf(item["encrypted_content"]) !== "";
}
