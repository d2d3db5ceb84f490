import { durableSwarm, serveSwarms } from "@swarmgraph/durable-restate";
import { onStop } from "./on-stop.ts";
import { readSettings } from "./settings.ts";
import { supportSwarm } from "./swarm.ts";

/* A worker of Restate. Nothing has to be drained: what it had begun, the engine gives to another one. */

const settings = readSettings("restate-worker");
const identityKey = settings.optional("RESTATE_IDENTITY_KEY");
const durable = durableSwarm(supportSwarm(settings.optional("OPENAI_API_KEY")), {
  ingress: settings.value("RESTATE_INGRESS_URL"),
});
const worker = await serveSwarms([durable], {
  host: "0.0.0.0",
  port: settings.port,
  identityKeys: identityKey === undefined ? undefined : [identityKey],
});
onStop(() => worker.close());
process.stdout.write(`${worker.url}\n`);
