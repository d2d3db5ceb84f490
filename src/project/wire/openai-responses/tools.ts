import { listOf, objectOf, textOf } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { checkFunctionSchema } from "../openai/function-schema.ts";
import { FUNCTION_NAME, MAX_DESCRIPTION, MAX_NAME } from "../openai/limits.ts";
import { checkText, missing, report, wrongType } from "../openai/report.ts";

/**
 * Rules P9 and P10: the functions among the tools have legal names and descriptions (P9, as O3 and O4), the schema of an
 * object as parameters, and a closed one in strict mode (P10, as O5 and O17; public API reference, "tools"). No tools is
 * no fault here.
 */
export function checkTools({ tools }: JsonObject): WireProblem[] {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) return [wrongType("P9", "tools", "an array of objects", tools)];
  return tools.flatMap((tool: unknown, index) => checkTool(tool, `tools[${index}]`));
}

function checkTool(value: unknown, path: string): WireProblem[] {
  const tool = objectOf(value);
  if (tool !== value) return [wrongType("P9", path, "an object", value)];
  const { type, name, description, parameters, strict } = tool;
  if (type === undefined) return [missing("P9", `${path}.type`)];
  if (typeof type !== "string") return [wrongType("P9", `${path}.type`, "a string", type)];
  if (type !== "function" && type !== "custom") return [];
  const hasDescription = description !== undefined && description !== null && description !== "";
  return [
    ...checkText(name, { rule: "P9", path: `${path}.name`, max: MAX_NAME, pattern: FUNCTION_NAME }),
    ...(hasDescription
      ? checkText(description, { rule: "P9", path: `${path}.description`, max: MAX_DESCRIPTION })
      : []),
    ...checkFunctionSchema(
      { name: textOf(name), parameters, strict, path: `${path}.parameters` },
      { objectRule: "P10", strictRule: "P10" },
    ),
  ];
}

/** Rule P15: a tool that is chosen is among the tools (openai-agents-python#468). */
export function checkChoice(body: JsonObject): WireProblem[] {
  const choice = objectOf(body["tool_choice"]);
  const chosen = choice["name"];
  if (typeof chosen !== "string" || (choice["type"] !== "function" && choice["type"] !== "custom")) return [];
  if (listOf(body["tools"]).some((tool) => objectOf(tool)["name"] === chosen)) return [];
  return [report("P15", "tool_choice", `Tool choice '${chosen}' not found in 'tools' parameter.`)];
}
