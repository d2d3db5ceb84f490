import type { BindToolsInput, ToolChoice } from "@langchain/core/language_models/chat_models";
import { convertToOpenAITool, isLangChainTool } from "@langchain/core/utils/function_calling";
import type { OpenAI } from "openai";
import { toStrictSchema } from "./strict-schema.ts";

/** Options of {@link toWireTools}. */
export interface ToWireToolsOptions {
  /** Whether tools are sent in OpenAI's strict mode where their schema allows it. */
  readonly strict: boolean;
}

/**
 * Tools as Chat Completions tools: LangChain tools converted, OpenAI definitions and providers' own tools (anything with
 * a `type`) as they are. A definition that says itself whether it is strict keeps its say. Nothing given is changed.
 *
 * @throws TypeError for anything else.
 */
export function toWireTools(
  tools: readonly BindToolsInput[],
  { strict }: ToWireToolsOptions,
): OpenAI.ChatCompletionTool[] {
  return tools.map((tool, index) => {
    const wire = toWireTool(tool, index);
    if (!strict || wire.type !== "function" || typeof wire.function.strict === "boolean") return wire;
    const parameters = toStrictSchema(wire.function.parameters);
    return parameters === undefined ? wire : { ...wire, function: { ...wire.function, parameters, strict: true } };
  });
}

/** LangChain's ways to choose a tool in OpenAI's words. */
export function toWireToolChoice(choice: ToolChoice | undefined): OpenAI.ChatCompletionToolChoiceOption | undefined {
  if (typeof choice !== "string") return choice as OpenAI.ChatCompletionToolChoiceOption | undefined;
  if (choice === "any") return "required";
  if (choice === "auto" || choice === "none" || choice === "required") return choice;
  return { type: "function", function: { name: choice } };
}

function toWireTool(tool: BindToolsInput, index: number): OpenAI.ChatCompletionTool {
  if (typeof tool === "object" && tool !== null) {
    if (isLangChainTool(tool)) return convertToOpenAITool(tool) as OpenAI.ChatCompletionTool;
    if ("type" in tool && typeof tool.type === "string") return tool as unknown as OpenAI.ChatCompletionTool;
  }
  throw new TypeError(
    `tools[${index}] is neither a LangChain tool nor a tool definition with a "type": pass tool(...) of @langchain/core or { type: "function", function: { name, parameters } }`,
  );
}
