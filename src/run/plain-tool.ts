import { ensureConfig, mergeConfigs } from "@langchain/core/runnables";
import type { RunnableConfig } from "@langchain/core/runnables";
import { DynamicStructuredTool, StructuredTool } from "@langchain/core/tools";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { interopParseAsync, isInteropZodSchema } from "@langchain/core/utils/types";
import { nobodyHears } from "./unwatched.ts";

/** A tool as LangChain's `tool()` makes it. */
export type PlainTool = DynamicStructuredTool;

interface Calling {
  readonly invoke: unknown;
  readonly call: unknown;
  readonly _call: unknown;
}

const { invoke } = StructuredTool.prototype;
const { call, _call } = DynamicStructuredTool.prototype as unknown as Calling;

/** Whether a tool's way is LangChain's: what traces calls may have put itself around it before this was loaded. */
const IS_LANGCHAINS =
  String(invoke).includes("defaultConfig") &&
  String(call).includes("runName") &&
  String(_call).includes(".func(") &&
  String(StructuredTool.prototype.call).includes("handleToolStart");

const ofStructured = StructuredTool.prototype.call;

/**
 * Whether a tool does nothing on the way to its function but check the arguments: one of LangChain's `tool()` with a schema
 * of Zod's, as it was made.
 */
export function isPlainTool(tool: StructuredToolInterface): tool is PlainTool {
  if (!IS_LANGCHAINS || !(tool instanceof DynamicStructuredTool)) return false;
  const { schema, defaultConfig, responseFormat } = tool;
  const own = tool as unknown as Calling;
  return (
    own.invoke === invoke &&
    own.call === call &&
    own._call === _call &&
    StructuredTool.prototype.call === ofStructured &&
    defaultConfig === undefined &&
    responseFormat !== "content_and_artifact" &&
    isInteropZodSchema(schema)
  );
}

/** The config that LangChain hands on to a tool's function; `undefined` where somebody hears of the call. */
export function quietConfig(tool: PlainTool, config: RunnableConfig): RunnableConfig | undefined {
  const own: RunnableConfig = ensureConfig(mergeConfigs(config));
  if (!nobodyHears(own.callbacks, tool)) return undefined;
  own.runName ??= tool.name;
  // A run's id is not that of its tools' runs.
  Object.assign(own, { runId: undefined });
  return own;
}

/** The arguments as a tool's schema gives them; `undefined` where they do not fit it. */
export async function parsedFor(tool: PlainTool, args: unknown): Promise<{ readonly args: unknown } | undefined> {
  try {
    return { args: await interopParseAsync(tool.schema as never, args) };
  } catch {
    return undefined;
  }
}
