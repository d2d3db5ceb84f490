import { tool } from "@langchain/core/tools";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { z } from "zod";

const refund = tool(({ order }) => `Order ${order} is refunded.`, {
  name: "refund",
  description: "Refunds an order.",
  schema: z.object({ order: z.string() }),
});

export const swarm = new SwarmAgent({
  name: "desk",
  entry: "triage",
  agents: {
    triage: {
      model: scriptedModel().handoff("billing", { topic: "a refund" }),
      canHandoffTo: ["billing"],
    },
    billing: {
      description: "Invoices, payments and refunds",
      input: z.object({ topic: z.string() }),
      model: scriptedModel().tool("refund", { order: "A-17" }).say("Done: order A-17 is refunded."),
      tools: [refund],
      canHandoffTo: ["triage"],
    },
  },
});
