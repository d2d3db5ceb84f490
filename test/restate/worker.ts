import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { durableSwarm, serveSwarms } from "@swarmgraph/durable-restate";
import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import { SwarmMemorySaver } from "swarmgraph";
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
  elsewhere,
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

/** A checkpointer that has a thread of somebody else's. */
async function checkpointerWith({ threadId, engine }: NonNullable<ServiceOptions["elsewhere"]>) {
  const saver = new SwarmMemorySaver();
  const metadata = {
    source: "loop",
    step: 1,
    parents: {},
    ...(engine !== undefined && { swarm_engine: engine }),
  } as const;
  await saver.put({ configurable: { thread_id: threadId, checkpoint_ns: "" } }, emptyCheckpoint(), metadata);
  return saver;
}

const durable = durableSwarm(swarmOf(swarm, world), {
  service,
  ingress,
  retry: { maxAttempts: 4, initialDelayMs: 50 },
  answerTimeoutMs,
  suspendAfterMs,
  elsewhere: elsewhere && (await checkpointerWith(elsewhere)),
});
const { url } = await serveSwarms([durable], { port, logger: () => {} });
process.stdout.write(`${url}\n`);
