import type pg from "pg";
import type { Takeover } from "swarmgraph";

/** The table of runs that a newer one has ended: what they leave is to be put into their threads by whoever comes next. */
export const ENDED_TABLE = `
  CREATE TABLE IF NOT EXISTS swarm_ended_runs (
    run_id text PRIMARY KEY,
    thread_id text NOT NULL,
    takeover text NOT NULL,
    place bigint GENERATED ALWAYS AS IDENTITY,
    is_settled boolean NOT NULL DEFAULT false
  );
  CREATE INDEX IF NOT EXISTS swarm_ended_runs_left ON swarm_ended_runs (thread_id) WHERE NOT is_settled`;

/** A run that a newer one has ended. */
export interface EndedRun {
  /** The workflow's id. */
  readonly runId: string;
  readonly takeover: Takeover;
}

/** The runs that newer ones have ended. */
export interface EndedRuns {
  /** Notes that a run is to end, and how: the last one says it, where those before died over it. */
  note(threadId: string, run: EndedRun): Promise<void>;
  /** Those of a thread that have left nothing in it so far, in the order in which they were ended. */
  leftOf(threadId: string): Promise<readonly EndedRun[]>;
  /** Notes that a thread has what the run leaves. */
  settled(runId: string): Promise<void>;
  has(runId: string): Promise<boolean>;
}

/** Keeps them in the database of the engine. */
export function endedRuns(pool: pg.Pool): EndedRuns {
  return {
    note: async (threadId, { runId, takeover }) => {
      const sql = `
        INSERT INTO swarm_ended_runs AS run (run_id, thread_id, takeover) VALUES ($1, $2, $3)
        ON CONFLICT (run_id) DO UPDATE SET takeover = excluded.takeover WHERE NOT run.is_settled`;
      await pool.query(sql, [runId, threadId, takeover]);
    },
    leftOf: async (threadId) => {
      const sql = `
        SELECT run_id AS "runId", takeover FROM swarm_ended_runs
        WHERE thread_id = $1 AND NOT is_settled ORDER BY place`;
      return (await pool.query<{ runId: string; takeover: Takeover }>(sql, [threadId])).rows;
    },
    settled: async (runId) => {
      await pool.query("UPDATE swarm_ended_runs SET is_settled = true WHERE run_id = $1", [runId]);
    },
    has: async (runId) =>
      (await pool.query("SELECT 1 FROM swarm_ended_runs WHERE run_id = $1", [runId])).rowCount === 1,
  };
}
