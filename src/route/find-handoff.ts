import type { HandoffRegistry } from "../define/registry.ts";
import { callsOf } from "../define/calls.ts";
import type { CallView } from "../define/calls.ts";

/** A handoff call and the agent that it means. */
export interface HandoffMatch {
  readonly call: CallView;
  readonly target: string;
}

/** Options of {@link findHandoff}. */
export interface FindHandoffOptions {
  /** The targets that count. Default: every agent of the registry. */
  readonly allowed?: ReadonlySet<string> | undefined;
}

/**
 * The first handoff call of a message, in call order, whose target is known and allowed. Contract: pure; exact names
 * only; never throws on model output.
 *
 * @example
 * ```ts
 * import { AIMessage } from "@langchain/core/messages";
 * import { createRegistry, findHandoff } from "swarmgraph";
 *
 * const message = new AIMessage({ content: "", tool_calls: [{ name: "transfer_to_writer", args: {}, id: "c1" }] });
 * findHandoff(message, createRegistry(["writer"]))?.target; // "writer"
 * ```
 */
export function findHandoff(
  message: unknown,
  registry: HandoffRegistry,
  options: FindHandoffOptions = {},
): HandoffMatch | undefined {
  for (const call of callsOf(message)) {
    const target = registry.targetOf(call.name);
    if (target !== undefined && (options.allowed?.has(target) ?? true)) return { call, target };
  }
  return undefined;
}
