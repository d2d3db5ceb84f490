import type pg from "pg";
import type { ToolLedger } from "swarmgraph";
import type { Packing } from "./packing.ts";

/** The table of a ledger. */
export const LEDGER_TABLE =
  "CREATE TABLE IF NOT EXISTS swarm_tool_calls (key text PRIMARY KEY, outcome text, begun_at timestamptz DEFAULT now())";

/** A ledger that can be asked, too. */
export interface PostgresLedger extends ToolLedger {
  /** What a call came to; `undefined` where that is not noted. */
  outcomeOf(key: string): Promise<unknown>;
}

/**
 * Notes calls of tools in a table of the same database: over all runs of all threads, so that a call is known again in the
 * run that answers a question about it.
 */
export function postgresLedger(pool: pg.Pool, packing: Packing): PostgresLedger {
  const noted = async (key: string): Promise<string | null> => {
    const sql = "SELECT outcome FROM swarm_tool_calls WHERE key = $1";
    return (await pool.query<{ outcome: string | null }>(sql, [key])).rows[0]?.outcome ?? null;
  };
  return {
    begin: async (key) => {
      const begun = "INSERT INTO swarm_tool_calls (key) VALUES ($1) ON CONFLICT DO NOTHING RETURNING key";
      if ((await pool.query(begun, [key])).rowCount === 1) return "new";
      const outcome = await noted(key);
      return outcome === null ? "begun" : { outcome: await packing.unpack(outcome) };
    },
    end: async (key, outcome) => {
      await pool.query("UPDATE swarm_tool_calls SET outcome = $2 WHERE key = $1", [key, await packing.pack(outcome)]);
    },
    release: async (key) => {
      await pool.query("DELETE FROM swarm_tool_calls WHERE key = $1", [key]);
    },
    outcomeOf: async (key) => {
      const outcome = await noted(key);
      return outcome === null ? undefined : packing.unpack(outcome);
    },
  };
}
