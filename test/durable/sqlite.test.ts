import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeDurable, startProcess } from "@swarmgraph/durable-conformance";
import { SqliteSwarmSaver } from "@swarmgraph/persist-sqlite";
import { bundle } from "./bundle.ts";

let program: Promise<string> | undefined;

describeDurable("SQLite", async () => {
  const directory = mkdtempSync(join(tmpdir(), "swarmgraph-durable-"));
  const address = join(directory, "threads.db");
  const saver = SqliteSwarmSaver.fromConnString(address);
  await saver.setup();
  saver.db.close();
  return {
    start: async (given) => startProcess(await (program ??= bundle("worker-sqlite")), { ...given, address }),
    remove: async () => rmSync(directory, { recursive: true, force: true }),
  };
});
