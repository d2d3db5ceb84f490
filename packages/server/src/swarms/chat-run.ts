import type { Command } from "@langchain/langgraph";
import type { BaseMessage } from "@langchain/core/messages";
import { invalidField } from "../wire/errors.ts";
import { repliesIn, tailOf, toBaseMessage } from "./chat-messages.ts";
import type { ChatMessage } from "./chat-messages.ts";
import type { ChatRequest } from "./chat-request.ts";
import type { HostedSwarm, RunPlace } from "./hosted-swarm.ts";
import { commandOfReplies } from "./resume.ts";
import { threadKey } from "./thread-ids.ts";

/** Where a chat goes on, and with what. */
export interface ChatRun {
  readonly place: RunPlace;
  readonly input: { readonly messages: readonly BaseMessage[] } | Command;
  readonly waitsAs: (callIds: readonly string[]) => string | undefined;
}

/**
 * Finds where a request goes on. With a `user` and a checkpointer the thread knows what was said, and takes what stands
 * behind the last answer. Else the request holds the whole chat; results of tools go to the run that waits for them, and
 * into a new one where that is gone.
 */
export async function chatRun(request: ChatRequest, swarm: HostedSwarm, tenant: string): Promise<ChatRun> {
  const { messages, user } = request;
  const owner = { tenant, swarm: swarm.name };
  const tail = tailOf(messages);
  const replies = repliesIn(tail);
  const hasReplies = replies.size > 0;
  const isAllReplies = hasReplies && replies.size === tail.length;
  const waitsAs = (callIds: readonly string[]): string | undefined =>
    callIds.length === 0 ? undefined : threadKey(owner, "calls", JSON.stringify([authored(messages), callIds]));
  const whole = { messages: messages.map(toBaseMessage) };
  if (swarm.keeps && typeof user === "string") {
    const place = await swarm.open(threadKey(owner, "user", user));
    if (place.thread.isEmpty) return { place, input: whole, waitsAs };
    if (isAllReplies) return { place, input: commandOfReplies(place.thread, replies), waitsAs };
    if (hasReplies)
      throw invalidField(["body", "messages"], "Send the results of tools alone, then what the user says.");
    if (tail.length === 0) throw invalidField(["body", "messages"], "There is nothing new behind the last answer.");
    return { place, input: { messages: tail.map(toBaseMessage) }, waitsAs };
  }
  const held = isAllReplies ? await swarm.held(heldAs(messages, owner)) : undefined;
  if (held !== undefined) return { place: held, input: commandOfReplies(held.thread, replies), waitsAs };
  return { place: swarm.passing(), input: whole, waitsAs };
}

/** What {@link ChatRun.waitsAs} was for the request that the last assistant's message answered. */
function heldAs(messages: readonly ChatMessage[], owner: { tenant: string; swarm: string }): string {
  const at = messages.findLastIndex(({ role }) => role === "assistant");
  const message = messages[at];
  const calls = message?.role === "assistant" ? (message.tool_calls ?? []) : [];
  const asked = calls.map(({ id }) => id);
  return threadKey(owner, "calls", JSON.stringify([authored(messages.slice(0, at)), asked]));
}

/** What the client itself said: it comes back letter by letter, unlike what it repeats of ours. */
function authored(messages: readonly ChatMessage[]): unknown {
  return messages.flatMap((message) => (message.role === "assistant" ? [] : [[message.role, message.content]]));
}
