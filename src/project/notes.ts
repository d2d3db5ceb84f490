import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { saysSomething, withCalls } from "./pairs.ts";
import { plainMessage } from "./provenance.ts";

/** Characters of one result that a note passes on. */
const MAX_RESULT = 20_000;

/**
 * Tool calls and their results as notes of the user's, but for messages that are kept. For a model that has no tools
 * bound: providers refuse tool messages where no tools are, and a model that reads of tools calls them. And for one that
 * thinks aloud: it refuses calls without thoughts. Needs paired calls. Pure; O(messages).
 */
export function asNotes(messages: readonly BaseMessage[], isKept: (message: AIMessage) => boolean): BaseMessage[] {
  const noted: BaseMessage[] = [];
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index] as BaseMessage;
    if (!AIMessage.isInstance(message) || (message.tool_calls ?? []).length === 0 || isKept(message)) {
      noted.push(message);
      continue;
    }
    const results = new Map<string, ToolMessage>();
    for (let next = messages[index + 1]; ToolMessage.isInstance(next); next = messages[index + 1]) {
      results.set(next.tool_call_id, next);
      index += 1;
    }
    const said = withCalls(plainMessage(message), []);
    if (saysSomething(said)) noted.push(said);
    noted.push(new HumanMessage(noteOf(message, results)));
  }
  return noted;
}

/** Worded as a report, not as a transcript: what looks like one is imitated. */
function noteOf({ name, tool_calls: calls = [] }: AIMessage, results: ReadonlyMap<string, ToolMessage>): string {
  const who = name === undefined ? "An assistant" : `The assistant ${JSON.stringify(name)}`;
  const lines = calls.map(({ id, name: tool, args }) => {
    const result = results.get(id ?? "");
    const verb = result?.status === "error" ? "failed with" : "gave";
    return `- ${tool} for ${JSON.stringify(args)} ${verb}: ${cut(result?.text ?? "")}`;
  });
  return [`(Context: ${who} looked this up earlier in this conversation.`, ...lines].join("\n") + ")";
}

function cut(text: string): string {
  return text.length <= MAX_RESULT ? text : `${text.slice(0, MAX_RESULT).toWellFormed()}…`;
}
