import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import type pg from "pg";
import { createTables, tablesOf } from "./tables.ts";

/**
 * Creates or updates LangGraph's tables and ours, one process at a time: two that create the same table at once fail,
 * even with IF NOT EXISTS.
 */
export async function setUp(pool: pg.Pool, schema: string): Promise<void> {
  const client = await pool.connect();
  const key = `swarmgraph setup of ${schema}`;
  try {
    await client.query("SELECT pg_advisory_lock(hashtext($1))", [key]);
    try {
      await new PostgresSaver(onlyClient(client), undefined, { schema }).setup();
      await client.query(createTables(tablesOf(schema)));
    } finally {
      await client.query("SELECT pg_advisory_unlock(hashtext($1))", [key]);
    }
  } finally {
    client.release();
  }
}

/** A pool of the one connection that holds the lock: another one might never come out of a small pool. */
function onlyClient(client: pg.PoolClient): pg.Pool {
  const lent = { query: client.query.bind(client), release: () => {} };
  return { connect: async () => lent } as unknown as pg.Pool;
}
