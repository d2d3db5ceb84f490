import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { HandoffRegistry } from "../define/registry.ts";
import { callsOf } from "../define/calls.ts";
import type { CallView } from "../define/calls.ts";
import type { HandoffRecord, View } from "../types.ts";
import { returnedSpans } from "./activation.ts";
import type { Positions } from "./activation.ts";
import { saysSomething, withCalls } from "./pairs.ts";

/** What {@link viewOf} needs to know. */
export interface ViewOptions {
  readonly agent: string;
  readonly handoffs: readonly HandoffRecord[];
  readonly view: View;
  readonly registry: HandoffRegistry | undefined;
  /** Whether a message must reach the model exactly as it is: then its handoff calls are answered, never left out. */
  readonly isSealed: (message: AIMessage) => boolean;
}

/** A message of the view, and where it comes from in the log. */
export interface Seen {
  readonly message: BaseMessage;
  readonly position: number;
}

/**
 * The log as an agent sees it: handoff calls left out or answered, refused ones answered with what is wrong for the
 * agent that made them, dropped ones gone, and what others did inside a handoff that has come back left out. Does not
 * care about pairs; `pairCalls` does, afterwards. Pure; O(messages + ledger).
 */
export function viewOf(messages: readonly BaseMessage[], positions: Positions, options: ViewOptions): Seen[] {
  const recordOf = ledgerOf(options.handoffs, messages.length);
  const hidden = hiddenPositions(messages, positions, options);
  const seen: Seen[] = [];
  messages.forEach((message, position) => {
    if (hidden.has(position)) return;
    if (!AIMessage.isInstance(message)) {
      seen.push({ message, position });
      return;
    }
    const calls = callsOf(message);
    const kept: CallView[] = [];
    const answers: ToolMessage[] = [];
    for (const call of calls) {
      const record = recordOf(message.id, call.id);
      const isSealed = options.isSealed(message);
      const answer = answerOf(call, record, { messages, positions, options, isSealed });
      if (answer === "leave out") continue;
      kept.push(call);
      if (answer !== undefined)
        answers.push(new ToolMessage({ content: answer, tool_call_id: call.id ?? "", name: call.name }));
    }
    seen.push({ message: kept.length === calls.length ? message : without(message, kept), position });
    for (const answer of answers) seen.push({ message: answer, position });
  });
  return seen;
}

/** Stands where a message said nothing but what is left out. Says nothing either, and parts what is beside it. */
const NOTHING_SAID = new AIMessage("");

function without(message: AIMessage, kept: readonly CallView[]): AIMessage {
  return kept.length === 0 && !saysSomething(message) ? NOTHING_SAID : withCalls(message, kept);
}

/** Messages up to which each record is looked for from the ledger's end; for more, an index is made. */
const FEW = 8;

type RecordOf = (messageId: string | undefined, callId: string | undefined) => HandoffRecord | undefined;

function ledgerOf(handoffs: readonly HandoffRecord[], messages: number): RecordOf {
  if (messages <= FEW) {
    // To put the two together for each comparison would take longer than the rest.
    return (messageId = "", callId = "") =>
      handoffs.findLast((record) => record.callId === callId && record.messageId === messageId);
  }
  const index = new Map(handoffs.map((record) => [record.id, record]));
  return (messageId, callId) => index.get(recordId(messageId, callId));
}

/** The answer to a handoff that was dropped, in a message that nothing can be left out of. */
const NOT_TAKEN = "Not taken: one message hands over once.";

/** The key of a handoff in the ledger. */
export function recordId(messageId: string | undefined, callId: string | undefined): string {
  return `${messageId ?? ""}:${callId ?? ""}`;
}

interface Log {
  readonly messages: readonly BaseMessage[];
  readonly positions: Positions;
  readonly options: ViewOptions;
  readonly isSealed: boolean;
}

/** What answers a call on the wire beside the log: a text, nothing (its real result does), or it is left out. */
function answerOf(call: CallView, record: HandoffRecord | undefined, log: Log): string | "leave out" | undefined {
  const { agent, registry } = log.options;
  const view = log.isSealed ? "answer" : log.options.view;
  if (record === undefined) {
    const target = registry?.targetOf(call.name);
    if (target === undefined) return undefined;
    return view === "answer" ? transferred(target) : "leave out";
  }
  if (record.status === "dropped") return log.isSealed ? NOT_TAKEN : "leave out";
  if (record.status === "refused") {
    return record.from === agent || log.isSealed ? `Error: ${record.reason ?? record.code}` : "leave out";
  }
  if (record.from === agent && record.returned !== undefined) return returnedText(record.to, record.returned, log);
  return view === "answer" ? transferred(record.to) : "leave out";
}

function transferred(target: string): string {
  return `Transferred to ${target}.`;
}

function returnedText(target: string, answerId: string, { messages, positions }: Log): string {
  const message = messages[positions.get(answerId) ?? -1];
  return message === undefined || message.text === "" ? `${target} has finished.` : message.text;
}

/** The working of others inside handoffs that have come back to this agent. What the user said stays. */
function hiddenPositions(
  messages: readonly BaseMessage[],
  positions: Positions,
  options: ViewOptions,
): ReadonlySet<number> {
  const spans = returnedSpans(options.agent, options.handoffs, positions);
  if (spans.length === 0) return NO_POSITIONS;
  const hidden = new Set<number>();
  for (const { from, to } of spans) {
    const own = new Set(callsOf(messages[from]).map(({ id }) => id));
    for (let position = from + 1; position <= to; position += 1) {
      const message = messages[position];
      const isOwnResult = ToolMessage.isInstance(message) && own.has(message.tool_call_id);
      if (message?.type !== "human" && !isOwnResult) hidden.add(position);
    }
  }
  return hidden;
}

const NO_POSITIONS: ReadonlySet<number> = new Set();
