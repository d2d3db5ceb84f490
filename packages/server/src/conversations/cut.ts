import { ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { HandoffRecord } from "swarmgraph";
import type { Agent } from "../wire/responses.ts";
import { toEntries } from "./to-entries.ts";
import type { Thread } from "./turn.ts";

/** A thread up to an entry. */
export interface Cut {
  /** What stays. */
  readonly kept: {
    readonly messages: readonly BaseMessage[];
    readonly handoffs: readonly HandoffRecord[];
    readonly activeAgent: string | undefined;
  };
  /** The turn of the user's that is to be answered again. */
  readonly again: readonly BaseMessage[];
}

/** Options of {@link cutAt}. */
export interface CutOptions {
  readonly agents: ReadonlyMap<string, Agent>;
  /** Whether a user's turn at the end stays a past one, because another follows. */
  readonly keepsTurn: boolean;
}

/** A thread up to an entry, that one included with what answers it; `undefined` where it has no such entry. */
export function cutAt(thread: Thread, entryId: string, { agents, keepsTurn }: CutOptions): Cut | undefined {
  const placed = toEntries({ messages: thread.messages, handoffs: thread.handoffs }, agents);
  const found = placed.find(({ entry }) => entry.id === entryId);
  if (found === undefined) return undefined;
  let end = thread.messages.findIndex(({ id }) => id === found.messageId) + 1;
  while (ToolMessage.isInstance(thread.messages[end])) end += 1;
  const messages = thread.messages.slice(0, end);
  const ids = new Set(messages.map(({ id }) => id));
  const handoffs = thread.handoffs.filter(({ messageId, status }) => status === "done" && ids.has(messageId));
  const isTurn = messages.at(-1)?.type === "human" && !keepsTurn;
  return {
    kept: {
      messages: isTurn ? messages.slice(0, -1) : messages,
      handoffs,
      activeAgent: handoffs.at(-1)?.to,
    },
    again: isTurn ? messages.slice(-1) : [],
  };
}
