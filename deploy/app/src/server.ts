import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import { serve } from "@swarmgraph/server";
import { onStop } from "./on-stop.ts";
import { readSettings } from "./settings.ts";
import { SWARM, supportSwarm } from "./swarm.ts";

/* A swarm behind HTTP, with threads in PostgreSQL. Any number may run side by side. */

const settings = readSettings("server");
const checkpointer = PostgresSwarmSaver.fromConnString(settings.value("DATABASE_URL"));
await checkpointer.setup();
let isStopping = false;
const server = await serve({
  swarms: { [SWARM]: supportSwarm(settings.optional("OPENAI_API_KEY")).compile({ checkpointer, onBusy: "enqueue" }) },
  apiKey: settings.value("SWARMGRAPH_API_KEY"),
  hostname: "0.0.0.0",
  port: settings.port,
  graceMs: settings.graceMs,
  ready: async () => {
    // Any read will do: it fails where the database does not answer.
    await checkpointer.getTuple({ configurable: { thread_id: "readyz" } });
    return !isStopping;
  },
  onFailure: ({ method, path, error }) => process.stderr.write(`${method} ${path}: ${String(error)}\n`),
});
onStop(async () => {
  isStopping = true;
  await server.close();
  await checkpointer.end();
});
process.stdout.write(`${server.url}\n`);
