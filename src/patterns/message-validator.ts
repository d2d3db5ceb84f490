import type { BaseMessageLike } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import type { Runnable, RunnableLike } from "@langchain/core/runnables";
import { isCommand } from "@langchain/langgraph";
import { validateMessages } from "./validate-messages.ts";
import type { ValidateMessagesOptions } from "./validate-messages.ts";

/** What {@link messageValidator} gives: a Runnable whose `pipe` keeps the type of the graph's result. */
export interface MessageValidator<Input = unknown> extends Runnable<Input, Input> {
  pipe<Output>(graph: { invoke(input: never, config?: never): Promise<Output> }): Runnable<Input, Output>;
  pipe<Output>(next: RunnableLike<Input, Output>): Runnable<Input, Exclude<Output, Error>>;
}

/**
 * A Runnable to pipe in front of a graph: its input goes through unchanged if {@link validateMessages} passes its messages.
 * It takes a state with `messages`, a list of messages, one message, and a `Command` (whose `update` is looked
 * through; its `resume` is the graph's own business). Input without messages passes.
 *
 * @throws MessageValidationError from `invoke` and `stream`, before the graph has run.
 * @example
 * ```ts
 * import { createRouter, messageValidator } from "swarmgraph/patterns";
 *
 * const graph = createRouter({ routes: { support: () => "How can I help?" } });
 * const guarded = messageValidator({ roles: ["user"] }).pipe(graph);
 * const result = await guarded.invoke({ messages: [{ role: "user", content: "Hello" }] });
 * result.route; // "support"
 * ```
 */
export function messageValidator<Input = unknown>(options: ValidateMessagesOptions = {}): MessageValidator<Input> {
  const validator = new RunnableLambda<Input, Input>({
    func: (input) => {
      validateMessages(messagesOf(input), options);
      return input;
    },
  });
  return validator.withConfig({ runName: "message-validator" }) as MessageValidator<Input>;
}

function messagesOf(input: unknown): readonly BaseMessageLike[] {
  if (typeof input === "string" || Array.isArray(input)) return listOf(input);
  if (typeof input !== "object" || input === null) return [];
  if (isCommand(input)) {
    // An update may also be a list of channels and values, in which a channel may occur twice.
    const { update } = input;
    const writes = Array.isArray(update) ? update : Object.entries(update ?? {});
    return writes.flatMap(([channel, value]) => (channel === "messages" ? listOf(value) : []));
  }
  if ("messages" in input) return listOf(input.messages);
  return "content" in input ? listOf(input) : [];
}

function listOf(messages: unknown): readonly BaseMessageLike[] {
  if (messages === undefined || messages === null) return [];
  // A pair of strings is one message (`["user", "hi"]`), not two.
  const isOne =
    !Array.isArray(messages) || (messages.length === 2 && messages.every((part) => typeof part === "string"));
  return (isOne ? [messages] : messages) as readonly BaseMessageLike[];
}
