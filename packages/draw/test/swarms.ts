import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";

/** A tool that nobody calls. */
function named(name: string) {
  return { name, description: name, invoke: () => Promise.resolve("") };
}

/** A desk with everything that an edge can have: a guard, an approval, ways back, and who takes over at a limit. */
export const desk = new SwarmAgent({
  name: "support desk",
  entry: "triage",
  model: scriptedModel(),
  limits: { onLimit: "human" },
  agents: {
    triage: {
      description: "Takes requests in and finds out who can help best, whatever they are about",
      canHandoffTo: ["billing", { to: "tech", when: () => true }, "human"],
    },
    billing: {
      description: "Invoices and refunds",
      tools: [named("lookup_invoice"), named("refund"), { type: "web_search" }],
      confirm: ["refund"],
      canHandoffTo: [{ to: "tech", returns: true }, { to: "human", requiresApproval: true }, "triage"],
    },
    tech: { tools: [named("search_docs")], canHandoffTo: ["会計 <b>&amp;"] },
    "会計 <b>&amp;": { canHandoffTo: ["triage"] },
    human: { canHandoffTo: [] },
  },
});

/** Five agents in three layers, nobody hands back. */
export const finance = new SwarmAgent({
  name: "finance",
  entry: "finance-agent",
  model: scriptedModel(),
  agents: {
    "finance-agent": { canHandoffTo: ["ecb-interest-rate-agent", "websearch-agent"] },
    "websearch-agent": { tools: [named("web_search")], canHandoffTo: ["graph-drawing-agent", "calculator-agent"] },
    "ecb-interest-rate-agent": {
      tools: [named("get_european_central_bank_interest_rate")],
      canHandoffTo: ["graph-drawing-agent", "calculator-agent"],
    },
    "graph-drawing-agent": { tools: [named("code_interpreter")], canHandoffTo: [] },
    "calculator-agent": { tools: [named("calculate")], canHandoffTo: [] },
  },
});
