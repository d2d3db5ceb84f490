import { AIMessage } from "@langchain/core/messages";
import { withCalls } from "../project/pairs.ts";

/** A reply that holds handoff calls, in two. */
export interface SplitReply {
  /** What was said, and the calls that are no handoffs; `undefined` where there are none of these. */
  readonly rest: AIMessage | undefined;
  /** The handoff calls: the reply itself where there are no others. */
  readonly handoff: AIMessage;
}

/**
 * Parts a reply's handoff calls, known by their tools' names, from its other calls, so that these can be answered first.
 * Pure; `undefined` for a reply without a handoff. The rest keeps the reply's id, text and usage.
 */
export function splitHandoffs(reply: AIMessage, names: ReadonlySet<string>): SplitReply | undefined {
  const calls = reply.tool_calls ?? [];
  const handoffs = calls.filter(({ name }) => names.has(name));
  if (handoffs.length === 0) return undefined;
  const others = calls.filter(({ name }) => !names.has(name));
  if (others.length === 0) return { rest: undefined, handoff: reply };
  const handoff = new AIMessage({
    content: "",
    tool_calls: handoffs,
    ...(reply.name !== undefined && { name: reply.name }),
  });
  return {
    rest: withCalls(
      reply,
      others.map(({ id, name, args }) => ({ id, name, args })),
    ),
    handoff,
  };
}
