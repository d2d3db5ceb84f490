import type { Database } from "better-sqlite3";
import type { Lease, LeaseRequest, Takeover, ThreadLock } from "swarmgraph";
import { transact } from "./database.ts";
import { TABLES } from "./tables.ts";

/**
 * Gives each thread to one run at a time, over all processes that open the same file: one row per thread, with the
 * newest fencing token. A {@link SqliteSwarmSaver} brings one as `threadLock`; make one yourself only to lock threads without the saver.
 */
export class SqliteThreadLock implements ThreadLock {
  readonly #db: Database;
  #isSetUp = false;

  constructor(db: Database) {
    this.#db = db;
  }

  async acquire({ threadId, owner, ttlMs, signal }: LeaseRequest): Promise<Lease | undefined> {
    signal?.throwIfAborted();
    this.setup();
    const row = transact(this.#db, () => this.#take(threadId, owner, ttlMs));
    if (row === undefined) return undefined;
    const { token } = row;
    return {
      token,
      renew: async () => transact(this.#db, () => this.#renew(threadId, token, ttlMs)),
      release: async () => transact(this.#db, () => this.#release(threadId, token)),
    };
  }

  async request(threadId: string, takeover: Takeover): Promise<void> {
    this.setup();
    transact(this.#db, () => {
      this.#db
        .prepare("UPDATE swarm_leases SET takeover = ? WHERE thread_id = ? AND expires_at > ?")
        .run(takeover, threadId, Date.now());
    });
  }

  /** The newest token of a thread, if it ever had one. To be called in the transaction of the write that it fences. */
  newestToken(threadId: string): number | undefined {
    const row = this.#db.prepare("SELECT token FROM swarm_leases WHERE thread_id = ?").get(threadId);
    return (row as { token: number } | undefined)?.token;
  }

  /** Ends whatever lease a thread has and refuses its holder's later writes, in the transaction that it is called in. */
  revoke(threadId: string): void {
    this.#db
      .prepare("UPDATE swarm_leases SET token = token + 1, owner = NULL, expires_at = 0 WHERE thread_id = ?")
      .run(threadId);
  }

  /** Creates what it needs, once. */
  setup(): void {
    if (this.#isSetUp) return;
    transact(this.#db, () => this.#db.exec(TABLES));
    this.#isSetUp = true;
  }

  #take(threadId: string, owner: string, ttlMs: number): { token: number } | undefined {
    const now = Date.now();
    const sql = `
      INSERT INTO swarm_leases (thread_id, token, owner, expires_at) VALUES (?, 1, ?, ?)
      ON CONFLICT (thread_id) DO UPDATE
      SET token = token + 1, owner = excluded.owner, expires_at = excluded.expires_at, takeover = NULL
      WHERE swarm_leases.expires_at <= ?
      RETURNING token`;
    return this.#db.prepare(sql).get(threadId, owner, now + ttlMs, now) as { token: number } | undefined;
  }

  #renew(threadId: string, token: number, ttlMs: number): boolean | Takeover {
    const now = Date.now();
    const row = this.#db
      .prepare("SELECT takeover FROM swarm_leases WHERE thread_id = ? AND token = ? AND expires_at > ?")
      .get(threadId, token, now) as { takeover: Takeover | null } | undefined;
    if (row === undefined) return false;
    this.#db
      .prepare("UPDATE swarm_leases SET expires_at = ?, takeover = NULL WHERE thread_id = ?")
      .run(now + ttlMs, threadId);
    return row.takeover ?? true;
  }

  #release(threadId: string, token: number): void {
    this.#db
      .prepare(
        "UPDATE swarm_leases SET owner = NULL, expires_at = 0, takeover = NULL WHERE thread_id = ? AND token = ?",
      )
      .run(threadId, token);
  }
}
