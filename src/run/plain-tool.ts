import { ensureConfig, mergeConfigs } from "@langchain/core/runnables";
import type { RunnableConfig } from "@langchain/core/runnables";
import { DynamicStructuredTool, StructuredTool } from "@langchain/core/tools";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { interopParseAsync, isInteropZodSchema } from "@langchain/core/utils/types";
import { isUntouched, nobodyHears } from "./unwatched.ts";

/** A tool as LangChain's `tool()` makes it. */
export type PlainTool = DynamicStructuredTool;

interface Calling {
  readonly invoke: unknown;
  readonly call: unknown;
  readonly _call: unknown;
}

const { invoke } = StructuredTool.prototype;
const { call, _call } = DynamicStructuredTool.prototype as unknown as Calling;

const IS_UNTOUCHED =
  isUntouched(invoke, "defaultConfig") &&
  isUntouched(call, "runName") &&
  isUntouched(_call, ".func(") &&
  isUntouched(StructuredTool.prototype.call, "handleToolStart");

const ofStructured = StructuredTool.prototype.call;

/**
 * Whether a tool does nothing on the way to its function but check the arguments: one of LangChain's `tool()` with a schema
 * of Zod's, as it was made.
 */
export function isPlainTool(tool: StructuredToolInterface): tool is PlainTool {
  if (!IS_UNTOUCHED || !(tool instanceof DynamicStructuredTool)) return false;
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
  // A run's id is not that of its tools' runs.
  const { runId: _runId, ...own }: RunnableConfig = ensureConfig(mergeConfigs(config));
  if (!nobodyHears(own.callbacks, tool)) return undefined;
  own.runName ??= tool.name;
  return own;
}

/** The arguments as a tool's schema gives them, or why it refuses them. */
export type Parsed = { readonly args: unknown } | { readonly refusal: unknown };

/** Has a tool's schema check the arguments. */
export function parsedFor(tool: PlainTool, args: unknown): Promise<Parsed> {
  const parsed: Promise<unknown> = interopParseAsync(tool.schema as never, args);
  return parsed.then(
    (given) => ({ args: given }),
    (refusal: unknown) => ({ refusal }),
  );
}

/** A tool whose arguments have been refused: LangChain says why, and the schema is not asked again. */
export function refusing(tool: PlainTool, refusal: unknown): StructuredToolInterface {
  const schema = { _def: { typeName: "ZodAny" }, parseAsync: () => Promise.reject(refusal) };
  return Object.create(tool, { schema: { value: schema } }) as StructuredToolInterface;
}
