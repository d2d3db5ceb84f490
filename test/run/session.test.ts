import { MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { Session, SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, shape } from "../support.ts";

function helpdesk() {
  const triage = scriptedModel().handoff("billing", undefined, { text: "Billing can help." }).say("Welcome back.");
  const billing = scriptedModel().tool("echo", { text: "refunded" }).say("Done.").say("Anything else?");
  const swarm = new SwarmAgent({
    entry: "triage",
    agents: { triage: { model: triage }, billing: { model: billing, tools: [echo], canHandoffTo: [] } },
  });
  return { swarm, triage, billing };
}

describe("a session", () => {
  it("gives back the answer, who gave it, the handoffs and the usage of the turn", async () => {
    const { swarm } = helpdesk();
    const session = new Session(swarm.compile());
    const result = await session.run("I was charged twice");
    expect(result.output).toBe("Done.");
    expect(result.lastAgent).toBe("billing");
    expect(result.handoffs).toMatchObject([
      { from: "triage", to: "billing", status: "done", reason: "Billing can help." },
    ]);
    expect(shape(result.messages)).toEqual([
      "human: I was charged twice",
      "ai: Billing can help. [transfer_to_billing]",
      "ai: [echo]",
      "tool: refunded",
      "ai: Done.",
    ]);
    expect(result.usage.total_tokens).toBe(result.usage.input_tokens + result.usage.output_tokens);
    expect(result.usage.output_tokens).toBeGreaterThan(0);
    expect(result.outcome).toMatchObject({ kind: "answered", path: ["triage", "billing"] });
  });

  it("stays with the agent that has the conversation, and counts each turn for itself", async () => {
    const { swarm, triage } = helpdesk();
    const session = new Session(swarm.compile());
    await session.run("I was charged twice");
    const second = await session.run("Thanks");
    expect(second.lastAgent).toBe("billing");
    expect(second.handoffs).toEqual([]);
    expect(second.outcome.path).toEqual(["billing"]);
    expect(triage.calls).toHaveLength(1);
  });

  it("begins anew after clear()", async () => {
    const { swarm } = helpdesk();
    const session = new Session(swarm.compile());
    await session.run("I was charged twice");
    await session.clear();
    const after = await session.run("Hello again");
    expect(after.lastAgent).toBe("triage");
    expect(shape(after.messages)).toEqual(["human: Hello again", "ai: Welcome back."]);
  });

  it("streams the events of a turn and returns the same result", async () => {
    const { swarm } = helpdesk();
    const stream = new Session(swarm.compile()).stream("I was charged twice");
    const types: string[] = [];
    let next = await stream.next();
    for (; !next.done; next = await stream.next()) types.push(next.value.type);
    expect(types).toEqual([
      "agent.started",
      "message.done",
      "handoff.started",
      "handoff.done",
      "agent.started",
      "message.done",
      "tool.started",
      "tool.done",
      "agent.started",
      "message.done",
    ]);
    expect(next.value).toMatchObject({ output: "Done.", lastAgent: "billing" });
  });

  it("uses the graph's own checkpointer and the thread it is given", async () => {
    const { swarm } = helpdesk();
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await new Session(graph, { threadId: "t7" }).run("I was charged twice");
    const again = await new Session(graph, { threadId: "t7" }).run("Thanks");
    expect(again.lastAgent).toBe("billing");
    expect((await graph.getState({ configurable: { thread_id: "t7" } })).values.messages).toHaveLength(7);
  });

  it("passes the context on, its own or the run's", async () => {
    const seen: unknown[] = [];
    const model = scriptedModel().say("1").say("2");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: {
          model,
          prompt: ({ context }) => {
            seen.push(context);
            return "";
          },
        },
      },
    });
    const session = new Session(swarm.compile(), { context: { user: "ada" } });
    await session.run("x");
    await session.run("y", { context: { user: "bob" } });
    expect(seen).toEqual([{ user: "ada" }, { user: "bob" }]);
  });

  it("stays usable after a failure", async () => {
    const model = scriptedModel().fail(400).say("fine now");
    const session = new Session(new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile());
    await expect(session.run("one")).rejects.toMatchObject({ code: "PROVIDER_REJECTED" });
    const result = await session.run("two");
    expect(result.output).toBe("fine now");
    expect(shape(result.messages)).toEqual(["human: one", "human: two", "ai: fine now"]);
  });
});
