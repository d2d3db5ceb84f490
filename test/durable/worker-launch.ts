import { startDbosEngine } from "@swarmgraph/durable-dbos";
import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";

/** What an executor says that was told to start. */
export type Launched = { readonly said: string | undefined } | { readonly error: string };

const [databaseUrl = "", executorId = ""] = process.argv.slice(2);
const tell = (message: Launched | "loaded"): unknown => process.send?.(message);

async function launch(): Promise<Launched> {
  const checkpointer = PostgresSwarmSaver.fromConnString(databaseUrl);
  try {
    await checkpointer.setup();
    const agents = { a: { model: scriptedModel().say("I am an executor.").repeat(9) } };
    const engine = await startDbosEngine({
      swarm: (plugs) => new SwarmAgent({ entry: "a", agents, ...plugs }),
      checkpointer,
      databaseUrl,
      executorId,
      version: "1",
      pollingMs: 100,
    });
    const { messages } = await engine.run({ messages: "Hi!" }, { threadId: executorId, runId: "r" });
    await engine.close();
    return { said: (messages as { text: string }[]).at(-1)?.text };
  } catch (error) {
    const { code = "", message } = error as Error & { code?: string };
    return { error: `${code}: ${message}` };
  } finally {
    await checkpointer.end();
  }
}

process.once("message", async () => tell(await launch()));
tell("loaded");
