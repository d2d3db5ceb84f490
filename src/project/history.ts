import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { callsOf } from "../define/calls.ts";
import type { HistoryContext, HistoryPolicy } from "../types.ts";
import { NOT_EXECUTED } from "./pairs.ts";

/** All of it. One object, by which it is known that nothing is picked. */
export const FULL: HistoryPolicy = Object.freeze({
  name: "full",
  select: (earlier: readonly BaseMessage[]) => earlier,
});

function fromLastTurns(messages: readonly BaseMessage[], turns: number): readonly BaseMessage[] {
  let left = turns;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    if (messages[index]?.type === "human") left -= 1;
    if (left === 0) return messages.slice(index);
  }
  return messages;
}

/**
 * What an agent sees of the conversation before it was entered: per edge, per agent or for the whole swarm. Each policy
 * is pure; calls and their results are kept together afterwards, whatever a policy cuts.
 *
 * @example
 * ```ts
 * import { history } from "swarmgraph";
 *
 * const edge = { to: "billing", history: history.lastTurns(2) } as const;
 * ```
 */
export const history = Object.freeze({
  /** All of it. The default. */
  full: (): HistoryPolicy => FULL,

  /**
   * The last `turns` user turns, the current one included.
   *
   * @throws RangeError if `turns` is not a whole number of at least 1.
   */
  lastTurns: (turns: number): HistoryPolicy => {
    if (!Number.isInteger(turns) || turns < 1) {
      throw new RangeError(`history.lastTurns needs a whole number of at least 1, got ${turns}`);
    }
    return { name: `lastTurns(${turns})`, select: (earlier) => fromLastTurns(earlier, turns) };
  },

  /** The user message that led to the handoff, and what came after the handoff. */
  sinceHandoff: (): HistoryPolicy => ({
    name: "sinceHandoff",
    select: (earlier, { handoff }) => {
      if (handoff === undefined) return earlier;
      const request = earlier.findLast((message) => message.type === "human");
      return request === undefined ? [] : [request];
    },
  }),

  /** Nothing but the brief, as the user turn: who handed over, why, with what input. */
  briefOnly: (): HistoryPolicy => ({
    name: "briefOnly",
    select: (earlier, { handoff }) => (handoff === undefined ? earlier : []),
    briefAsUser: true,
  }),

  /** What `base` leaves (default: all of it), without other agents' tool calls and their results. */
  withoutTools: (base?: HistoryPolicy): HistoryPolicy => ({
    name: base === undefined ? "withoutTools" : `withoutTools(${base.name})`,
    select: (earlier, context) => withoutTools(base === undefined ? earlier : base.select(earlier, context)),
    ...(base?.briefAsUser && { briefAsUser: true }),
  }),

  /**
   * What `base` leaves (default: all of it), without the tool calls that led to an answer, each sequence of calls for
   * itself: results that nobody has answered with yet stay, and so do calls that were interrupted.
   */
  withoutAnsweredTools: (base?: HistoryPolicy): HistoryPolicy => ({
    name: base === undefined ? "withoutAnsweredTools" : `withoutAnsweredTools(${base.name})`,
    select: (earlier, context) =>
      withoutAnsweredTools(base === undefined ? earlier : base.select(earlier, context), context.handoff?.messageId),
    ...(base?.briefAsUser && { briefAsUser: true }),
  }),

  /** One user-role note in the place of everything before the current turn; `summarise` is pure and synchronous. */
  summary: (summarise: (earlier: readonly BaseMessage[], context: HistoryContext) => string): HistoryPolicy => ({
    name: "summary",
    select: (earlier, context) => {
      const current = fromLastTurns(earlier, 1);
      const past = earlier.slice(0, earlier.length - current.length);
      return past.length === 0 ? current : [new HumanMessage(`Context: ${summarise(past, context)}`), ...current];
    },
  }),

  /** A function of yours. It must be pure, and return messages that it was given or made itself. */
  custom: (select: HistoryPolicy["select"], name = "custom"): HistoryPolicy => ({ name, select }),
});

function withoutTools(messages: readonly BaseMessage[]): BaseMessage[] {
  return messages.flatMap((message) => {
    if (ToolMessage.isInstance(message)) return [];
    if (!AIMessage.isInstance(message) || callsOf(message).length === 0) return [message];
    return message.text.trim() === "" ? [] : [new AIMessage({ content: message.text, ...named(message) })];
  });
}

/** `handoffId` is the message that handed over: its words are no answer. */
function withoutAnsweredTools(messages: readonly BaseMessage[], handoffId: string | undefined): BaseMessage[] {
  const kept: BaseMessage[] = [];
  let open: BaseMessage[] = [];
  for (const message of messages) {
    if (ToolMessage.isInstance(message) || callsOf(message).length > 0) {
      open.push(message);
      continue;
    }
    const isAnswer = AIMessage.isInstance(message) && !(message.id !== undefined && message.id === handoffId);
    const isAnswered = isAnswer && !open.some(({ text }) => text === NOT_EXECUTED);
    for (const earlier of isAnswered ? withoutTools(open) : open) kept.push(earlier);
    kept.push(message);
    open = [];
  }
  return [...kept, ...open];
}

function named({ id, name }: AIMessage): { id?: string; name?: string } {
  return { ...(id !== undefined && { id }), ...(name !== undefined && { name }) };
}
