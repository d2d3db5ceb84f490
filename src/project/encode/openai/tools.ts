import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { convertToOpenAITool, isLangChainTool } from "@langchain/core/utils/function_calling";
import { objectOf } from "../../wire/problem.ts";
import type { JsonObject } from "../../wire/problem.ts";

/** Tools as Chat Completions takes them: LangChain's converted, definitions as they are. */
export function chatTools(tools: readonly BindToolsInput[]): JsonObject[] {
  return tools.map((tool) => {
    if (!isLangChainTool(tool)) return objectOf(tool);
    const { type, function: definition } = convertToOpenAITool(tool);
    const { name, description, parameters } = definition;
    return { type, function: { name, ...(description !== undefined && { description }), parameters } };
  });
}
