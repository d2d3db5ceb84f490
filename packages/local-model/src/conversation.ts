import type { AIMessage, BaseMessage, ToolMessage } from "@langchain/core/messages";

/** What a tool gave. */
export interface Result {
  readonly tool: string;
  readonly isError: boolean;
  readonly text: string;
}

/** A prompt as the local model reads it. */
export interface Conversation {
  /** The last thing that a person said. */
  readonly request: string;
  /** What the person said before that, for a request that is only half of one ("And in Paris?"). */
  readonly earlier: string | undefined;
  /** Results since the request, in order, each with the tool that gave it. Other agents' results are among them. */
  readonly results: readonly Result[];
  /** Names of the tools that were called since the request. */
  readonly called: ReadonlySet<string>;
  /** Who handed the conversation over for this very request; not to be handed back to. */
  readonly handedOverBy: string | undefined;
  /** The last answer before the request, by whoever gave it. */
  readonly lastAnswer: string | undefined;
}

/** The line of a swarm's brief that says who handed over. */
const HANDED_OVER = /^Handed over by ("(?:[^"\\]|\\.)*")/m;

/** Reads a prompt. Contract: pure. */
export function readConversation(messages: readonly BaseMessage[]): Conversation {
  const people = messages.filter(({ type }) => type === "human");
  const at = messages.findLastIndex(({ type }) => type === "human");
  const since = messages.slice(at + 1);
  const before = messages.slice(0, Math.max(at, 0));
  const answers = before.filter((message) => message.type === "ai" && message.text.trim() !== "");
  const calls = since.flatMap((message) => (message.type === "ai" ? ((message as AIMessage).tool_calls ?? []) : []));
  const from = handedOverBy(messages);
  const answered = answers.at(-1);
  const isLater = answered?.name !== undefined && answered.name !== from;
  return {
    request: people.at(-1)?.text ?? "",
    earlier: people.at(-2)?.text,
    results: since
      .filter((message): message is ToolMessage => message.type === "tool")
      .map(({ name, status, text, tool_call_id: id }) => ({
        tool: name ?? calls.find((call) => call.id === id)?.name ?? "",
        isError: status === "error",
        text,
      })),
    called: new Set(calls.map(({ name }) => name)),
    handedOverBy: isLater ? undefined : from,
    lastAnswer: answered?.text,
  };
}

function handedOverBy(messages: readonly BaseMessage[]): string | undefined {
  for (const message of messages.toReversed()) {
    if (message.type !== "system") continue;
    const quoted = HANDED_OVER.exec(message.text)?.[1];
    if (quoted === undefined) continue;
    try {
      return JSON.parse(quoted) as string;
    } catch {
      return undefined;
    }
  }
  return undefined;
}
