import { objectOf, textOf } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { extraFields } from "./message.ts";
import { nameFault, requestProblem, schemaProblem } from "./problems.ts";

/** The fields of a chat completion request. */
const BODY_FIELDS =
  "model temperature top_p max_tokens stream stop random_seed metadata messages response_format tools tool_choice presence_penalty frequency_penalty n prediction parallel_tool_calls reasoning_effort prompt_mode guardrails safe_prompt".split(
    " ",
  );

/** Mistral's own tools, which have no function. */
const BUILT_IN = new Set([
  "web_search",
  "web_search_premium",
  "code_interpreter",
  "image_generation",
  "document_library",
]);

/**
 * M17: a request names its model. From the API reference (`ChatCompletionRequest`), which also lists the only fields
 * that a request may have (M12).
 */
export function bodyProblems(body: JsonObject): WireProblem[] {
  const model = body["model"];
  const extra = extraFields(body, BODY_FIELDS, "");
  if (typeof model === "string" && model !== "") return extra;
  const message = model === undefined ? "Field required" : "Input should be a valid string";
  return [schemaProblem({ rule: "M17", path: "model", message }), ...extra];
}

/** The problems of the bound tools. */
export function toolProblems(tools: unknown): WireProblem[] {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) {
    return [schemaProblem({ rule: "M18", path: "tools", message: "Input should be a valid list" })];
  }
  const names = tools.map((tool) => objectOf(objectOf(tool)["function"])["name"]);
  return tools.flatMap((tool, index) => [...oneTool(objectOf(tool), `tools[${index}]`), ...repeated(names, index)]);
}

/** M18: a tool is a function with a name and a parameter schema that is an object. From the API reference (`Tool`). */
function oneTool(tool: JsonObject, path: string): WireProblem[] {
  if (BUILT_IN.has(textOf(tool["type"]))) return [];
  const fn = objectOf(tool["function"]);
  const at = `${path}.function`;
  const wrong = (key: string, kind: string): WireProblem =>
    schemaProblem({
      rule: "M18",
      path: `${at}.${key}`,
      message: fn[key] === undefined ? "Field required" : `Input should be a valid ${kind}`,
    });
  const { name, description, parameters } = fn;
  const hasParameters = typeof parameters === "object" && parameters !== null && !Array.isArray(parameters);
  return [
    ...extraFields(tool, ["type", "function"], path),
    ...extraFields(fn, ["name", "description", "strict", "parameters"], at),
    ...(typeof name === "string" ? badName(name, `${at}.name`) : [wrong("name", "string")]),
    ...(description === undefined || typeof description === "string" ? [] : [wrong("description", "string")]),
    ...(hasParameters ? [] : [wrong("parameters", "dictionary")]),
  ];
}

/** M15 on a tool (witsy#164). */
function badName(name: string, path: string): WireProblem[] {
  const message = nameFault(name);
  return message === undefined ? [] : [requestProblem({ rule: "M15", path, message })];
}

/** M19: no two tools of one name; inferred, since the model's call could mean either. */
function repeated(names: readonly unknown[], index: number): WireProblem[] {
  const name = names[index];
  if (typeof name !== "string" || names.indexOf(name) === index) return [];
  const message = `Duplicate function name ${name} in tools`;
  return [requestProblem({ rule: "M19", path: `tools[${index}].function.name`, message })];
}
