/** The names of the tables beside LangGraph's own, in the saver's schema. */
export interface Tables {
  readonly checkpoints: string;
  readonly blobs: string;
  readonly writes: string;
  readonly leases: string;
  readonly logHeads: string;
  readonly log: string;
}

/** Every table of a schema, quoted. */
export function tablesOf(schema: string): Tables {
  const quoted = `"${schema.replaceAll('"', '""')}"`;
  return {
    checkpoints: `${quoted}.checkpoints`,
    blobs: `${quoted}.checkpoint_blobs`,
    writes: `${quoted}.checkpoint_writes`,
    leases: `${quoted}.swarm_leases`,
    logHeads: `${quoted}.swarm_log_heads`,
    log: `${quoted}.swarm_log`,
  };
}

/**
 * Creates what LangGraph's tables lack: who may write a thread, and the items of lists that checkpoints name. Leases and
 * log heads outlive a deleted thread, so that no token and no entry's number is ever given out twice.
 */
export function createTables({ leases, logHeads, log }: Tables): string {
  return `
    CREATE TABLE IF NOT EXISTS ${leases} (
      thread_id TEXT PRIMARY KEY,
      token BIGINT NOT NULL,
      owner TEXT,
      expires_at TIMESTAMPTZ NOT NULL,
      takeover TEXT
    );
    CREATE TABLE IF NOT EXISTS ${logHeads} (
      thread_id TEXT NOT NULL,
      checkpoint_ns TEXT NOT NULL,
      channel TEXT NOT NULL,
      next BIGINT NOT NULL,
      PRIMARY KEY (thread_id, checkpoint_ns, channel)
    );
    CREATE TABLE IF NOT EXISTS ${log} (
      thread_id TEXT NOT NULL,
      checkpoint_ns TEXT NOT NULL,
      channel TEXT NOT NULL,
      number BIGINT NOT NULL,
      type TEXT NOT NULL,
      body BYTEA NOT NULL,
      PRIMARY KEY (thread_id, checkpoint_ns, channel, number)
    );`;
}
