import { tool } from "@langchain/core/tools";
import { SwarmAgent, SwarmMemorySaver } from "swarmgraph";
import type { SwarmGraph } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { z } from "zod";

const findOrder = tool(({ order }) => `Order ${order}: two charges of 49.00 on 3 May.`, {
  name: "find_order",
  description: "Finds an order.",
  schema: z.object({ order: z.string() }),
});

const refund = tool(({ amount }) => `Refunded ${amount.toFixed(2)}.`, {
  name: "refund",
  description: "Pays money back.",
  schema: z.object({ order: z.string(), amount: z.number() }),
});

/** A help desk of four that plays one conversation: two handoffs, a refused one, tools, and an approval. */
export function supportDesk(): SwarmGraph {
  const triage = scriptedModel()
    .handoff(
      "billing",
      { reason: "Charged twice for one order" },
      { text: "Let me get someone who can see your bill." },
    )
    .say("Is there anything else?")
    .repeat();
  const billing = scriptedModel()
    .tool("find_order", { order: "A-1042" }, { text: "I am looking at your order." })
    .handoff("payouts", { amount: "all of it" })
    .handoff("refunds", { reason: "49.00 was charged twice" })
    .say("Your order is in good order.")
    .repeat();
  const refunds = scriptedModel()
    .tool("refund", { order: "A-1042", amount: 49 })
    .say("Done: 49.00 is on its way back to your card. It takes two to three days.")
    .repeat();
  const swarm = new SwarmAgent({
    name: "support-desk",
    entry: "triage",
    agents: {
      triage: {
        model: triage,
        description: "Finds out what it is about, and who can help.",
        canHandoffTo: ["billing", "tech"],
      },
      billing: {
        model: billing,
        description: "Knows orders and invoices.",
        tools: [findOrder],
        canHandoffTo: ["refunds", "triage", { to: "payouts", input: z.object({ amount: z.number() }) }],
      },
      refunds: {
        model: refunds,
        description: "Pays money back, once somebody has agreed.",
        tools: [refund],
        confirm: ["refund"],
        canHandoffTo: ["triage"],
      },
      payouts: { model: scriptedModel().say("Nothing to pay out."), description: "Pays suppliers.", canHandoffTo: [] },
      tech: {
        model: scriptedModel().say("Try again."),
        description: "Mends what is broken.",
        canHandoffTo: ["triage"],
      },
    },
  });
  return swarm.compile({ checkpointer: new SwarmMemorySaver() }) as unknown as SwarmGraph;
}
