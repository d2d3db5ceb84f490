import { HumanMessage } from "@langchain/core/messages";
import { serveWorker, toReply } from "@swarmgraph/durable-conformance/worker";
import type { Reply } from "@swarmgraph/durable-conformance/worker";
import { durableSwarm, serveSwarms } from "@swarmgraph/durable-restate";
import { SwarmThreads } from "@swarmgraph/durable-restate/client";
import type { DurableThread, StartedRun } from "@swarmgraph/durable-restate/client";

/** Where a worker of the conformance suite is. */
export interface SuiteAddress {
  readonly ingress: string;
  readonly service: string;
  readonly port: number;
}

await serveWorker<SuiteAddress>(({ address: { ingress, service, port } }) => async (swarmOf) => {
  const durable = durableSwarm(swarmOf(), { service });
  const worker = await serveSwarms([durable], { port, logger: () => {} });
  const threads = new SwarmThreads({ ingress, service });

  /** How a run ended, or what it waits for beyond what it has been answered. */
  const settled = async (run: StartedRun, answered?: string): Promise<Reply> => {
    const over = new AbortController();
    const result = threads.result(run).finally(() => over.abort());
    const first = await Promise.race([result.then(toReply), asked(run, answered, over.signal)]);
    return first ?? toReply(await result);
  };
  const asked = async (
    run: StartedRun,
    answered: string | undefined,
    over: AbortSignal,
  ): Promise<Reply | undefined> => {
    for (let pause = 20; !over.aborted; pause = Math.min(pause * 2, 320)) {
      const { run: now } = await threads.get(run.threadId);
      const isAsking = now?.runId === run.runId && now.status === "waiting" && now.waits[0]?.id !== answered;
      if (isAsking) return toReply({ __interrupt__: now.waits });
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return undefined;
  };
  return {
    ask: async ({ threadId, id, text, onBusy, signal }) => {
      const input = { messages: [new HumanMessage({ id, content: text })] };
      const run = await threads.start(threadId, input, { runId: id, onBusy, signal });
      const left = new Promise<never>((_, reject) => {
        signal?.addEventListener("abort", () => {
          threads.cancel(threadId, run).then(() => reject(signal.reason as Error), reject);
        });
      });
      return Promise.race([settled(run), left]);
    },
    answer: async ({ threadId, replies }) => {
      const { run, messages }: DurableThread = await threads.get(threadId);
      const [wait] = run?.waits ?? [];
      if (run === null || wait === undefined) return toReply({ messages });
      await threads.answer(wait.id, replies);
      return settled({ ...run, threadId }, wait.id);
    },
    log: async (threadId) => (await threads.get(threadId)).messages,
    close: () => worker.close(),
  };
});
