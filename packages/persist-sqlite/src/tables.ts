/**
 * Beside LangGraph's two tables: who may write a thread, and the items of lists that checkpoints name. Leases and log
 * heads outlive a deleted thread, so that no token and no entry's number is ever given out twice.
 */
export const TABLES = `
CREATE TABLE IF NOT EXISTS swarm_leases (
  thread_id TEXT PRIMARY KEY,
  token INTEGER NOT NULL,
  owner TEXT,
  expires_at INTEGER NOT NULL,
  takeover TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS swarm_log_heads (
  thread_id TEXT NOT NULL,
  checkpoint_ns TEXT NOT NULL,
  channel TEXT NOT NULL,
  next INTEGER NOT NULL,
  PRIMARY KEY (thread_id, checkpoint_ns, channel)
) STRICT;
CREATE TABLE IF NOT EXISTS swarm_log (
  thread_id TEXT NOT NULL,
  checkpoint_ns TEXT NOT NULL,
  channel TEXT NOT NULL,
  number INTEGER NOT NULL,
  type TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (thread_id, checkpoint_ns, channel, number)
) STRICT;
`;
