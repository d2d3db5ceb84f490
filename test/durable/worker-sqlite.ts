import { checkpointerEngine, serveWorker } from "@swarmgraph/durable-conformance/worker";
import { SqliteSwarmSaver } from "@swarmgraph/persist-sqlite";

await serveWorker<string>(
  ({ address }) =>
    async (swarmOf) =>
      checkpointerEngine(swarmOf, { checkpointer: SqliteSwarmSaver.fromConnString(address) }),
);
