import type { SwarmEvent } from "swarmgraph";

/** One item of the conversation; what else it holds depends on its kind. */
export interface ChatItem {
  readonly kind: "user" | "message" | "tool" | "handoff" | "notice";
  readonly key: string;
  readonly [name: string]: unknown;
}

export function reduceChat(chat: readonly ChatItem[], event: SwarmEvent): readonly ChatItem[];
export function chatOf(values?: unknown): readonly ChatItem[];
