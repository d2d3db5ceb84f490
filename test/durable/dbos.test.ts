import { DBOS } from "@dbos-inc/dbos-sdk";
import { describeDurable, startProcess } from "@swarmgraph/durable-conformance";
import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import { bundle } from "./bundle.ts";
import { createDatabase } from "../persist/database.ts";
import type { Database } from "../persist/database.ts";

let program: Promise<string> | undefined;
let template: Promise<Database> | undefined;

/** A database with all tables, which are many. */
async function makeTemplate(): Promise<Database> {
  const database = await createDatabase();
  const saver = PostgresSwarmSaver.fromConnString(database.address);
  await saver.setup();
  await saver.end();
  await DBOS.migrate(database.address);
  return database;
}

describeDurable(
  "DBOS",
  async () => {
    const { address, drop } = await createDatabase(await (template ??= makeTemplate()));
    return {
      start: async (given) => startProcess(await (program ??= bundle("worker-dbos")), { ...given, address }),
      remove: drop,
    };
  },
  {
    lacks: {
      history: "a thread is written once for each run, and its old states are the checkpointer's to read",
    },
    // A worker takes seconds to start here.
    many: { threads: Number(process.env["SWARMGRAPH_THREADS"] ?? 20) },
  },
);
