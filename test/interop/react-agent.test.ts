import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { addTool, promptOf, says, shape } from "../support.ts";

describe("createReactAgent", () => {
  it("works as an agent that answers, with a loop and tools of its own", async () => {
    const { add, runs } = addTool();
    const llm = scriptedModel().tool("add", { a: 1, b: 2 }).say("It is 3.");
    const swarm = new SwarmAgent({
      entry: "triage",
      agents: {
        triage: { model: scriptedModel().handoff("sums") },
        sums: { graph: createReactAgent({ llm, tools: [add], prompt: "You add." }), canHandoffTo: [] },
      },
    });
    const { messages, activeAgent } = await swarm.compile().invoke(says("1 + 2?"));
    expect(shape(messages)).toEqual([
      "human: 1 + 2?",
      "ai: [transfer_to_sums]",
      "ai: [add]",
      "tool: 3",
      "ai: It is 3.",
    ]);
    expect(messages.at(-1)?.name).toBe("sums");
    expect(activeAgent).toBe("sums");
    expect(runs.count).toBe(1);
    expect(shape(promptOf(llm))).toEqual(["human: 1 + 2?"]);
  });
});
