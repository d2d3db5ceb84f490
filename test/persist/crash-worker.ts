import { HumanMessage } from "@langchain/core/messages";
import { SqliteSwarmSaver } from "@swarmgraph/persist-sqlite";
import { crashSwarm, effectsIn } from "../crash-swarm.ts";
import type { SCENARIOS } from "../crash-swarm.ts";

/** What the process is told: what to run, and at which point to die. */
export interface CrashOrder {
  readonly scenario: (typeof SCENARIOS)[number];
  readonly threadId: string;
  readonly database: string;
  readonly effects: string;
  /** Counted from 1; 0: not at all. */
  readonly dieAt: number;
}

const order = JSON.parse(process.argv[2] ?? "") as CrashOrder;
let passed = 0;

/** Counts the point, and dies at the one that was ordered: by SIGKILL, so that nothing is closed or flushed. */
function point(): void {
  passed += 1;
  if (passed === order.dieAt) process.kill(process.pid, "SIGKILL");
}

const saver = SqliteSwarmSaver.fromConnString(order.database);
for (const method of ["put", "putWrites"] as const) {
  const original = saver[method].bind(saver) as (...args: unknown[]) => Promise<never>;
  saver[method] = async (...args: unknown[]): Promise<never> => {
    point();
    const result = await original(...args);
    point();
    return result;
  };
}
const graph = crashSwarm(order.scenario, effectsIn(order.effects), point).compile({
  checkpointer: saver,
  leaseMs: 3_000,
});
await graph.invoke(
  { messages: [new HumanMessage({ id: "question", content: "Go" })] },
  { configurable: { thread_id: order.threadId } },
);
process.send?.({ passed });
process.disconnect?.();
