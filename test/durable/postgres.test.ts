import { describeDurable, startProcess } from "@swarmgraph/durable-conformance";
import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import { bundle } from "./bundle.ts";
import { createDatabase } from "../persist/database.ts";

let program: Promise<string> | undefined;

describeDurable("PostgreSQL", async () => {
  const { address, drop } = await createDatabase();
  const saver = PostgresSwarmSaver.fromConnString(address);
  await saver.setup();
  await saver.end();
  return {
    start: async (given) => startProcess(await (program ??= bundle("worker-postgres")), { ...given, address }),
    remove: drop,
  };
});
