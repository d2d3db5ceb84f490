import { SwarmThreads } from "@swarmgraph/durable-restate/client";
import { onStop } from "./on-stop.ts";
import { lastText, serveThreads } from "./serve-threads.ts";
import { readSettings } from "./settings.ts";
import { SWARM } from "./swarm.ts";

/* Takes requests and hands their runs to Restate; holds nothing, so that any number may run side by side. */

const settings = readSettings("restate-server");
const ingress = settings.value("RESTATE_INGRESS_URL");
const threads = new SwarmThreads({ ingress, service: SWARM });
const server = await serveThreads({
  settings,
  ready: async () => (await fetch(new URL("/restate/health", ingress))).ok,
  run: async ({ threadId, runId, input }) => lastText(await threads.run(threadId, input, { runId })),
});
onStop(() => server.close());
process.stdout.write(`${server.url}\n`);
