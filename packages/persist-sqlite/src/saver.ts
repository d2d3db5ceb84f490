import { randomUUID } from "node:crypto";
import type { RunnableConfig } from "@langchain/core/runnables";
import { copyCheckpoint, WRITES_IDX_MAP } from "@langchain/langgraph-checkpoint";
import type {
  Checkpoint,
  CheckpointListOptions,
  CheckpointMetadata,
  CheckpointTuple,
  PendingWrite,
  SerializerProtocol,
} from "@langchain/langgraph-checkpoint";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import {
  assertFence,
  assertPruneOptions,
  fenceOf,
  PersistError,
  placeOf,
  planRetention,
} from "@swarmgraph/persist-core";
import type { PruneOptions, PruneResult, Retention } from "@swarmgraph/persist-core";
import type { Database } from "better-sqlite3";
import { ListLog } from "swarmgraph";
import type { Lease } from "swarmgraph";
import { explained, openDatabase, transact, useWriteAheadLog } from "./database.ts";
import { sqliteLogStore } from "./log-store.ts";
import { SqliteThreadLock } from "./thread-lock.ts";

/** How long a thread is held while it is pruned. */
const PRUNE_TTL_MS = 60_000;

/**
 * LangGraph's `SqliteSaver` for processes that share a file: one writer per thread over all of them, writes of a run
 * that lost its thread refused, messages stored once each, and retention. It reads what `SqliteSaver` has written.
 *
 * @example
 * <!-- not run: test/persist runs it, where better-sqlite3 is installed -->
 * ```ts
 * import { SqliteSwarmSaver } from "@swarmgraph/persist-sqlite";
 * import { SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const checkpointer = SqliteSwarmSaver.fromConnString(":memory:");
 * const swarm = new SwarmAgent({ entry: "triage", agents: { triage: { model: scriptedModel().say("Hello!") } } });
 * const graph = swarm.compile({ checkpointer });
 * const { messages } = await graph.invoke({ messages: "Hi" }, { configurable: { thread_id: "t-1" } });
 * messages.at(-1)?.text; // "Hello!"
 * ```
 */
export class SqliteSwarmSaver extends SqliteSaver {
  /** Gives each thread to one run at a time. */
  readonly threadLock: SqliteThreadLock;
  #log: ListLog;

  constructor(db: Database, serde?: SerializerProtocol) {
    super(db, serde);
    this.threadLock = new SqliteThreadLock(db);
    this.#log = this.#newLog();
  }

  /**
   * Opens a database file, which is created where there is none. Close it with `saver.db.close()`.
   *
   * @param path a path, or `:memory:`.
   * @throws PersistError `DATABASE_UNREACHABLE`, where the file cannot be opened.
   */
  static override fromConnString(path: string): SqliteSwarmSaver {
    return new SqliteSwarmSaver(openDatabase(path));
  }

  /** Creates the tables that are missing. Every method does it by itself; calling it first finds a wrong file early. */
  override setup(): void {
    if (this.isSetup) return;
    this.threadLock.setup();
    useWriteAheadLog(this.db);
    try {
      super.setup();
    } catch (error) {
      throw explained(error, this.db.name);
    }
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const tuple = await super.getTuple(config);
    return tuple === undefined ? undefined : this.#log.unpack(tuple);
  }

  override async *list(config: RunnableConfig, options?: CheckpointListOptions): AsyncGenerator<CheckpointTuple> {
    for await (const tuple of super.list(config, options)) yield await this.#log.unpack(tuple);
  }

  /** @throws SwarmError `LEASE_LOST`, PersistError. */
  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
  ): Promise<RunnableConfig> {
    this.setup();
    const { threadId, namespace, checkpointId } = placeOf(config);
    const packed = await this.#log.pack({ threadId, namespace }, copyCheckpoint(checkpoint));
    const [[type, body], [metadataType, metadataBody]] = await Promise.all([
      this.serde.dumpsTyped(packed),
      this.serde.dumpsTyped(metadata),
    ]);
    if (type !== metadataType) {
      throw new PersistError(
        "VALUE_UNSERIALISABLE",
        `the serialiser wrote a checkpoint as "${type}" and its metadata as "${metadataType}". Use one that writes both alike.`,
      );
    }
    const sql = `
      INSERT OR REPLACE INTO checkpoints
      (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata)
      VALUES (?, ?, ?, ?, ?, ?, ?)`;
    this.#write(config, () => {
      this.db.prepare(sql).run(threadId, namespace, checkpoint.id, checkpointId, type, body, metadataBody);
    });
    return { configurable: { thread_id: threadId, checkpoint_ns: namespace, checkpoint_id: checkpoint.id } };
  }

  /** @throws SwarmError `LEASE_LOST`, PersistError. */
  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    this.setup();
    const { threadId, namespace, checkpointId } = placeOf(config);
    if (checkpointId === undefined) {
      throw new PersistError("CONFIG_INVALID", `writes to thread "${threadId}" name no checkpoint_id to belong to.`);
    }
    const packed = await this.#log.packWrites({ threadId, namespace }, writes);
    const rows = await Promise.all(
      packed.map(async ([channel, value], index) => {
        const [type, body] = await this.serde.dumpsTyped(value);
        return [threadId, namespace, checkpointId, taskId, WRITES_IDX_MAP[channel] ?? index, channel, type, body];
      }),
    );
    const conflict = writes.every(([channel]) => channel in WRITES_IDX_MAP) ? "REPLACE" : "IGNORE";
    const sql = `
      INSERT OR ${conflict} INTO writes
      (thread_id, checkpoint_ns, checkpoint_id, task_id, idx, channel, type, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
    this.#write(config, () => {
      const statement = this.db.prepare(sql);
      for (const row of rows) statement.run(...row);
    });
  }

  /** Removes a thread. A run that still has it loses it: its later writes are refused. */
  override async deleteThread(threadId: string): Promise<void> {
    this.setup();
    transact(this.db, () => {
      for (const table of ["checkpoints", "writes", "swarm_log"]) {
        this.db.prepare(`DELETE FROM ${table} WHERE thread_id = ?`).run(threadId);
      }
      this.threadLock.revoke(threadId);
    });
    this.#log = this.#newLog();
  }

  /**
   * Removes old checkpoints, with their pending writes and the messages that no kept one holds. Each thread keeps its
   * newest checkpoint and whatever that is read with. A thread that a run holds is left for the next time.
   *
   * @throws PersistError `OPTION_INVALID`, `DATABASE_BUSY`.
   *
   * @example
   * <!-- not run: test/persist runs it, where better-sqlite3 is installed -->
   * ```ts
   * import { SqliteSwarmSaver } from "@swarmgraph/persist-sqlite";
   *
   * const saver = SqliteSwarmSaver.fromConnString(":memory:");
   * await saver.prune({ keepLast: 20, maxAge: 30 * 24 * 3600 * 1000 }); // { checkpoints: 0, busy: [] }
   * ```
   */
  async prune(options: PruneOptions): Promise<PruneResult> {
    assertPruneOptions(options);
    this.setup();
    const busy: string[] = [];
    let checkpoints = 0;
    for (const threadId of this.#threadsToPrune(options)) {
      const lease = await this.threadLock.acquire({ threadId, owner: `prune-${randomUUID()}`, ttlMs: PRUNE_TTL_MS });
      if (lease === undefined) busy.push(threadId);
      else {
        try {
          checkpoints += await this.#pruneThread(threadId, lease, options);
        } finally {
          await lease.release();
        }
      }
    }
    return { checkpoints, busy };
  }

  #threadsToPrune({ threadId }: PruneOptions): readonly string[] {
    if (threadId !== undefined) return [threadId];
    const rows = this.db.prepare("SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING count(*) > 1").all();
    return (rows as { thread_id: string }[]).map(({ thread_id }) => thread_id);
  }

  async #pruneThread(threadId: string, { token }: Lease, options: PruneOptions): Promise<number> {
    const stored = super.list({ configurable: { thread_id: threadId } });
    const plan = await planRetention(stored, { ...options, now: Date.now() });
    transact(this.db, () => {
      assertFence({ threadId, token, newest: this.threadLock.newestToken(threadId) });
      this.#remove(threadId, plan);
    });
    // What it remembers to have written may be gone.
    if (plan.log.length > 0) this.#log = this.#newLog();
    return plan.checkpoints.length;
  }

  #remove(threadId: string, { checkpoints, log }: Retention): void {
    for (const table of ["checkpoints", "writes"]) {
      const one = this.db.prepare(
        `DELETE FROM ${table} WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id = ?`,
      );
      for (const { namespace, id } of checkpoints) one.run(threadId, namespace, id);
    }
    const some = this.db.prepare(
      "DELETE FROM swarm_log WHERE thread_id = ? AND checkpoint_ns = ? AND channel = ? AND number BETWEEN ? AND ?",
    );
    for (const { namespace, channel, first, last } of log) some.run(threadId, namespace, channel, first, last);
  }

  /** Writes, unless the run has lost its thread: one transaction, so that no newer run comes in between. */
  #write(config: RunnableConfig, write: () => void): void {
    const token = fenceOf(config);
    const { threadId } = placeOf(config);
    transact(this.db, () => {
      if (token !== undefined) assertFence({ threadId, token, newest: this.threadLock.newestToken(threadId) });
      write();
    });
  }

  #newLog(): ListLog {
    return new ListLog({ store: sqliteLogStore(this.db), serde: this.serde });
  }
}
