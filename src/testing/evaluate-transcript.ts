import type { BaseMessage } from "@langchain/core/messages";
import { callsOf } from "../define/calls.ts";

/** What can be judged: a text, messages, or a result that holds messages. */
export type JudgeSubject = string | readonly BaseMessage[] | { readonly messages: readonly BaseMessage[] };

/** The subject as a judge reads it: who said what, which calls were made, what came back. System messages are left out. */
export function toTranscript(subject: JudgeSubject): string {
  if (typeof subject === "string") return subject;
  const messages = "messages" in subject ? subject.messages : subject;
  return messages.flatMap(linesOf).join("\n");
}

function linesOf(message: BaseMessage): string[] {
  if (message.type === "system") return [];
  const who = [message.type === "human" ? "user" : message.type === "ai" ? "assistant" : message.type, message.name]
    .filter((part) => part !== undefined)
    .join(" ");
  const calls = callsOf(message).map(
    ({ name, args, malformed }) =>
      `${who} calls ${name}(${malformed === undefined ? JSON.stringify(args) : "malformed"})`,
  );
  return message.text === "" && calls.length > 0 ? calls : [`${who}: ${message.text}`, ...calls];
}
