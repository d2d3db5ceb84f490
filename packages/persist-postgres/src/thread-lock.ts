import type pg from "pg";
import type { Lease, LeaseRequest, Takeover, ThreadLock } from "swarmgraph";
import { query } from "./database.ts";
import { tablesOf } from "./tables.ts";
import type { Tables } from "./tables.ts";

/** Options of a {@link PostgresThreadLock}. */
export interface PostgresThreadLockOptions {
  /** The schema of the tables. Default: `public`. */
  readonly schema?: string | undefined;
}

/**
 * Gives each thread to one run at a time, over all processes that use the same database: one row per thread, with the
 * newest fencing token. All times are the database's, so that the processes' clocks need not agree. A saver brings one
 * as `threadLock` ({@link PostgresSwarmSaver}); its `setup()` creates the table.
 */
export class PostgresThreadLock implements ThreadLock {
  readonly #pool: pg.Pool;
  readonly #tables: Tables;

  constructor(pool: pg.Pool, { schema = "public" }: PostgresThreadLockOptions = {}) {
    this.#pool = pool;
    this.#tables = tablesOf(schema);
  }

  async acquire({ threadId, owner, ttlMs, signal }: LeaseRequest): Promise<Lease | undefined> {
    signal?.throwIfAborted();
    const sql = `
      INSERT INTO ${this.#tables.leases} AS lease (thread_id, token, owner, expires_at)
      VALUES ($1, 1, $2, clock_timestamp() + $3 * interval '1 millisecond')
      ON CONFLICT (thread_id) DO UPDATE
      SET token = lease.token + 1, owner = excluded.owner, expires_at = excluded.expires_at, takeover = NULL
      WHERE lease.expires_at <= clock_timestamp()
      RETURNING token::text`;
    const [row] = await query(this.#pool, sql, [threadId, owner, ttlMs]);
    if (row === undefined) return undefined;
    const token = Number(row["token"]);
    return {
      token,
      renew: () => this.#renew(threadId, token, ttlMs),
      release: () => this.#release(threadId, token),
    };
  }

  async request(threadId: string, takeover: Takeover): Promise<void> {
    const sql = `
      UPDATE ${this.#tables.leases} SET takeover = $2 WHERE thread_id = $1 AND expires_at > clock_timestamp()`;
    await query(this.#pool, sql, [threadId, takeover]);
  }

  async #renew(threadId: string, token: number, ttlMs: number): Promise<boolean | Takeover> {
    const sql = `
      UPDATE ${this.#tables.leases} AS lease
      SET expires_at = clock_timestamp() + $3 * interval '1 millisecond', takeover = NULL
      FROM (SELECT thread_id, takeover FROM ${this.#tables.leases} WHERE thread_id = $1 FOR UPDATE) AS before
      WHERE lease.thread_id = before.thread_id AND lease.token = $2 AND lease.expires_at > clock_timestamp()
      RETURNING before.takeover`;
    const [row] = await query(this.#pool, sql, [threadId, token, ttlMs]);
    if (row === undefined) return false;
    return (row["takeover"] as Takeover | null) ?? true;
  }

  async #release(threadId: string, token: number): Promise<void> {
    const sql = `
      UPDATE ${this.#tables.leases} SET owner = NULL, expires_at = '-infinity', takeover = NULL
      WHERE thread_id = $1 AND token = $2`;
    await query(this.#pool, sql, [threadId, token]);
  }
}
