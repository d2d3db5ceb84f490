import { startDbosEngine } from "@swarmgraph/durable-dbos";
import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import { onStop } from "./on-stop.ts";
import { lastText, serveThreads } from "./serve-threads.ts";
import { readSettings } from "./settings.ts";
import { supportSwarm } from "./swarm.ts";

/* An executor of DBOS that takes requests too: a run that one of them takes may be run by any of them. */

const settings = readSettings("dbos-worker");
const databaseUrl = settings.value("DATABASE_URL");
const checkpointer = PostgresSwarmSaver.fromConnString(databaseUrl);
await checkpointer.setup();
const engine = await startDbosEngine({
  swarm: (plugs) => supportSwarm(settings.optional("OPENAI_API_KEY"), plugs),
  checkpointer,
  databaseUrl,
  executorId: settings.value("EXECUTOR_ID"),
  version: settings.value("APP_VERSION"),
  onLog: (level, entry) => process.stderr.write(`${level}: ${String(entry)}\n`),
});
const server = await serveThreads({
  settings,
  ready: async () => {
    // Any read will do: it fails where the database does not answer.
    await checkpointer.getTuple({ configurable: { thread_id: "readyz" } });
    return true;
  },
  run: async ({ threadId, runId, input }) => lastText(await engine.run({ messages: input }, { threadId, runId })),
});
onStop(async () => {
  const begun = performance.now();
  await server.close();
  // What is not over by then is gone on with by the next process of this name.
  await engine.close({ waitMs: Math.max(0, settings.graceMs - (performance.now() - begun)) });
  await checkpointer.end();
});
process.stdout.write(`${server.url}\n`);
