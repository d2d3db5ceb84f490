import { coerceMessageLikeToMessage, RemoveMessage } from "@langchain/core/messages";
import type { BaseMessage, BaseMessageLike } from "@langchain/core/messages";
import { Command, isCommand } from "@langchain/langgraph";

/** A run's input, and what its user said with it. */
export interface Said {
  readonly input: unknown;
  readonly said: readonly BaseMessage[];
}

/** Whether a run begins with something that is said, and does not go on from where its thread stands. */
export function isTurn(input: unknown): boolean {
  return typeof input === "object" && input !== null && !isCommand(input);
}

/** Gives each message of an input an id that is the same each time, so that it is known again in a log. */
export function withSaid(input: unknown, runId: string): Said {
  const update: unknown = isCommand(input) ? input.update : input;
  if (typeof update !== "object" || update === null || Array.isArray(update)) return { input, said: [] };
  const { messages } = update as { readonly messages?: BaseMessageLike | readonly BaseMessageLike[] };
  if (messages === undefined) return { input, said: [] };
  const all = (isList(messages) ? messages : [messages]).map((item, index) => withId(item, `${runId}#${index}`));
  const named = { ...update, messages: all };
  return {
    input: isCommand(input) ? Object.assign(new Command({}), input, { update: named }) : named,
    said: all.filter((message) => !RemoveMessage.isInstance(message)),
  };
}

function withId(item: BaseMessageLike, id: string): BaseMessage {
  const message = coerceMessageLikeToMessage(item);
  if (message.id !== undefined && message.id !== "") return message;
  return Object.assign(message, { id, lc_kwargs: { ...message.lc_kwargs, id } });
}

/** A pair of strings is one message (`["user", "hi"]`), not two. */
function isList(messages: BaseMessageLike | readonly BaseMessageLike[]): messages is readonly BaseMessageLike[] {
  return Array.isArray(messages) && !(messages.length === 2 && messages.every((part) => typeof part === "string"));
}
