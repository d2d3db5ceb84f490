import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { isInteropZodSchema } from "@langchain/core/utils/types";
import { LocalModelError } from "./errors.ts";
import type { JsonSchema } from "./schema.ts";

/** The prefix of handoff tools. */
const HANDOFF_PREFIX = "transfer_to_";

/** A tool in OpenAI's format: what a call option can carry and a trace can show. */
export interface ToolDefinition {
  readonly type: "function";
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: JsonSchema;
  };
}

/** A tool as the router sees it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
  /** The target's part of the name, for a handoff tool. */
  readonly target: string | undefined;
}

/**
 * A tool in OpenAI's format, from a LangChain tool, an OpenAI definition, or a plain `{ name, description, parameters }`
 * (also with `schema`, `inputSchema` or `input_schema`). `undefined` for a tool that a provider runs by itself
 * (`{ type: "web_search" }`): nobody does here.
 *
 * @throws LocalModelError `TOOL_INVALID` if it has no name.
 */
export function toToolDefinition(tool: unknown): ToolDefinition | undefined {
  const converted = convertToOpenAITool(tool as Parameters<typeof convertToOpenAITool>[0]) as unknown;
  const plain = asRecord(converted);
  const inner = plain["type"] === "function" && plain["function"] !== undefined ? asRecord(plain["function"]) : plain;
  const { name, description } = inner;
  if (typeof name !== "string" || name === "") {
    if (typeof plain["type"] === "string" && plain["type"] !== "function") return undefined;
    throw new LocalModelError(
      "TOOL_INVALID",
      `a tool without a name was bound: ${describe(tool)}. Bind a LangChain tool or { name, description, parameters }.`,
    );
  }
  const given = inner["parameters"] ?? inner["schema"] ?? inner["inputSchema"] ?? inner["input_schema"] ?? {};
  const parameters = isInteropZodSchema(given) ? (toJsonSchema(given) as JsonSchema) : (given as JsonSchema);
  return {
    type: "function",
    function: { name, description: typeof description === "string" ? description : "", parameters },
  };
}

/** A tool as the router sees it, from its definition. */
export function toToolSpec({ function: { name, description, parameters } }: ToolDefinition): ToolSpec {
  const isHandoff = name.startsWith(HANDOFF_PREFIX) && name.length > HANDOFF_PREFIX.length;
  return { name, description, parameters, target: isHandoff ? name.slice(HANDOFF_PREFIX.length) : undefined };
}

/** Whether a name is that of a handoff tool. */
export function isHandoffName(name: string): boolean {
  return name.startsWith(HANDOFF_PREFIX);
}

/**
 * Whether a handoff tool leads to an agent of this name. Tool names replace what providers refuse, and end in a short
 * hash where that was not enough to tell names apart.
 */
export function leadsTo(spec: ToolSpec, agent: string): boolean {
  const plain = legalName(agent);
  const { target } = spec;
  if (target === undefined) return false;
  return target === plain || (target.startsWith(`${plain}_`) && /^[0-9a-z]{7}$/.test(target.slice(plain.length + 1)));
}

/** An agent's name as tool and message names spell it. */
export function legalName(agent: string): string {
  return agent
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9_-]/g, "_");
}

/** A name's words in lower case: `maxResults`, `max_results` and `max-results` are `["max", "results"]`. */
export function wordsOf(name: string): string[] {
  return (
    name
      .replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function describe(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 100);
}
