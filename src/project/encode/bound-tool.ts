import { isOpenAITool } from "@langchain/core/language_models/base";
import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { isLangChainTool } from "@langchain/core/utils/function_calling";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { isInteropZodSchema } from "@langchain/core/utils/types";

/** What every provider's API says of a tool, however it was bound. */
export interface BoundTool {
  readonly name: string;
  readonly description: string | undefined;
  /** The JSON schema of its arguments. */
  readonly schema: unknown;
}

/** A LangChain tool, or one in OpenAI's form, as its parts; `undefined` for a tool in a form of the provider's own. */
export function boundTool(tool: BindToolsInput): BoundTool | undefined {
  if (isOpenAITool(tool)) {
    const { name, description, parameters } = tool.function;
    return { name, description, schema: parameters };
  }
  if (!isLangChainTool(tool)) return undefined;
  const { name, description, schema } = tool as { name: string; description?: string; schema: unknown };
  return { name, description, schema: isInteropZodSchema(schema) ? toJsonSchema(schema) : schema };
}
