import { HumanMessage } from "@langchain/core/messages";
import { Command } from "@langchain/langgraph";
import type { BaseMessage } from "@langchain/core/messages";
import { serveWorker, toReply } from "@swarmgraph/durable-conformance/worker";
import { startDbosEngine } from "@swarmgraph/durable-dbos";
import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";

await serveWorker<string>(({ address, index }) => async (swarmOf) => {
  const checkpointer = PostgresSwarmSaver.fromConnString(address);
  const engine = await startDbosEngine({
    swarm: swarmOf,
    checkpointer,
    databaseUrl: address,
    executorId: `executor-${index}`,
    version: "1",
    leaseMs: 2_000,
    pollingMs: 400,
    poolSize: 6,
  });
  return {
    ask: async ({ threadId, id, text, onBusy, signal }) => {
      const input = { messages: [new HumanMessage({ id, content: text })] };
      return toReply(await engine.run(input, { threadId, runId: id, onBusy, signal }));
    },
    answer: async ({ threadId, id, replies }) =>
      toReply(await engine.run(new Command({ resume: replies }), { threadId, runId: id })),
    log: async (threadId) => {
      const tuple = await checkpointer.getTuple({ configurable: { thread_id: threadId } });
      return (tuple?.checkpoint.channel_values["messages"] ?? []) as BaseMessage[];
    },
    close: async () => {
      await engine.close();
      await checkpointer.end();
    },
  };
});
