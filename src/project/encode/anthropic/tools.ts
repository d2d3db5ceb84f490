import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { objectOf, textOf } from "../../wire/problem.ts";
import type { JsonObject } from "../../wire/problem.ts";
import { boundTool } from "../bound-tool.ts";
import { compact } from "./media.ts";

/**
 * Tools on Anthropic's wire. A tool whose schema is a union at its root is dropped without a word, as the adapter does:
 * Anthropic refuses it.
 */
export function toolsOf(tools: readonly BindToolsInput[]): JsonObject[] {
  return tools.map(toolOf).filter(({ input_schema: schema }) => !isUnion(objectOf(schema)));
}

function toolOf(tool: BindToolsInput): JsonObject {
  const own: JsonObject = { ...tool };
  const extras = objectOf(own["extras"]);
  if (extras["providerToolDefinition"] !== undefined) return objectOf(extras["providerToolDefinition"]);
  const bound = "input_schema" in own ? undefined : boundTool(tool);
  if (bound === undefined) return own;
  const strict = objectOf(own["function"])["strict"];
  const { name, description, schema } = bound;
  return compact({
    name: textOf(name),
    description,
    input_schema: schema,
    ...extras,
    ...(typeof strict === "boolean" && { strict }),
  });
}

function isUnion(schema: JsonObject): boolean {
  return ["oneOf", "anyOf", "allOf"].some((key) => Object.hasOwn(schema, key));
}
