import { tool } from "@langchain/core/tools";
import type { DynamicStructuredTool } from "@langchain/core/tools";
import { HandoffToolExecutedError } from "../errors.ts";
import type { PayloadSchema } from "../types.ts";
import type { HandoffRegistry } from "./registry.ts";
import { assertAgentName, HANDOFF_PREFIX, toolNameFor } from "./tool-name.ts";

/** OpenAI refuses a longer tool description; the strictest of the providers we know. */
export const MAX_DESCRIPTION = 1024;

/** Options of {@link createHandoffTool}. */
export interface HandoffToolOptions {
  /** What the model reads: when to hand off. Default: `Transfer the conversation to <target>.` */
  readonly description?: string | undefined;
  /** A zod object: the payload of the handoff, and the parameters of the tool. Default: no parameters. */
  readonly input?: PayloadSchema | undefined;
  /** The tool's name, taken as it is. Default: {@link toolNameFor} of the target. */
  readonly name?: string | undefined;
  /** The prefix of the tool's name. Default `transfer_to_`. */
  readonly prefix?: string | undefined;
  /** What happens to a description over 1,024 characters, which OpenAI refuses. Default `"truncate"`. */
  readonly longDescription?: "truncate" | "error" | undefined;
}

/** A handoff as a LangChain tool: a name, a description and a schema for the model, and a body that throws. */
export type HandoffTool = DynamicStructuredTool;

/** The parameters of a handoff without a payload. One object for all of them; never `{}`, which strict providers refuse. */
const NO_PARAMETERS = { type: "object", properties: {}, additionalProperties: false } as const;

/** The brand. It lives beside the tools, not on them: nothing that a user, a clone or a JSON round trip makes is a handoff. */
const targets = new WeakMap<object, string>();

/**
 * Makes the `transfer_to_<target>` tool of a handoff. Models call it; nobody runs it: an edge reads the call and routes
 * to the target. If something runs it all the same it throws {@link HandoffToolExecutedError}.
 *
 * @throws TypeError if `target` is not a string; RangeError if it is blank, or if a description is too long and
 *   `longDescription` is `"error"`.
 * @example
 * ```ts
 * import { createHandoffTool, isHandoffTool } from "swarmgraph";
 *
 * const toWriter = createHandoffTool("writer", { description: "Send to the writer once the research is complete." });
 * isHandoffTool(toWriter); // [true, "writer"]
 * ```
 */
export function createHandoffTool(target: string, options: HandoffToolOptions = {}): HandoffTool {
  assertAgentName(target);
  const name = options.name ?? toolNameFor(target, { prefix: options.prefix });
  const description = fitDescription(options.description ?? `Transfer the conversation to ${target}.`, {
    owner: `the handoff to "${target}"`,
    onLong: options.longDescription ?? "truncate",
  });
  const handoff = tool(
    (_input: unknown, config?: { toolCall?: { id?: string } }) => {
      throw new HandoffToolExecutedError(target, name, config?.toolCall?.id);
    },
    {
      name,
      description,
      schema: (options.input ?? NO_PARAMETERS) as typeof NO_PARAMETERS,
      metadata: { handoff: true, target },
    },
  ) as unknown as HandoffTool;
  targets.set(handoff, target);
  return handoff;
}

/** The target of a tool made by {@link createHandoffTool}, else `undefined`. */
export function handoffTargetOf(value: object): string | undefined {
  return targets.get(value);
}

/** Options of {@link isHandoffTool}. */
export interface IsHandoffToolOptions {
  /** The prefix of handoff tools. Default `transfer_to_`. */
  readonly prefix?: string | undefined;
  /** A swarm's registry: then only its own names are handoffs, and the target is the agent's exact name. */
  readonly registry?: HandoffRegistry | undefined;
}

/**
 * Whether a tool name, a tool, or a tool call (`{ name }` or `{ function: { name } }`) is a handoff, and to whom. Names
 * and calls are judged by the naming convention, or by the registry where one is given; tools by their brand alone.
 * Never throws.
 *
 * @example
 * ```ts
 * import { isHandoffTool } from "swarmgraph";
 *
 * isHandoffTool("transfer_to_researcher"); // [true, "researcher"]
 * isHandoffTool("calculate"); // [false, null]
 * isHandoffTool("transfer_to_"); // [false, null]: no target
 * ```
 */
export function isHandoffTool(
  value: unknown,
  options: IsHandoffToolOptions = {},
): readonly [true, string] | readonly [false, null] {
  const target = isTool(value) ? handoffTargetOf(value) : targetOfName(nameOf(value), options);
  return target === undefined ? [false, null] : [true, target];
}

/**
 * Cuts a description to the 1,024 characters that every provider accepts, and takes out the control characters and
 * Unicode tags in which instructions can be hidden from a human reader.
 *
 * @throws RangeError if it is too long and `onLong` is `"error"`.
 */
export function fitDescription(text: string, options: { owner: string; onLong: "truncate" | "error" }): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const clean = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]|[\u{E0000}-\u{E007F}]/gu, "");
  if (clean.length <= MAX_DESCRIPTION) return clean;
  if (options.onLong === "error") {
    throw new RangeError(
      `the description of ${options.owner} has ${clean.length} characters, and providers refuse more than ${MAX_DESCRIPTION}: shorten it`,
    );
  }
  return `${clean.slice(0, MAX_DESCRIPTION - 1).toWellFormed()}…`;
}

function targetOfName(name: string | undefined, options: IsHandoffToolOptions): string | undefined {
  if (name === undefined) return undefined;
  if (options.registry) return options.registry.targetOf(name);
  const prefix = options.prefix ?? HANDOFF_PREFIX;
  return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : undefined;
}

function isTool(value: unknown): value is object {
  return typeof value === "object" && value !== null && "invoke" in value && typeof value.invoke === "function";
}

function nameOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  if ("function" in value && typeof value.function === "object" && value.function !== null)
    return nameOf(value.function);
  return "name" in value && typeof value.name === "string" ? value.name : undefined;
}
