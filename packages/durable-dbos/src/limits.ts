import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Gate } from "./steps.ts";

/** How often a model may be asked, over all processes. */
export interface ModelLimit {
  /** What the limit is called: the model's name. */
  readonly model: string;
  /** The agents that ask this model. */
  readonly agents: readonly string[];
  /** Calls in each period. */
  readonly limitPerPeriod: number;
  readonly periodSec: number;
}

/** Where calls of a model wait for their turn: a queue of DBOS with a rate limit, of workflows that do nothing. */
export interface Gates {
  readonly gate: Gate;
  /** Makes the queues, once DBOS is there. */
  open(): Promise<void>;
}

/** Registers what the limits need. Call it before DBOS is launched. */
export function modelGates(limits: readonly ModelLimit[], pollingMs: number): Gates {
  const pass = DBOS.registerWorkflow(async () => {}, { name: "swarmgraph.gate" });
  const queueOf = new Map(limits.flatMap(({ model, agents }) => agents.map((agent) => [agent, queueName(model)])));
  return {
    gate: async (agent) => {
      const queueName = queueOf.get(agent);
      if (queueName === undefined) return;
      const ticket = await DBOS.startWorkflow(pass, { queueName })();
      await ticket.getResult();
    },
    open: async () => {
      for (const { model, limitPerPeriod, periodSec } of limits) {
        await DBOS.registerQueue(queueName(model), {
          rateLimit: { limitPerPeriod, periodSec },
          minPollingIntervalMs: pollingMs,
          onConflict: "always_update",
        });
      }
    },
  };
}

function queueName(model: string): string {
  return `swarmgraph.model.${model}`;
}
