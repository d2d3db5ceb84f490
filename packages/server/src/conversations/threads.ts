import type { BaseMessage } from "@langchain/core/messages";
import type { HandoffRecord } from "swarmgraph";
import type { AgentSwarm } from "./swarm-of.ts";
import type { ThreadState } from "./to-entries.ts";
import { threadOf, toolRequestOf } from "./turn.ts";
import type { Thread } from "./turn.ts";

/** What a thread begins with. */
export interface Past {
  readonly messages: readonly BaseMessage[];
  readonly handoffs?: readonly HandoffRecord[];
  readonly activeAgent?: string | undefined;
}

/** A conversation's thread as it stands. */
export async function threadIn({ graph }: AgentSwarm, id: string): Promise<Thread> {
  return threadOf(await graph.getState({ configurable: { thread_id: id } }));
}

/** The part of a thread that entries are made of. */
export function stateOf(thread: Thread): ThreadState {
  return { messages: thread.messages, handoffs: thread.handoffs, waitsFor: toolRequestOf(thread) };
}

/** Puts a past into a thread that is empty. */
export async function seed(
  { graph, byName }: AgentSwarm,
  id: string,
  { messages, handoffs, activeAgent }: Past,
): Promise<void> {
  const [entry] = byName.keys();
  const values = { messages, ...(handoffs && { handoffs }), ...(activeAgent !== undefined && { activeAgent }) };
  await graph.updateState({ configurable: { thread_id: id } }, values, activeAgent ?? entry);
}
