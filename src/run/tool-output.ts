import { isDirectToolOutput, ToolMessage } from "@langchain/core/messages";
import { DynamicStructuredTool, DynamicTool, StructuredTool, Tool } from "@langchain/core/tools";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { isCommand } from "@langchain/langgraph";
import { isPlainTool, parsedFor, quietConfig, refusing } from "./plain-tool.ts";
import type { PlainTool } from "./plain-tool.ts";
import { serialise } from "./serialise.ts";

/** A call as a tool of LangChain's takes it. */
export interface GivenCall {
  readonly type: "tool_call";
  readonly id: string;
  readonly name: string;
  readonly args: Record<string, unknown>;
}

/** Makes the answer to a call of what its tool has to say. */
export type ToMessage = (text: string) => ToolMessage;

/** How the calls that are running are answered. LangChain hands a call on as it is. */
const answers = new WeakMap<object, ToMessage>();

/**
 * Runs a tool. What it returns is turned into text by our serialiser before LangChain's own would, which makes
 * `[object Object]` of a cycle and an endless list of numbers of binary data. Where nobody listens to the run, the text is
 * at once the answer that `toMessage` makes, and not first a message of LangChain's.
 */
export async function invokeTool(
  tool: StructuredToolInterface,
  call: GivenCall,
  config: RunnableConfig,
  toMessage: ToMessage,
): Promise<unknown> {
  const own = isPlainTool(tool) && call.args["type"] !== "tool_call" ? quietConfig(tool, config) : undefined;
  if (own === undefined) {
    answers.set(call, toMessage);
    return withSafeOutput(tool).invoke(call, config);
  }
  const plain = tool as PlainTool;
  const parsed = await parsedFor(plain, call.args);
  if ("refusal" in parsed) return refusing(plain, parsed.refusal).invoke(call, config);
  const value = readable(await plain.func(parsed.args, undefined, own), tool);
  if (typeof value === "string") return toMessage(value);
  return isDirectToolOutput(value) ? value : formatted(value, { tool, call, config });
}

/** Takes all arguments: those of a call that has run are not looked at again. */
const ANYTHING = {};

/** What a tool has given, as the answer that LangChain makes of it. */
function formatted(
  value: unknown,
  { tool, call, config }: { readonly tool: StructuredToolInterface; readonly call: GivenCall; readonly config: object },
): Promise<unknown> {
  const given = { _call: { value: async () => value }, schema: { value: ANYTHING } };
  return (Object.create(tool, given) as StructuredToolInterface).invoke(call, config);
}

const safe = new WeakMap<StructuredToolInterface, StructuredToolInterface>();

/** LangChain's own, around what a tool does: nothing in them looks at the message that is made of its words. */
const OWN_CALLS: ReadonlySet<unknown> = new Set(
  [StructuredTool, Tool, DynamicTool, DynamicStructuredTool].map(({ prototype }) => prototype.call),
);

/** The tool with readable output. The tool itself is not touched. */
function withSafeOutput(tool: StructuredToolInterface): StructuredToolInterface {
  const known = safe.get(tool);
  if (known !== undefined) return known;
  const isOrdinary = tool instanceof StructuredTool && tool.invoke === StructuredTool.prototype.invoke;
  const body = (tool as unknown as { _call: (...given: unknown[]) => unknown })._call;
  const call = async (...given: unknown[]) => {
    const value = readable(await Reflect.apply(body, tool, given), tool);
    const [, manager, config] = given;
    // Who listens is told of LangChain's own message, and so is a class that has a `call` of its own.
    if (manager !== undefined || typeof value !== "string" || !OWN_CALLS.has(tool.call) || isPair(tool)) return value;
    const { toolCall } = config as { readonly toolCall?: object };
    return toolCall === undefined ? value : (answers.get(toolCall)?.(value) ?? value);
  };
  const made = isOrdinary ? (Object.create(tool, { _call: { value: call } }) as StructuredToolInterface) : tool;
  safe.set(tool, made);
  return made;
}

/** What LangChain formats well stays as it is: text, messages, commands, content blocks, results with an artifact. */
function readable(value: unknown, tool: StructuredToolInterface): unknown {
  if (isPair(tool)) return value;
  if (typeof value !== "object" || value === null) return serialise(value);
  const isBlocks = Array.isArray(value) && value.length > 0 && value.every((block) => isContentBlock(block));
  const isDirect = isCommand(value) || ToolMessage.isInstance(value);
  return isDirect || isBlocks || Symbol.asyncIterator in value ? value : serialise(value);
}

function isPair(tool: StructuredToolInterface): boolean {
  return (tool as { responseFormat?: unknown }).responseFormat === "content_and_artifact";
}

function isContentBlock(block: unknown): boolean {
  return typeof block === "object" && block !== null && "type" in block && typeof block.type === "string";
}
