import { SwarmAgent } from "swarmgraph";
import { ruleModel } from "./rules.ts";
import { findOrder, refund } from "./tools.ts";

const money = /charge|refund|money|invoice|bill/iu;
const broken = /broken|crash|error|does not work/iu;

export const swarm = new SwarmAgent({
  name: "support-desk",
  entry: "triage",
  agents: {
    triage: {
      description: "Finds out what it is about, and who can help.",
      prompt: "Find out what the user wants, and hand over to whoever can help.",
      model: ruleModel(
        [
          { when: money, handoff: "billing", reason: "It is about money." },
          { when: broken, handoff: "tech", reason: "Something does not work." },
        ],
        "Hello! Is it about a payment, or does something not work?",
      ),
      canHandoffTo: ["billing", "tech"],
    },
    billing: {
      description: "Knows orders, charges and invoices.",
      prompt: "Look the order up. Hand over to refunds where money is to be paid back.",
      model: ruleModel(
        [
          { when: /refund|money back/iu, handoff: "refunds", reason: "49.00 was charged twice." },
          { when: broken, handoff: "triage", reason: "It is not about money." },
          { when: money, tool: "find_order", args: { order: "A-1042" } },
        ],
        "Which order is it about?",
      ),
      tools: [findOrder],
      canHandoffTo: ["refunds", "triage"],
    },
    refunds: {
      description: "Pays money back, once somebody has agreed.",
      prompt: "Pay back what was charged too much.",
      model: ruleModel(
        [
          { when: broken, handoff: "triage", reason: "It is not about money." },
          { when: money, tool: "refund", args: { order: "A-1042", amount: 49 } },
        ],
        "The money is on its way. Is there anything else?",
      ),
      tools: [refund],
      confirm: ["refund"],
      canHandoffTo: ["triage"],
    },
    tech: {
      description: "Mends what is broken.",
      prompt: "Help to mend what does not work.",
      model: ruleModel(
        [{ when: money, handoff: "triage", reason: "It is about money." }],
        "Turn it off, count to ten, and turn it on again. Does it work now?",
      ),
      canHandoffTo: ["triage"],
    },
  },
});
