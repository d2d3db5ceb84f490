import type { RunnableConfig } from "@langchain/core/runnables";
import { BaseCheckpointSaver, MemorySaver } from "@langchain/langgraph";
import type { Checkpoint, CheckpointMetadata, CheckpointTuple } from "@langchain/langgraph";
import { ListLog } from "./list-log.ts";
import type { LogRange } from "./log-ranges.ts";
import type { ChannelWrite, LogEntry, LogKey, LogStore, Serde } from "./log-store.ts";

type ListOptions = Parameters<BaseCheckpointSaver["list"]>[1];
type DeltaHistory = BaseCheckpointSaver["getDeltaChannelHistory"];

/**
 * LangGraph's `MemorySaver`, whose checkpoints grow by what is new: a step writes the same number of bytes after ten
 * messages as after ten thousand. For tests, demos and single processes; nothing outlives the process.
 *
 * @example
 * ```ts
 * import { SwarmAgent, SwarmMemorySaver } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } });
 * const graph = swarm.compile({ checkpointer: new SwarmMemorySaver() });
 * const thread = { configurable: { thread_id: "t" } };
 * await graph.invoke({ messages: [{ role: "user", content: "Hi" }] }, thread);
 * (await graph.getState(thread)).values.messages.length; // 2
 * ```
 */
export class SwarmMemorySaver extends MemorySaver {
  readonly #entries = new Map<string, Map<string, LogEntry[]>>();
  #log: ListLog;

  constructor(serde?: Serde) {
    super(serde);
    this.#log = new ListLog({ store: this.#store(), serde: this.serde });
  }

  /** Stores a checkpoint, and of its lists what is new in them. */
  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
  ): Promise<RunnableConfig> {
    const { thread_id: threadId, checkpoint_ns: namespace = "" } = config.configurable ?? {};
    if (typeof threadId !== "string") return super.put(config, checkpoint, metadata);
    return super.put(config, await this.#log.pack({ threadId, namespace }, checkpoint), metadata);
  }

  /** Stores what a step writes before its checkpoint; of lists each item once, whichever of the two names it. */
  override async putWrites(config: RunnableConfig, writes: ChannelWrite[], taskId: string): Promise<void> {
    const { thread_id: threadId, checkpoint_ns: namespace = "" } = config.configurable ?? {};
    const isPacked = typeof threadId === "string";
    const stored = isPacked ? await this.#log.packWrites({ threadId, namespace }, writes) : writes;
    await super.putWrites(config, stored, taskId);
  }

  /** From checkpoints and writes as they read, not as they are stored. */
  override getDeltaChannelHistory(...options: Parameters<DeltaHistory>): ReturnType<DeltaHistory> {
    return BaseCheckpointSaver.prototype.getDeltaChannelHistory.apply(this, options);
  }

  /** A checkpoint with its lists whole again; the newest where the config names none. */
  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const tuple = await super.getTuple(config);
    return tuple === undefined ? undefined : this.#log.unpack(tuple);
  }

  /** The checkpoints of a thread, the newest first. */
  override async *list(config: RunnableConfig, options?: ListOptions): AsyncGenerator<CheckpointTuple> {
    for await (const tuple of super.list(config, options)) yield await this.#log.unpack(tuple);
  }

  /** Forgets a thread, and the items of its lists. */
  override async deleteThread(threadId: string): Promise<void> {
    await super.deleteThread(threadId);
    this.#entries.delete(threadId);
    // Numbers of the thread begin anew, so what is known of its items is forgotten.
    this.#log = new ListLog({ store: this.#store(), serde: this.serde });
  }

  #store(): LogStore {
    return {
      append: async (key, entries) => {
        const log = this.#entriesOf(key);
        log.push(...entries);
        return log.length - entries.length;
      },
      read: async (key, ranges) =>
        ranges.flatMap(([first, last]: LogRange) => this.#entriesOf(key).slice(first, last + 1)),
    };
  }

  #entriesOf({ threadId, namespace, channel }: LogKey): LogEntry[] {
    const lists = this.#entries.get(threadId) ?? new Map<string, LogEntry[]>();
    this.#entries.set(threadId, lists);
    const name = JSON.stringify([namespace, channel]);
    const list = lists.get(name) ?? [];
    lists.set(name, list);
    return list;
  }
}
