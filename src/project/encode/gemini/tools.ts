import { isOpenAITool } from "@langchain/core/language_models/base";
import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { isLangChainTool } from "@langchain/core/utils/function_calling";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { listOf, objectOf } from "../../wire/problem.ts";

type Json = Record<string, unknown>;

/** What the adapter reads of a LangChain tool. */
type Described = {
  readonly name: string;
  readonly description?: string;
  readonly schema: Parameters<typeof toJsonSchema>[0];
};

/** Keys that the adapter takes out of every schema, wherever they stand: a property of such a name goes too. */
const REMOVED = new Set(["additionalProperties", "$schema", "strict"]);

/**
 * Tools as the adapter declares them: LangChain's and OpenAI's as functions in one tool, or behind the functions of the
 * first tool that is in Gemini's form already; everything else as it is.
 */
export function toGeminiTools(tools: readonly BindToolsInput[]): Json[] {
  const declared: Json[] = [];
  const others: Json[] = [];
  for (const tool of tools) {
    if (isLangChainTool(tool)) declared.push(fromLangChain(tool as Described));
    else if (isOpenAITool(tool)) declared.push(fromOpenAI(tool.function));
    else others.push({ ...tool });
  }
  if (declared.length === 0) return others;
  const home = others.findIndex((tool) => "functionDeclarations" in tool);
  if (home === -1) return [...others, { functionDeclarations: declared }];
  return others.map((tool, index) =>
    index === home ? { functionDeclarations: [...listOf(tool["functionDeclarations"]), ...declared] } : tool,
  );
}

/** A function without parameters is declared without a schema. */
function fromLangChain({ name, description, schema }: Described): Json {
  const parameters = objectOf(cleaned(toJsonSchema(schema)));
  const { type, properties } = parameters;
  const isEmpty = type === "object" && properties !== undefined && Object.keys(objectOf(properties)).length === 0;
  return { name, ...(description !== undefined && { description }), ...(!isEmpty && { parameters }) };
}

function fromOpenAI({
  name,
  description,
  parameters,
}: {
  name: string;
  description?: string;
  parameters?: unknown;
}): Json {
  return { name, ...(description !== undefined && { description }), parameters: cleaned(parameters) };
}

function cleaned(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(cleaned);
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => !REMOVED.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, cleaned(value)]));
}
