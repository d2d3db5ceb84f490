import { checkpointerEngine, serveWorker } from "@swarmgraph/durable-conformance/worker";
import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";

await serveWorker<string>(
  ({ address }) =>
    async (swarmOf) =>
      checkpointerEngine(swarmOf, { checkpointer: PostgresSwarmSaver.fromConnString(address) }),
);
