import { randomUUID } from "node:crypto";
import type { RunnableConfig } from "@langchain/core/runnables";
import { WRITES_IDX_MAP } from "@langchain/langgraph-checkpoint";
import type {
  ChannelVersions,
  Checkpoint,
  CheckpointListOptions,
  CheckpointMetadata,
  CheckpointTuple,
  PendingWrite,
  SerializerProtocol,
} from "@langchain/langgraph-checkpoint";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import {
  assertFence,
  assertPruneOptions,
  fenceOf,
  PersistError,
  placeOf,
  planRetention,
} from "@swarmgraph/persist-core";
import type { PruneOptions, PruneResult } from "@swarmgraph/persist-core";
import type pg from "pg";
import { ListLog } from "swarmgraph";
import type { Lease } from "swarmgraph";
import { explained, openPool, query } from "./database.ts";
import { postgresLogStore } from "./log-store.ts";
import { isApart, parted } from "./inline.ts";
import { deleteStatement, pruneStatement } from "./remove.ts";
import { setUp } from "./setup.ts";
import { tablesOf } from "./tables.ts";
import type { Tables } from "./tables.ts";
import { PostgresThreadLock } from "./thread-lock.ts";
import { nextVersion } from "./versions.ts";
import { putStatement, putWritesStatement } from "./write.ts";
import type { FenceValues, Statement } from "./write.ts";

/** How long a thread is held while it is pruned. */
const PRUNE_TTL_MS = 60_000;

/** Options of a {@link PostgresSwarmSaver}. */
export interface PostgresSwarmSaverOptions {
  /** The schema of the tables; `setup()` creates it. Default: `public`. */
  readonly schema?: string;
}

/**
 * LangGraph's `PostgresSaver` for processes that share a database: forks that read back what they wrote, one writer per
 * thread over all processes, writes of a run that lost its thread refused, messages stored once each, and retention. It
 * reads what `PostgresSaver` has written; that one cannot go on with a thread that this one wrote to.
 *
 * @example
 * <!-- not run: test/persist runs it, against a server of its own -->
 * ```ts
 * import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
 * import { SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const checkpointer = PostgresSwarmSaver.fromConnString(process.env["DATABASE_URL"] ?? "postgresql://localhost/app");
 * await checkpointer.setup();
 * const swarm = new SwarmAgent({ entry: "triage", agents: { triage: { model: scriptedModel().say("Hello!") } } });
 * const graph = swarm.compile({ checkpointer });
 * const { messages } = await graph.invoke({ messages: "Hi" }, { configurable: { thread_id: "t-1" } });
 * messages.at(-1)?.text; // "Hello!"
 * await checkpointer.end();
 * ```
 */
export class PostgresSwarmSaver extends PostgresSaver {
  /** Gives each thread to one run at a time. */
  readonly threadLock: PostgresThreadLock;
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #tables: Tables;
  #log: ListLog;

  /** @param pool listen to its `error` events: without a listener a lost idle connection ends the process. */
  constructor(pool: pg.Pool, serde?: SerializerProtocol, { schema = "public" }: PostgresSwarmSaverOptions = {}) {
    super(pool, serde, { schema });
    this.threadLock = new PostgresThreadLock(pool, { schema });
    this.#pool = pool;
    this.#schema = schema;
    this.#tables = tablesOf(schema);
    this.#log = this.#newLog();
  }

  /**
   * A saver with a pool of its own, of ten connections. A server that does not answer is given up after 10 seconds; runs
   * that only wait for each other's connections go on to wait. Close it with `saver.end()`.
   *
   * @throws PersistError `OPTION_INVALID`, where the string is no URL.
   */
  static override fromConnString(connectionString: string, options?: PostgresSwarmSaverOptions): PostgresSwarmSaver {
    return new PostgresSwarmSaver(openPool(connectionString), undefined, options);
  }

  /**
   * Creates the tables that are missing. Call it before the first run; several processes may at once, and again.
   *
   * @throws PersistError `DATABASE_UNREACHABLE`, retryable; `DATABASE_REFUSED`, where the user may not create tables.
   */
  override async setup(): Promise<void> {
    await this.#explaining(() => setUp(this.#pool, this.#schema));
  }

  override getNextVersion(current: number | undefined): number {
    return nextVersion(current);
  }

  /** @throws PersistError */
  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const tuple = await this.#explaining(() => super.getTuple(config));
    return tuple === undefined ? undefined : this.#log.unpack(tuple);
  }

  /** @throws PersistError */
  override async *list(config: RunnableConfig, options?: CheckpointListOptions): AsyncGenerator<CheckpointTuple> {
    try {
      for await (const tuple of super.list(config, options)) yield await this.#log.unpack(tuple);
    } catch (error) {
      throw explained(error, this.#pool);
    }
  }

  /** @throws SwarmError `LEASE_LOST`, PersistError. */
  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const { threadId, namespace, checkpointId } = placeOf(config);
    const packed = await this.#log.pack({ threadId, namespace }, checkpoint);
    const { inline, apart } = parted(packed.channel_values);
    const newApart = Object.fromEntries(
      Object.entries(newVersions).filter(([channel]) => Object.hasOwn(apart, channel)),
    );
    const [blobs, dumpedMetadata] = await Promise.all([
      this._dumpBlobs(threadId, namespace, apart, newApart),
      this._dumpMetadata(metadata) as Promise<unknown>,
    ]);
    const stored = { ...this._dumpCheckpoint(packed), channel_values: inline };
    const row = [namespace, checkpoint.id, checkpointId, stored, dumpedMetadata] as const;
    const fence = [threadId, fenceOf(config) ?? null] as const;
    await this.#write(fence, putStatement(this.#tables, fence, { blobs, checkpoint: row }));
    return { configurable: { thread_id: threadId, checkpoint_ns: namespace, checkpoint_id: checkpoint.id } };
  }

  /** @throws SwarmError `LEASE_LOST`, PersistError. */
  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    const { threadId, namespace, checkpointId } = placeOf(config);
    if (checkpointId === undefined) {
      throw new PersistError("CONFIG_INVALID", `writes to thread "${threadId}" name no checkpoint_id to belong to.`);
    }
    if (writes.length === 0) return;
    const packed = await this.#log.packWrites({ threadId, namespace }, writes);
    const rows = await this._dumpWrites(threadId, namespace, checkpointId, taskId, packed);
    const replace = writes.every(([channel]) => channel in WRITES_IDX_MAP);
    const fence = [threadId, fenceOf(config) ?? null] as const;
    await this.#write(fence, putWritesStatement(this.#tables, fence, { rows, replace }));
  }

  /** Removes a thread. A run that still has it loses it: its later writes are refused. */
  override async deleteThread(threadId: string): Promise<void> {
    const { text, values } = deleteStatement(this.#tables, threadId);
    await query(this.#pool, text, values);
    this.#log = this.#newLog();
  }

  /**
   * Removes old checkpoints, with their pending writes and the values and messages that no kept one refers to. Each
   * thread keeps its newest checkpoint and whatever that is read with. A thread that a run holds is left for the next
   * time.
   *
   * @throws PersistError `OPTION_INVALID`, `DATABASE_UNREACHABLE`, `DATABASE_NOT_SET_UP`.
   *
   * @example
   * <!-- not run: test/persist runs it, against a server of its own -->
   * ```ts
   * import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
   *
   * const saver = PostgresSwarmSaver.fromConnString(process.env["DATABASE_URL"] ?? "postgresql://localhost/app");
   * await saver.setup();
   * const { busy } = await saver.prune({ keepLast: 20, maxAge: 30 * 24 * 3600 * 1000 });
   * busy; // []
   * await saver.end();
   * ```
   */
  async prune(options: PruneOptions): Promise<PruneResult> {
    assertPruneOptions(options);
    const busy: string[] = [];
    let checkpoints = 0;
    for (const threadId of await this.#threadsToPrune(options)) {
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

  async #threadsToPrune({ threadId }: PruneOptions): Promise<readonly string[]> {
    if (threadId !== undefined) return [threadId];
    const sql = `SELECT thread_id FROM ${this.#tables.checkpoints} GROUP BY thread_id HAVING count(*) > 1`;
    const rows = await query(this.#pool, sql);
    return rows.map((row) => row["thread_id"] as string);
  }

  async #pruneThread(threadId: string, { token }: Lease, options: PruneOptions): Promise<number> {
    const stored = super.list({ configurable: { thread_id: threadId } });
    const plan = await planRetention(stored, { ...options, now: Date.now() });
    const fence = [threadId, token] as const;
    await this.#write(fence, pruneStatement(this.#tables, fence, plan));
    // What it remembers to have written may be gone.
    if (plan.log.length > 0) this.#log = this.#newLog();
    return plan.checkpoints.length;
  }

  /** Beside the values that stand in rows of their own those that stand in the checkpoint's. */
  protected override async _loadCheckpoint(...row: Parameters<PostgresSaver["_loadCheckpoint"]>): Promise<Checkpoint> {
    const [{ channel_values: inline = {} }] = row as unknown as [Partial<Checkpoint>];
    const checkpoint = await super._loadCheckpoint(...row);
    return { ...checkpoint, channel_values: { ...checkpoint.channel_values, ...inline } };
  }

  async #write([threadId, token]: FenceValues, { text, values }: Statement): Promise<void> {
    const [verdict] = await query(this.#pool, text, values);
    if (token !== null && verdict?.["open"] !== true) {
      assertFence({ threadId, token, newest: Number(verdict?.["newest"]) });
    }
  }

  async #explaining<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw explained(error, this.#pool);
    }
  }

  #newLog(): ListLog {
    const store = postgresLogStore(this.#pool, this.#tables);
    // A version's fraction tells rows of branches apart: where there is no row, the whole part says all.
    return new ListLog({ store, serde: this.serde, keepsVersion: isApart, wholeVersions: true });
  }
}
