import { listOf, objectOf, textOf, shownAs } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { checkFunctionSchema } from "../openai/function-schema.ts";
import { FUNCTION_NAME, MAX_DESCRIPTION, MAX_NAME } from "../openai/limits.ts";
import { checkText, missing, report, unsupported, wrongType } from "../openai/report.ts";

/** The most tools of one request. */
const MAX_TOOLS = 128;

/** Rules O3 to O6 and O17: the tools of a request. Two of one name are tolerated (O7). */
export function checkTools({ tools }: JsonObject): WireProblem[] {
  if (tools === undefined) return [];
  if (!Array.isArray(tools)) return [wrongType("O17", "tools", "an array of objects", tools)];
  if (tools.length === 0) return [report("O6", "tools", "[] is too short - 'tools'")];
  return [...checkCount(tools.length), ...tools.flatMap((tool: unknown, index) => checkTool(tool, `tools[${index}]`))];
}

/** Rule O17: at most 128 tools, each with a type and a whole definition (public API reference, "tools"). */
function checkCount(count: number): WireProblem[] {
  if (count <= MAX_TOOLS) return [];
  const expected = `Expected an array with maximum length ${MAX_TOOLS}, but got an array with length ${count} instead.`;
  return [report("O17", "tools", `Invalid 'tools': array too long. ${expected}`, { code: "array_above_max_length" })];
}

function checkTool(value: unknown, path: string): WireProblem[] {
  const tool = objectOf(value);
  if (tool !== value) return [wrongType("O17", path, "an object", value)];
  const { type } = tool;
  if (type === undefined) return [missing("O17", `${path}.type`)];
  if (type !== "function" && type !== "custom") {
    return [unsupported("O17", `${path}.type`, shownAs(type), ["function", "custom"])];
  }
  if (tool[type] === undefined) return [missing("O17", `${path}.${type}`)];
  const place = `${path}.${type}`;
  const definition = objectOf(tool[type]);
  const { name, description, parameters, strict } = definition;
  const rules = { objectRule: "O17", strictRule: "O5" } as const;
  return [
    ...checkText(name, { rule: "O3", path: `${place}.name`, max: MAX_NAME, pattern: FUNCTION_NAME }),
    ...checkDescription(description, `${place}.description`),
    ...checkFunctionSchema({ name: textOf(name), parameters, strict, path: `${place}.parameters` }, rules),
  ];
}

/** Rule O4: a description of 1024 characters at most; an empty one is taken. */
function checkDescription(value: unknown, path: string): WireProblem[] {
  if (value === undefined || value === null || value === "") return [];
  return checkText(value, { rule: "O4", path, max: MAX_DESCRIPTION });
}

/** Rules O6 and O18: what is said about tools goes with tools, and a tool that is chosen is among them. */
export function checkToolUse(body: JsonObject): WireProblem[] {
  const problems: WireProblem[] = [];
  const tools = listOf(body["tools"]);
  if (tools.length === 0 && (body["parallel_tool_calls"] ?? null) !== null)
    problems.push(onlyWithTools("O6", "parallel_tool_calls"));
  const choice = body["tool_choice"] ?? null;
  if (choice === null) return problems;
  if (tools.length === 0) return [...problems, onlyWithTools("O18", "tool_choice")];
  const chosen = objectOf(objectOf(choice)["function"])["name"];
  const names = tools.map((tool) => objectOf(objectOf(tool)["function"])["name"]);
  if (typeof chosen !== "string" || names.includes(chosen)) return problems;
  return [...problems, report("O18", "tool_choice", `Tool choice '${chosen}' not found in 'tools' parameter.`)];
}

function onlyWithTools(rule: "O6" | "O18", field: string): WireProblem {
  const text = `Invalid value for '${field}': '${field}' is only allowed when 'tools' are specified.`;
  return report(rule, field, text);
}
