import type { JsonObject, WireProblem } from "../problem.ts";
import { listOf, objectOf, textOf } from "../problem.ts";
import type { Block, Turn } from "./turn.ts";
import { blocksOf, blocksOfType, dotted, refusal } from "./turn.ts";

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const CHOICES = new Set(["auto", "any", "tool", "none"]);
const MAX_CACHED = 4;

/** A3: no two tools share a name. */
export function uniqueNames(tools: readonly Block[]): WireProblem[] {
  const names = tools.map(({ value }) => value["name"]).filter((name) => name !== undefined);
  if (new Set(names).size === names.length) return [];
  return [refusal("A3", "tools", "tools: Tool names must be unique.")];
}

/** A4 and A17 (Messages reference, `tools`): a tool of one's own has a legal name, and an object for its arguments' schema. */
export function tool({ path, type, value }: Block): WireProblem[] {
  if (type !== "" && type !== "custom") return [];
  const place = `${dotted(path)}.custom`;
  const problems: WireProblem[] = [];
  const { name, description } = value;
  if (typeof name !== "string") {
    problems.push(refusal("A17", `${path}.name`, `${place}.name: ${missing(name, "a valid string")}`));
  } else if (!NAME.test(name)) {
    problems.push(refusal("A4", `${path}.name`, `${place}.name: String should match pattern '${NAME.source}'`));
  }
  if (description !== undefined && typeof description !== "string") {
    const message = `${place}.description: Input should be a valid string`;
    problems.push(refusal("A17", `${path}.description`, message));
  }
  return [...problems, ...inputSchema(value["input_schema"], `${path}.input_schema`, `${place}.input_schema`)];
}

/**
 * A15 (the API's own text): a request whose messages hold calls or results defines tools. Models have grown lenient; the
 * cautious side is kept, as it is the side of Bedrock too.
 */
export function undefinedTools(body: JsonObject, turns: readonly Turn[]): WireProblem[] {
  const used = turns.some(
    (turn) => [...blocksOfType(turn, "tool_use"), ...blocksOfType(turn, "tool_result")].length > 0,
  );
  if (!used || listOf(body["tools"]).length > 0) return [];
  return [refusal("A15", "tools", "Requests which include `tool_use` or `tool_result` blocks must define tools")];
}

/** A18 (Messages reference, `tool_choice`): a choice is of a known type, among the tools, and not forced upon a model that thinks. */
export function toolChoice(body: JsonObject, tools: readonly Block[]): WireProblem[] {
  if (body["tool_choice"] === undefined) return [];
  const { type, name } = objectOf(body["tool_choice"]);
  if (!CHOICES.has(textOf(type))) {
    const tag = `Input tag '${textOf(type)}' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'`;
    return [refusal("A18", "tool_choice.type", `tool_choice: ${tag}`)];
  }
  if (tools.length === 0) {
    return [refusal("A18", "tool_choice", "tool_choice may only be specified while providing tools.")];
  }
  const forced = type === "any" || type === "tool";
  const thinks = objectOf(body["thinking"])["type"] === "enabled";
  return [
    ...(type === "tool" && !tools.some(({ value }) => value["name"] === name)
      ? [refusal("A18", "tool_choice.name", `Tool '${textOf(name)}' not found in provided tools`)]
      : []),
    ...(forced && thinks
      ? [refusal("A18", "tool_choice", "Thinking may not be enabled when tool_choice forces tool use.")]
      : []),
  ];
}

/** A22 (prompt caching guide): a request marks at most four blocks for the cache, over tools, system prompt and messages. */
export function cacheMarks(body: JsonObject, turns: readonly Turn[]): WireProblem[] {
  const blocks = [
    ...blocksOf(body["tools"], "tools"),
    ...blocksOf(body["system"], "system"),
    ...turns.flatMap((turn) => turn.blocks),
  ];
  const marked = blocks.filter(({ value }) => value["cache_control"] !== undefined && value["cache_control"] !== null);
  const over = marked[MAX_CACHED];
  if (over === undefined) return [];
  const message = `A maximum of ${MAX_CACHED} blocks with cache_control may be provided. Found ${marked.length}.`;
  return [refusal("A22", `${over.path}.cache_control`, message)];
}

function inputSchema(schema: unknown, path: string, place: string): WireProblem[] {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    return [refusal("A17", path, `${place}: ${missing(schema, "a valid dictionary")}`)];
  }
  const { type } = objectOf(schema);
  const problems =
    type === "object" ? [] : [refusal("A17", `${path}.type`, `${place}.type: ${missing(type, "'object'")}`)];
  if (["oneOf", "allOf", "anyOf"].some((key) => Object.hasOwn(schema, key))) {
    const message = `${place}: input_schema does not support oneOf, allOf, or anyOf at the top level`;
    problems.push(refusal("A17", path, message));
  }
  return problems;
}

function missing(value: unknown, wanted: string): string {
  return value === undefined ? "Field required" : `Input should be ${wanted}`;
}
