import { HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { describe, expect, it, vi } from "vitest";
import { SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { addTool } from "../support.ts";

function historyOf(length: number): HumanMessage[] {
  return Array.from({ length }, (_, index) => new HumanMessage({ content: `${index}`, id: `m${index}` }));
}

describe("[B160] a hop costs the same after 1 and after 200 messages", () => {
  it("because the prompt holds the log's own messages, never copies of them", async () => {
    const model = scriptedModel().handoff("b").handoff("a").say("Done.");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model }, b: { model } } });
    const { messages } = await swarm.compile().invoke({ messages: historyOf(200) });
    const log = new Set<BaseMessage>(messages);
    for (const call of model.calls) {
      const earlier = call.messages.filter(({ type }) => type === "human");
      expect(earlier).toHaveLength(200);
      expect(earlier.every((message) => log.has(message))).toBe(true);
    }
  });

  it("because tools are bound once for each agent, however many hops and turns", async () => {
    const model = scriptedModel()
      .handoff("b")
      .tool("add", { a: 1, b: 2 })
      .handoff("a")
      .handoff("b")
      .say("Done.")
      .repeat();
    const bind = vi.spyOn(model, "bindTools");
    const { add } = addTool();
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model }, b: { model, tools: [add] } } }).compile();
    await graph.invoke({ messages: historyOf(1) });
    await graph.invoke({ messages: historyOf(200) });
    expect(bind).toHaveBeenCalledTimes(2);
  });
});
