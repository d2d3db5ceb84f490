import { createRegistry } from "../define/registry.ts";
import type { HandoffRegistry } from "../define/registry.ts";
import type { HandoffRecord, Outcome } from "../types.ts";
import { callsOf, lastAssistant } from "../define/calls.ts";
import { findHandoff } from "./find-handoff.ts";

/** LangGraph's name for the end of a graph. */
export const END = "__end__";

/** Options of {@link routeHandoffs}. */
export interface RouteHandoffsOptions {
  /** The agents that may be handed to; each is also the node to go to. Nothing else is ever a destination. */
  readonly targets: readonly string[] | ReadonlySet<string>;
  /** The node that runs regular tool calls. Without one they are not run, and the handoff or `otherwise` is next. */
  readonly tools?: string | undefined;
  /**
   * The agent's own node, to go back to once its tools have answered, or to mend a handoff that is not possible.
   * Default: `otherwise`.
   */
  readonly self?: string | undefined;
  /** Regular calls beside a handoff: run first (default), or left out. */
  readonly siblings?: "run" | "skip" | undefined;
  /** Where to go when the message asks for nothing. Default: the end. */
  readonly otherwise?: string | undefined;
  /** The names of the handoff tools. Default: those of the targets. */
  readonly registry?: HandoffRegistry | undefined;
  /** The prefix of handoff tools, where no registry is given. Default `transfer_to_`. */
  readonly prefix?: string | undefined;
}

/** What {@link routeHandoffs} reads of a state. */
export interface RoutableState {
  readonly messages: readonly unknown[];
  /** The verdicts, where the graph keeps a ledger: then they decide, and nothing is judged twice. */
  readonly handoffs?: readonly HandoffRecord[] | undefined;
  /** An `Outcome`, where the graph keeps that: a turn that was ended without an answer is over. */
  readonly outcome?: unknown;
}

/** Whether a guardrail or a budget has ended the turn without an answer. */
export function isEndedEarly({ outcome }: Pick<RoutableState, "outcome">): boolean {
  if (typeof outcome !== "object" || outcome === null) return false;
  const { kind, messageId, path } = outcome as Partial<Outcome>;
  return (kind === "guardrail" || kind === "limit") && messageId === undefined && Array.isArray(path);
}

/**
 * Makes the routing function of a conditional edge: regular tools first, then the first valid handoff, then the agent
 * itself where a call was refused, else the end. Contract: pure and synchronous; looks at the last assistant message,
 * the tool results after it and the ledger; never throws on model output.
 *
 * @example
 * ```ts
 * import { routeHandoffs } from "swarmgraph";
 *
 * const route = routeHandoffs({ targets: ["writer"], tools: "researcher_tools", self: "researcher" });
 * route({ messages: [] }); // "__end__"
 * ```
 */
export function routeHandoffs(options: RouteHandoffsOptions): (state: RoutableState) => string {
  const registry = options.registry ?? createRegistry([...options.targets], { prefix: options.prefix });
  const allowed = options.targets instanceof Set ? (options.targets as ReadonlySet<string>) : new Set(options.targets);
  const otherwise = options.otherwise ?? END;
  return ({ messages, handoffs, outcome }) => {
    if (isEndedEarly({ outcome })) return otherwise;
    const last = lastAssistant(messages);
    if (last === undefined) return otherwise;
    const calls = callsOf(last.message);
    const verdicts = verdictsOf(last.message, handoffs);
    const isHandoff = (call: { id: string | undefined; name: string }) =>
      verdicts.has(call.id ?? "") || registry.targetOf(call.name) !== undefined;
    const open = calls.filter((call) => !isHandoff(call) && !(call.id !== undefined && last.answered.has(call.id)));
    const target = verdicts.size > 0 ? takenTarget(verdicts) : findHandoff(last.message, registry, { allowed })?.target;
    const toolsAreNext = open.length > 0 && !(target !== undefined && options.siblings === "skip");
    if (options.tools !== undefined && toolsAreNext) return options.tools;
    if (target !== undefined && allowed.has(target)) return target;
    return calls.length > 0 ? (options.self ?? otherwise) : otherwise;
  };
}

/** The ledger's lines about one message, by call id. */
export function verdictsOf(
  message: unknown,
  handoffs: readonly HandoffRecord[] | undefined,
): ReadonlyMap<string, HandoffRecord> {
  const id = (message as { id?: unknown } | undefined)?.id;
  let verdicts: Map<string, HandoffRecord> | undefined;
  for (let index = (handoffs?.length ?? 0) - 1; index >= 0; index -= 1) {
    const record = handoffs?.[index];
    // The ledger is in the order of the messages, so the lines about the last message are at its end.
    if (record === undefined || record.messageId !== id) break;
    (verdicts ??= new Map()).set(record.callId, record);
  }
  return verdicts ?? NO_VERDICTS;
}

const NO_VERDICTS: ReadonlyMap<string, HandoffRecord> = new Map();

function takenTarget(verdicts: ReadonlyMap<string, HandoffRecord>): string | undefined {
  for (const { status, to } of verdicts.values()) if (status === "pending") return to;
  return undefined;
}
