import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { durableSwarm, serveSwarms } from "@swarmgraph/durable-restate";
import { effectsIn } from "../crash-swarm.ts";
import type { ServiceOptions } from "./service.ts";
import { swarmOf } from "./swarms.ts";

const {
  port,
  ingress,
  service,
  effects,
  swarm,
  dieAt,
  version = "v1",
  answerTimeoutMs,
  suspendAfterMs,
} = JSON.parse(process.env["WORKER"] ?? "") as ServiceOptions;

const points = `${effects}.points`;

/** Counts the points over all processes, and ends this one where it was told to: nothing is closed or flushed. */
function point(name: string): void {
  appendFileSync(points, `${name}\n`);
  const passed = existsSync(points) ? readFileSync(points, "utf8").trimEnd().split("\n").length : 0;
  if (passed === dieAt) process.kill(process.pid, "SIGKILL");
}

const world = { effects: effectsIn(effects), point, gate: `${effects}.gate`, version };
const durable = durableSwarm(swarmOf(swarm, world), {
  service,
  ingress,
  retry: { maxAttempts: 4, initialDelayMs: 50 },
  answerTimeoutMs,
  suspendAfterMs,
});
const { url } = await serveSwarms([durable], { port, logger: () => {} });
process.stdout.write(`${url}\n`);
