import { startDbosEngine } from "@swarmgraph/durable-dbos";
import type { DbosEngine, DbosEngineOptions } from "@swarmgraph/durable-dbos";
import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import pg from "pg";
import { afterEach, beforeEach } from "vitest";
import { createDatabase } from "../persist/database.ts";
import type { Database } from "../persist/database.ts";

/** What each test of a file has to itself. */
export interface Own {
  /** The database's. */
  readonly address: string;
  readonly checkpointer: PostgresSwarmSaver;
  /** Starts an engine on the database, which is closed after the test unless the test does it. */
  start(swarm: DbosEngineOptions["swarm"], given?: Partial<DbosEngineOptions>): Promise<DbosEngine>;
  /** Runs a statement in the database. */
  sql(text: string): Promise<readonly Record<string, unknown>[]>;
}

/** Gives each test of a file a database, a checkpointer and engines of its own. */
export function ownEngines(): Own {
  let database: Database;
  let checkpointer: PostgresSwarmSaver;
  const engines = new Set<DbosEngine>();

  beforeEach(async () => {
    database = await createDatabase();
    checkpointer = PostgresSwarmSaver.fromConnString(database.address);
    await checkpointer.setup();
  });

  afterEach(async () => {
    for (const engine of engines) await engine.close({ waitMs: 1_000 });
    await checkpointer.end();
    await database.drop();
  });

  return {
    get address() {
      return database.address;
    },
    get checkpointer() {
      return checkpointer;
    },
    async start(swarm, given = {}) {
      const options = { checkpointer, databaseUrl: database.address, executorId: "one", version: "1", pollingMs: 50 };
      const started = await startDbosEngine({ swarm, ...options, ...given });
      const engine: DbosEngine = {
        ...started,
        close: async (closing) => {
          engines.delete(engine);
          await started.close(closing);
        },
      };
      engines.add(engine);
      return engine;
    },
    async sql(text) {
      const client = new pg.Client({ connectionString: database.address });
      await client.connect();
      const { rows } = await client.query<Record<string, unknown>>(text).finally(() => client.end());
      return rows;
    },
  };
}
