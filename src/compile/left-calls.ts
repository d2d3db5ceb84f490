import { ToolMessage } from "@langchain/core/messages";
import type { PendingWrite } from "@langchain/langgraph-checkpoint";
import type { CallView } from "../define/calls.ts";
import { failedCall } from "../run/tool-call.ts";
import type { ToolOutcome } from "../run/tool-call.ts";
import { NOTES, outcomeOf } from "../run/tool-ledger.ts";

/** LangGraph's channel of what a task within a node has given, as each tool call is one. */
const RETURN = "__return__";

/** LangGraph's channels of what is asked within a step, and of the answers. */
const INTERRUPT = "__interrupt__";
const RESUME = "__resume__";

/** The pending writes of a checkpoint. */
type PendingWrites = readonly (readonly [task: string, ...PendingWrite])[];

/**
 * What is known of the calls of a step of tools that was left, in their order. Calls without
 * a result may have happened, unless they wait for an answer that nobody has given.
 *
 * @param calls those that the step has not answered.
 */
export function answersOf(calls: readonly CallView[], writes: PendingWrites): readonly ToolOutcome[] {
  const outcomes = writes.flatMap(([, channel, value]) => {
    if (channel === RETURN) return [value];
    return channel === NOTES ? [outcomeOf(value)] : [];
  });
  const known = new Map(outcomes.filter(isOutcome).map((outcome) => [outcome.message.tool_call_id, outcome]));
  const has = (name: string): boolean => writes.some(([, channel]) => channel === name);
  const isWaiting = has(INTERRUPT) && !has(RESUME);
  return calls.flatMap((call) => {
    const outcome = known.get(call.id ?? "");
    if (outcome !== undefined) return [outcome];
    return isWaiting ? [] : [failedCall(call, unknownOutcome(call))];
  });
}

function unknownOutcome({ name }: CallView): string {
  return `Error: the call of "${name}" was interrupted: the run ended before it had a result. It may have happened or not: find out before you call it again.`;
}

function isOutcome(value: unknown): value is ToolOutcome {
  const { message, update } = (value ?? {}) as Partial<ToolOutcome>;
  return ToolMessage.isInstance(message) && typeof update === "object";
}
