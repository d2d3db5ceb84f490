import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";

/** A desk that asks a person before it hands over, for a server that others talk to: its models say the same each time. */
export const desk = new SwarmAgent({
  name: "desk",
  entry: "triage",
  agents: {
    triage: {
      model: scriptedModel().handoff("refunds", undefined, { text: "A colleague will see to it." }).repeat(),
      canHandoffTo: [{ to: "refunds", requiresApproval: true }],
    },
    refunds: { model: scriptedModel().say("Your money is on its way.").repeat(), canHandoffTo: [] },
  },
});

/** The compiled graph. */
export const graph = desk.compile();
