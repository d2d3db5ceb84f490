import { ToolMessage } from "@langchain/core/messages";
import type { PendingWrite } from "@langchain/langgraph-checkpoint";
import type { CallView } from "../define/calls.ts";
import { failedCall } from "../run/tool-call.ts";
import type { ToolOutcome } from "../run/tool-call.ts";
import { NOTES, outcomeOf } from "../run/tool-ledger.ts";

/** LangGraph's channel of what a task within a node has given, as each tool call is one. */
const RETURN = "__return__";

/** A step of tools that was left. */
interface LeftCalls {
  /** The pending writes of its checkpoint. */
  readonly writes: readonly (readonly [task: string, ...PendingWrite])[];
  /** Whether it simply stopped, and does not wait for anybody. */
  readonly isCutOff: boolean;
}

/** What is known of calls that their step has not answered, in the order of the calls. */
export function answersOf(calls: readonly CallView[], { writes, isCutOff }: LeftCalls): readonly ToolOutcome[] {
  const outcomes = writes.flatMap(([, channel, value]) => {
    if (channel === RETURN) return [value];
    return channel === NOTES ? [outcomeOf(value)] : [];
  });
  const known = new Map(outcomes.filter(isOutcome).map((outcome) => [outcome.message.tool_call_id, outcome]));
  return calls.flatMap((call) => {
    const outcome = known.get(call.id ?? "");
    if (outcome !== undefined) return [outcome];
    return isCutOff ? [failedCall(call, unknownOutcome(call))] : [];
  });
}

function unknownOutcome({ name }: CallView): string {
  return `Error: the call of "${name}" was interrupted: the run ended before it had a result. It may have happened or not: find out before you call it again.`;
}

function isOutcome(value: unknown): value is ToolOutcome {
  const { message, update } = (value ?? {}) as Partial<ToolOutcome>;
  return ToolMessage.isInstance(message) && typeof update === "object";
}
