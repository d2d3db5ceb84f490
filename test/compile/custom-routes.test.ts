import { HumanMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { SwarmAgent } from "../../src/index.ts";
import type { Limits, RouteContext, RouteFunction } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says, shape } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

function swarmWith(route: RouteFunction, limits: Limits = {}) {
  const a = scriptedModel().say("thinking").repeat();
  const swarm = new SwarmAgent({
    entry: "a",
    limits,
    agents: { a: { model: a, route }, b: { model: scriptedModel().say("b answers").repeat() } },
  });
  return { swarm, a };
}

describe("[B78] a routing function of one's own", () => {
  it("is asked once all tool calls are answered, and sees the message and what would come next", async () => {
    const asked: Pick<RouteContext, "agent" | "next">[] = [];
    const model = scriptedModel().tool("echo", { text: "one" }).say("two");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: {
          model,
          tools: [echo],
          route: ({ agent, next, message }) => {
            asked.push({ agent, next });
            return message.text === "two" ? "__end__" : next;
          },
        },
      },
    });
    const { messages } = await swarm.compile().invoke(says());
    expect(shape(messages)).toEqual(["human: Hello", "ai: [echo]", "tool: one", "ai: two"]);
    expect(asked).toEqual([
      { agent: "a", next: "a" },
      { agent: "a", next: "__end__" },
    ]);
  });

  it("is not asked before an approval", async () => {
    let asked = 0;
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: {
          model: scriptedModel().handoff("b"),
          canHandoffTo: [{ to: "b", requiresApproval: true }],
          route: () => {
            asked += 1;
            return "__end__";
          },
        },
        b: { model: scriptedModel() },
      },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.invoke(says(), thread);
    expect((await graph.getState(thread)).next).toEqual(["handoff.approval"]);
    expect(asked).toBe(0);
  });

  it("is not asked where the log was moved by hand and holds no message of the agent's", async () => {
    const { swarm } = swarmWith(() => {
      throw new Error("asked without a message");
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.updateState(thread, { messages: [new HumanMessage("Hi")] }, "a");
    expect((await graph.getState(thread)).next).toEqual([]);
  });

  it.each([
    ["an error", new Error("no such team"), "no such team"],
    ["a text", "no such team", "no such team"],
    ["an object", { team: "sales" }, '{"team":"sales"}'],
  ])("that throws %s is an error that names the agent and keeps the cause", async (_what, thrown, text) => {
    const { swarm } = swarmWith(() => {
      throw thrown;
    });
    await expect(swarm.compile().invoke(says())).rejects.toMatchObject({
      code: "ROUTE_FAILED",
      agent: "a",
      message: `the routing function of agent "a" failed: ${text}`,
      cause: thrown,
    });
  });

  it("that fails is asked again when the run is resumed, and nothing else is", async () => {
    let asked = 0;
    const { swarm, a } = swarmWith(() => {
      asked += 1;
      if (asked < 3) throw new Error("the rota cannot be read");
      return "b";
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await expect(graph.invoke(says(), thread)).rejects.toMatchObject({ code: "ROUTE_FAILED", resumable: true });
    await expect(graph.invoke(null, thread)).rejects.toMatchObject({ code: "ROUTE_FAILED" });
    const { messages, outcome } = await graph.invoke(null, thread);
    expect(shape(messages)).toEqual(["human: Hello", "ai: thinking", "ai: b answers"]);
    expect(outcome).toMatchObject({ kind: "answered", agent: "b", path: ["a", "b"] });
    expect(a.calls).toHaveLength(1);
    expect(asked).toBe(3);
  });

  it("that goes round and round is ended by the last call of the turn, with an answer", async () => {
    const { swarm, a } = swarmWith(() => "a", { maxTurns: 3 });
    const { outcome, activeAgent } = await swarm.compile().invoke(says());
    expect(outcome).toMatchObject({ kind: "limit", limit: "maxTurns", agent: "a" });
    expect(activeAgent).toBe("a");
    expect(a.calls).toHaveLength(3);
  });

  it("that goes round and round does not keep away the agent that takes over at the limit", async () => {
    const { swarm, a } = swarmWith(() => "a", { maxTurns: 3, onLimit: "b" });
    const { activeAgent, messages } = await swarm.compile().invoke(says());
    expect(activeAgent).toBe("b");
    expect(messages.at(-1)?.text).toBe("b answers");
    expect(a.calls).toHaveLength(2);
  });

  it("is not asked where the agent had no call left and another takes over at once", async () => {
    const { swarm, a } = swarmWith(() => "a", { maxTurns: 1, onLimit: "b" });
    expect((await swarm.compile().invoke(says())).activeAgent).toBe("b");
    expect(a.calls).toHaveLength(0);
  });
});
