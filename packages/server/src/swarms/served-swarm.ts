import type { BaseMessage } from "@langchain/core/messages";
import type { BaseCheckpointSaver, StateSnapshot } from "@langchain/langgraph";
import type { EventSource, PendingInterrupt } from "swarmgraph";

/** A compiled swarm as the server needs it: every `SwarmGraph` fits. */
export interface ServedSwarm extends EventSource {
  getState(config: never): Promise<StateSnapshot>;
  withCheckpointer(checkpointer: BaseCheckpointSaver): ServedSwarm;
}

/** The swarms of a server, by the names that clients call them. */
export type ServedSwarms = Readonly<Record<string, ServedSwarm>>;

/** A thread as it stands. */
export interface ThreadView {
  /** Whether nothing was ever said in it; a thread that there is not looks the same. */
  readonly isEmpty: boolean;
  readonly messageIds: ReadonlySet<string>;
  /** What it waits for. */
  readonly pending: readonly (PendingInterrupt & { readonly id: string })[];
}

/** Reads a thread by its key. */
export async function readThread(graph: ServedSwarm, key: string): Promise<ThreadView> {
  const { values, tasks } = await graph.getState({ configurable: { thread_id: key } } as never);
  const { messages = [] } = values as { readonly messages?: readonly BaseMessage[] };
  return {
    isEmpty: messages.length === 0,
    messageIds: new Set(messages.flatMap(({ id }) => id ?? [])),
    pending: tasks.flatMap(({ interrupts }) =>
      interrupts.flatMap(({ id, value }) => (id === undefined ? [] : [{ id, value: value as unknown }])),
    ),
  };
}
