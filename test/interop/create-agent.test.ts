import { ToolMessage } from "@langchain/core/messages";
import type { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createAgent, createMiddleware, humanInTheLoopMiddleware } from "langchain";
import type { AgentMiddleware } from "langchain";
import { createRegistry, SwarmAgent, swarmEvents } from "swarmgraph";
import { handoffMiddleware } from "swarmgraph/langchain";
import { scriptedModel } from "swarmgraph/testing";
import type { ScriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { echo, promptOf, says, shape, toolMessages } from "../support.ts";

const canHandoffTo = ["billing"] as const;

// Under `exactOptionalPropertyTypes` LangChain's own middleware fits neither its options nor its type.
const asksBefore = (name: string) =>
  humanInTheLoopMiddleware({ interruptOn: { [name]: true } } as never) as unknown as AgentMiddleware;
const asksFirst = asksBefore("search");

function countingTool() {
  const runs = { count: 0 };
  const search = tool(
    ({ query }) => {
      runs.count += 1;
      return `found ${query}`;
    },
    { name: "search", description: "Searches.", schema: z.object({ query: z.string() }) },
  );
  return { runs, search };
}

/** A desk whose front agent is LangChain's, and whose second one is the swarm's own. */
function desk(
  model: ScriptedModel,
  { before = [], after = [] }: { before?: AgentMiddleware[]; after?: AgentMiddleware[] } = {},
) {
  const { runs, search } = countingTool();
  const front = createAgent({
    name: "front",
    model,
    tools: [search, echo],
    middleware: [...before, handoffMiddleware({ canHandoffTo }), ...after],
  });
  const billing = scriptedModel().say("Your invoice is paid.").repeat();
  const swarm = new SwarmAgent({
    entry: "front",
    agents: { front: { graph: front, canHandoffTo }, billing: { model: billing, canHandoffTo: [] } },
  });
  return { swarm, billing, runs };
}

describe("createAgent with handoffMiddleware", () => {
  it("hands off by its own call, which is neither executed nor answered", async () => {
    const model = scriptedModel().handoff("billing");
    const { swarm, billing } = desk(model);
    const { messages, activeAgent, handoffs } = await swarm.compile().invoke(says());
    expect(activeAgent).toBe("billing");
    expect(shape(messages)).toEqual(["human: Hello", "ai: [transfer_to_billing]", "ai: Your invoice is paid."]);
    expect(handoffs).toMatchObject([{ from: "front", to: "billing", status: "done" }]);
    expect(model.calls).toHaveLength(1);
    expect(model.calls[0]?.tools).toEqual(["search", "echo", "transfer_to_billing"]);
    expect(shape(promptOf(billing))).toEqual(["human: Hello"]);
  });

  it("runs its tools in its own loop before", async () => {
    const { swarm, runs } = desk(scriptedModel().tool("search", { query: "invoice" }).handoff("billing"));
    const { messages } = await swarm.compile().invoke(says());
    expect(runs.count).toBe(1);
    expect(shape(messages)).toEqual([
      "human: Hello",
      "ai: [search]",
      "tool: found invoice",
      "ai: [transfer_to_billing]",
      "ai: Your invoice is paid.",
    ]);
  });

  it("runs the other calls of the handoff's message first, and asks the model no more", async () => {
    const model = scriptedModel().callAll(
      [{ handoff: "billing" }, { tool: "search", args: { query: "invoice" } }],
      "One moment.",
    );
    const { swarm, billing, runs } = desk(model);
    const { messages, activeAgent } = await swarm.compile().invoke(says());
    expect(activeAgent).toBe("billing");
    expect(runs.count).toBe(1);
    expect(model.calls).toHaveLength(1);
    expect(shape(messages)).toEqual([
      "human: Hello",
      "ai: One moment. [search]",
      "tool: found invoice",
      "ai: [transfer_to_billing]",
      "ai: Your invoice is paid.",
    ]);
    // An agent without tools reads another one's results as text.
    expect(shape(promptOf(billing))).toEqual([
      "human: Hello",
      "ai: One moment.",
      expect.stringMatching(/^human: .*found invoice/s),
    ]);
  });

  it("answers by itself where it hands off to nobody", async () => {
    const { swarm } = desk(scriptedModel().say("Hello yourself."));
    const { messages, activeAgent } = await swarm.compile().invoke(says());
    expect(messages.at(-1)).toMatchObject({ text: "Hello yourself.", name: "front" });
    expect(activeAgent).toBe("front");
  });

  it("mends a handoff that the swarm refused", async () => {
    const model = scriptedModel().handoff("billing").say("Then I answer.");
    const front = createAgent({ model, middleware: [handoffMiddleware({ canHandoffTo })] });
    const swarm = new SwarmAgent({
      entry: "front",
      onHandoff: () => ({ refuse: "billing is closed" }),
      agents: { front: { graph: front, canHandoffTo }, billing: { model: scriptedModel() } },
    });
    const { messages, handoffs } = await swarm.compile().invoke(says());
    expect(handoffs).toMatchObject([{ status: "refused", code: "HANDOFF_REFUSED" }]);
    expect(messages.at(-1)?.text).toBe("Then I answer.");
    expect(shape(promptOf(model, 2)).at(-1)).toContain("billing is closed");
  });

  it("is told as any other agent, each hop once", async () => {
    const { swarm } = desk(
      scriptedModel().callAll([{ handoff: "billing" }, { tool: "search", args: { query: "it" } }]),
    );
    const types: string[] = [];
    for await (const event of swarmEvents(swarm.compile(), says())) types.push(`${event.type} ${event.agent ?? ""}`);
    expect(types.filter((type) => type.startsWith("handoff."))).toEqual([
      "handoff.started front",
      "handoff.done billing",
    ]);
    expect(types.at(-1)).toContain("run.done");
  });

  it("waits for a person where another middleware asks one, and hands off after the resume", async () => {
    const model = scriptedModel().callAll([{ handoff: "billing" }, { tool: "search", args: { query: "it" } }]);
    const { swarm, runs } = desk(model, { after: [asksFirst] });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: "t" } };
    const asked = await graph.invoke(says(), config);
    expect(asked).toHaveProperty("__interrupt__.0.value.actionRequests.0.name", "search");
    expect(runs.count).toBe(0);
    const done = await graph.invoke(new Command({ resume: { decisions: [{ type: "approve" }] } }) as never, config);
    expect(runs.count).toBe(1);
    expect(done.activeAgent).toBe("billing");
    expect(toolMessages(done.messages)).toHaveLength(1);
    expect(model.calls).toHaveLength(1);
  });

  it.each([
    ["before", { before: [asksFirst] }],
    ["after", { after: [asksFirst] }],
  ])("drops the handoff where a middleware listed %s it refuses the call that was to come first", async (_, order) => {
    const model = scriptedModel()
      .callAll([{ handoff: "billing" }, { tool: "search", args: { query: "it" } }])
      .tool("echo", { text: "no" })
      .say("Then not.")
      .repeat();
    const { swarm, runs } = desk(model, order);
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: "t" } };
    await graph.invoke(says(), config);
    const resume = { decisions: [{ type: "reject", message: "no" }] };
    const done = await graph.invoke(new Command({ resume }) as never, config);
    expect(runs.count).toBe(0);
    expect(done.messages.at(-1)?.text).toBe("Then not.");
    expect(done.activeAgent).toBe("front");
    const again = await graph.invoke(says("Billing now!"), config);
    expect(again.messages.at(-1)?.text).toBe("Then not.");
  });

  it("lets another middleware ask a person about the handoff itself", async () => {
    const { swarm } = desk(scriptedModel().handoff("billing"), { after: [asksBefore("transfer_to_billing")] });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: "t" } };
    const asked = await graph.invoke(says(), config);
    expect(asked).toHaveProperty("__interrupt__.0.value.actionRequests.0.name", "transfer_to_billing");
    const done = await graph.invoke(new Command({ resume: { decisions: [{ type: "approve" }] } }) as never, config);
    expect(done.activeAgent).toBe("billing");
    expect(toolMessages(done.messages)).toEqual([]);
  });

  it("hands off at once where another middleware has answered the other calls", async () => {
    const answers = createMiddleware({
      name: "Answers",
      afterModel: ({ messages }) => {
        const call = messages.at(-1)?.type === "ai" && (messages.at(-1) as AIMessage).tool_calls?.[0];
        return call ? { messages: [new ToolMessage({ content: "from a cache", tool_call_id: call.id ?? "" })] } : {};
      },
    });
    const model = scriptedModel().callAll([{ tool: "search", args: { query: "it" } }, { handoff: "billing" }]);
    const { swarm, runs } = desk(model, { after: [answers] });
    const { messages } = await swarm.compile().invoke(says());
    expect(runs.count).toBe(0);
    expect(shape(messages)).toEqual([
      "human: Hello",
      "ai: [search]",
      "tool: from a cache",
      "ai: [transfer_to_billing]",
      "ai: Your invoice is paid.",
    ]);
  });
});

describe("handoffMiddleware", () => {
  it("offers one tool per target, with the edge's description and input", () => {
    const input = z.object({ invoice: z.string() });
    const { tools } = handoffMiddleware({
      canHandoffTo: [{ to: "billing", description: "Money matters", input }, "billing", "Weather Agent"],
    });
    expect(tools.map(({ name, description }) => [name, description])).toEqual([
      ["transfer_to_billing", "Money matters"],
      ["transfer_to_Weather_Agent", "Transfer the conversation to Weather Agent."],
    ]);
    expect(tools[0]?.schema).toBe(input);
  });

  it("takes the names of a registry, and tells of a target that is not in it", () => {
    const registry = createRegistry(["a b", "a_b"]);
    const { tools } = handoffMiddleware({ canHandoffTo: ["a b"], registry });
    expect(tools[0]?.name).toBe(registry.toolNameOf("a b"));
    expect(() => handoffMiddleware({ canHandoffTo: ["billin"], registry: createRegistry(["billing"]) })).toThrow(
      'Did you mean "billing"?',
    );
  });
});
