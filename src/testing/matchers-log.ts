import { callsOf, isAssistant } from "../define/calls.ts";
import type { CallView } from "../define/calls.ts";
import { isHandoffTool } from "../define/handoff-tool.ts";
import { recordId } from "../project/view.ts";
import type { HandoffRecord } from "../types.ts";

/** A tool message that answers a call. */
export interface LoggedAnswer {
  readonly position: number;
  readonly isError: boolean;
  /** Whether nothing but tool messages stands between the call and the answer. */
  readonly isAdjacent: boolean;
}

/** A call of the log, and what became of it. */
export interface LoggedCall extends CallView {
  readonly position: number;
  readonly messageId: string | undefined;
  readonly isHandoff: boolean;
  readonly answers: readonly LoggedAnswer[];
}

/** The calls of a log in call order, and the tool messages that answer none of them. */
export interface CallLog {
  readonly calls: readonly LoggedCall[];
  readonly orphans: readonly { readonly position: number; readonly callId: string }[];
}

/** What tells handoff calls from regular ones. */
export interface CallLogOptions {
  /** The ledger, where there is one. */
  readonly handoffs?: readonly HandoffRecord[] | undefined;
  /** The prefix of handoff tools. Default `transfer_to_`. */
  readonly prefix?: string | undefined;
}

/**
 * Reads the calls of a log with their answers. A tool message answers the latest call with its id. A call is a handoff
 * where the ledger says so; without a ledger, and for a call that nothing answers, the prefix of its name decides.
 * O(messages + ledger).
 */
export function readCalls(messages: readonly object[], options: CallLogOptions = {}): CallLog {
  const calls: (LoggedCall & { answers: LoggedAnswer[] })[] = [];
  const orphans: { position: number; callId: string }[] = [];
  const latest = new Map<string, (typeof calls)[number]>();
  let groupEnd = -1;
  messages.forEach((message, position) => {
    const { id, tool_call_id: callId, status } = message as Record<string, unknown>;
    if (isAssistant(message)) {
      for (const view of callsOf(message)) {
        const messageId = typeof id === "string" ? id : undefined;
        const call = { ...view, position, messageId, isHandoff: false, answers: [] };
        calls.push(call);
        if (view.id !== undefined) latest.set(view.id, call);
      }
    }
    if (typeof callId !== "string") {
      groupEnd = position;
      return;
    }
    const call = latest.get(callId);
    if (call === undefined) orphans.push({ position, callId });
    else call.answers.push({ position, isError: status === "error", isAdjacent: call.position === groupEnd });
  });
  const isHandoff = handoffTest(calls, options);
  return { calls: calls.map((call) => ({ ...call, isHandoff: isHandoff(call) })), orphans };
}

function handoffTest(
  calls: readonly LoggedCall[],
  { handoffs, prefix }: CallLogOptions,
): (call: LoggedCall) => boolean {
  const keyOf = ({ messageId, id }: LoggedCall) => recordId(messageId, id);
  const recorded = new Set(handoffs?.map(({ id }) => id));
  const taken = new Set(handoffs?.filter(({ status }) => status === "done").map(({ id }) => id));
  const names = new Set(calls.filter((call) => taken.has(keyOf(call))).map(({ name }) => name));
  return (call) => {
    if (recorded.has(keyOf(call)) || names.has(call.name)) return true;
    // A call that the ledger does not know and that a tool has answered is a regular one, whatever its name. One without
    // an answer was made in a turn before the ledger's, or when its turn had no budget left to judge it.
    return isHandoffTool(call.name, { prefix })[0] && (call.answers.length === 0 || handoffs === undefined);
  };
}

/** What is wrong with a log, one sentence each; empty where it is clean. */
export function faultsOf(messages: readonly object[], { calls, orphans }: CallLog): string[] {
  const faults: { position: number; text: string }[] = [];
  const found = (position: number, text: string) => faults.push({ position, text: `messages[${position}]: ${text}` });
  for (const { position, name, id, isHandoff, answers } of calls) {
    const what = `call of "${name}" (${id === undefined ? "it has no id" : `call ${id}`})`;
    if (isHandoff) {
      for (const answer of answers) found(answer.position, `a tool message answers the handoff ${what}`);
      continue;
    }
    if (answers.length !== 1) {
      found(position, `the ${what} is ${answers.length === 0 ? "not answered" : `answered ${answers.length} times`}`);
    }
    for (const answer of answers) {
      if (!answer.isAdjacent) {
        found(position, `the ${what} is answered by messages[${answer.position}], which does not follow it directly`);
      }
    }
  }
  for (const { position, callId } of orphans) found(position, `a tool message answers no call (call ${callId})`);
  const seen = new Map<unknown, number>();
  messages.forEach((message, position) => {
    const { id, type, role } = message as { id?: unknown; type?: unknown; role?: unknown };
    const first = seen.get(id);
    if (first !== undefined) found(position, `it has the id of messages[${first}], ${JSON.stringify(id)}`);
    else if (id !== undefined) seen.set(id, position);
    if ([type, role].some((kind) => kind === "system" || kind === "developer")) {
      found(position, "a system message is stored");
    }
  });
  return faults.sort((a, b) => a.position - b.position).map(({ text }) => text);
}
