import type { BaseMessage } from "@langchain/core/messages";
import { START } from "@langchain/langgraph";
import type { CheckpointMetadata, CheckpointTuple } from "@langchain/langgraph-checkpoint";
import { SwarmMemorySaver } from "swarmgraph";
import type { SwarmGraph } from "swarmgraph";
import { ENGINE } from "./owner.ts";
import { pack, unpack } from "./serial.ts";
import type { StoredThread } from "./protocol.ts";

/** A thread during a run: a checkpointer of the process that holds it alone. */
export type ThreadSaver = SwarmMemorySaver;

/** What of a checkpoint is kept: its names within the process are not. */
interface Held {
  readonly checkpoint: CheckpointTuple["checkpoint"];
  readonly metadata: CheckpointTuple["metadata"] | undefined;
  readonly pendingWrites: CheckpointTuple["pendingWrites"] | undefined;
}

/** A checkpointer that holds the thread as it was kept. */
export async function openThread(threadId: string, stored: StoredThread | null): Promise<ThreadSaver> {
  const saver = new SwarmMemorySaver();
  if (stored === null) return saver;
  const { checkpoint, metadata, pendingWrites = [] } = (await unpack(stored.checkpoint)) as Held;
  const place = { configurable: { thread_id: threadId, checkpoint_ns: "" } };
  const kept = await saver.put(place, checkpoint, metadata as CheckpointMetadata);
  // All of a task's at once: a saver takes what a task writes later for a repetition.
  const tasks = new Set(pendingWrites.map(([taskId]) => taskId));
  for (const task of tasks) {
    const writes = pendingWrites.filter(([taskId]) => taskId === task).map(([, ...write]) => write);
    await saver.putWrites(kept, writes, task);
  }
  return saver;
}

/** The thread's last checkpoint, to be kept; `null` where there is none yet. */
export async function closeThread(threadId: string, saver: ThreadSaver): Promise<StoredThread | null> {
  const tuple = await saver.getTuple({ configurable: { thread_id: threadId, checkpoint_ns: "" } });
  if (tuple === undefined) return null;
  const { checkpoint, metadata, pendingWrites } = tuple;
  return { engine: ENGINE, checkpoint: await pack({ checkpoint, metadata, pendingWrites } satisfies Held) };
}

/** The ids of the thread's messages. */
export async function messageIds(threadId: string, saver: ThreadSaver): Promise<Set<string>> {
  const tuple = await saver.getTuple({ configurable: { thread_id: threadId, checkpoint_ns: "" } });
  const log = tuple?.checkpoint.channel_values["messages"];
  const messages = (Array.isArray(log) ? log : []) as readonly BaseMessage[];
  return new Set(messages.flatMap(({ id }) => (id === undefined ? [] : [id])));
}

/** Writes what the user said into a thread whose run is not to leave anything else there. */
export async function keepSaid(graph: SwarmGraph, threadId: string, said: readonly BaseMessage[]): Promise<void> {
  const config = { configurable: { thread_id: threadId } };
  const { values } = await graph.getState(config);
  const log = (values as { messages?: readonly BaseMessage[] } | undefined)?.messages ?? [];
  const known = new Set(log.map(({ id }) => id));
  const missing = said.filter(({ id }) => !known.has(id));
  if (missing.length > 0) await graph.updateState(config, { messages: [...missing] }, START);
}
