import { AIMessage, HumanMessage, RemoveMessage } from "@langchain/core/messages";
import { Annotation, MemorySaver, MessagesValue, ReducedValue, StateSchema } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { appendMessages, SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says, shape } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

function withState(state: unknown) {
  return new SwarmAgent({
    entry: "a",
    state,
    agents: {
      a: {
        model: scriptedModel()
          .reply(() => "ok")
          .repeat(),
      },
    },
  });
}

describe("the state", () => {
  it.each([
    [
      "Annotation.Root",
      Annotation.Root({
        city: Annotation<string>(),
        visits: Annotation<number>({ reducer: (a, b) => a + b, default: () => 0 }),
      }),
    ],
    [
      "StateSchema",
      new StateSchema({
        messages: MessagesValue,
        city: z.string(),
        visits: new ReducedValue(z.number().default(0), {
          inputSchema: z.number(),
          reducer: (a: number, b: number) => a + b,
        }),
      }),
    ],
    ["a zod object", z.object({ city: z.string(), visits: z.number() })],
  ])("takes channels of the user's own as %s", async (_what, state) => {
    const result = await withState(state)
      .compile()
      .invoke({ ...says(), city: "Oslo", visits: 2 });
    expect(result).toMatchObject({ city: "Oslo", visits: 2, activeAgent: "a" });
  });

  it("refuses what is no schema, and agents with the name of a channel", () => {
    expect(() => withState(7).compile()).toThrow(/neither an Annotation.Root/);
    const swarm = new SwarmAgent({
      entry: "city",
      state: Annotation.Root({ city: Annotation<string>() }),
      agents: { city: { model: scriptedModel() } },
    });
    expect(swarm.verify()).toMatchObject([{ code: "NAME_IS_CHANNEL" }]);
  });

  it("checks the context against a schema where one is given", async () => {
    const swarm = new SwarmAgent({
      entry: "a",
      context: z.object({ user: z.string() }),
      agents: { a: { model: scriptedModel().say("ok") } },
    });
    await expect(swarm.compile().invoke(says(), { context: { user: 7 } as never })).rejects.toThrow(/expected string/i);
  });

  it("gives back neither counters nor other private channels", async () => {
    const result = await withState(undefined).compile().invoke(says());
    expect(Object.keys(result).toSorted()).toEqual(["activeAgent", "handoffs", "messages", "outcome"]);
  });

  it("takes messages in every form that LangChain takes, and gives each an id without touching it", async () => {
    const own = new HumanMessage("mine");
    const graph = () => withState(undefined).compile();
    for (const messages of [
      own,
      [own],
      "mine",
      ["user", "mine"] as [string, string],
      [{ role: "user", content: "mine" }],
      [["user", "mine"]] as [string, string][],
    ]) {
      const result = await graph().invoke({ messages: messages as never });
      expect(shape(result.messages)).toEqual(["human: mine", "ai: ok"]);
      expect(result.messages.every(({ id }) => id !== undefined)).toBe(true);
    }
    expect(own.id).toBeUndefined();
  });

  it("lets updateState edit the log by id, and go on from there", async () => {
    const graph = withState(undefined).compile({ checkpointer: new MemorySaver() });
    const { messages } = await graph.invoke(says(), thread);
    await graph.updateState(thread, {
      messages: [
        new HumanMessage({ id: messages[0]?.id ?? "", content: "edited" }),
        new RemoveMessage({ id: messages[1]?.id ?? "" }),
      ],
    });
    expect(shape((await graph.getState(thread)).values.messages)).toEqual(["human: edited"]);
  });
});

describe("the messages reducer", () => {
  it("appends, replaces by id, removes, and comes to the same when it runs twice", () => {
    const one = new HumanMessage({ id: "1", content: "one" });
    const log = [one];
    const noId = new AIMessage("two");
    const first = appendMessages(log, noId);
    expect(appendMessages(log, noId)).toEqual(first);
    expect(log).toEqual([one]);
    expect(shape(appendMessages(first, new HumanMessage({ id: "1", content: "changed" })))).toEqual([
      "human: changed",
      "ai: two",
    ]);
    expect(shape(appendMessages(first, new RemoveMessage({ id: "1" })))).toEqual(["ai: two"]);
    const twice = new HumanMessage({ id: "9", content: "x" });
    expect(appendMessages([], [twice, twice])).toHaveLength(1);
  });
});

describe("a compiled swarm", () => {
  it("[B159] lets a test put another model, or another agent, in the place of one", async () => {
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model: scriptedModel(), prompt: "Kept." }, b: { model: scriptedModel() } },
    });
    const model = scriptedModel().say("from the test");
    const { messages } = await swarm.override({ a: { model } }).compile().invoke(says());
    expect(messages.at(-1)?.text).toBe("from the test");
    expect(model.calls[0]?.messages[0]?.text).toBe("Kept.");
    const replaced = await swarm
      .override({ a: { model: undefined, graph: () => "a function" } })
      .compile()
      .invoke(says());
    expect(replaced.messages.at(-1)?.text).toBe("a function");
    expect(swarm.definition.agents.get("a")?.spec.graph).toBeUndefined();
    expect(() => swarm.override({ nobody: {} } as never)).toThrow(/"nobody"/);
  });

  it("[B159] lists its nodes and edges as LangGraph does, and draws them from the definition with labels", async () => {
    const swarm = new SwarmAgent({
      entry: "triage",
      agents: {
        triage: {
          model: scriptedModel(),
          canHandoffTo: [{ to: "billing", when: () => true, requiresApproval: true }, "tech"],
        },
        billing: { model: scriptedModel(), tools: [echo], canHandoffTo: [] },
        tech: { model: scriptedModel(), tools: [echo, { type: "web_search" }], canHandoffTo: ["triage"] },
      },
    });
    const drawn = await swarm.compile().getGraphAsync();
    expect(Object.keys(drawn.nodes)).toEqual(
      expect.arrayContaining(["triage", "billing", "tech", "billing.tools", "handoff.approval"]),
    );
    const edges = drawn.edges.map(({ source, target }) => `${source}>${target}`);
    expect(edges).toEqual(
      expect.arrayContaining(["triage>billing", "triage>tech", "tech>triage", "billing>billing.tools"]),
    );
    expect(edges).not.toContain("billing>tech");
    expect(swarm.toMermaid()).toBe(`flowchart TD
  start([start]) --> a0
  a0["triage"]
  a1["billing<br/><small>1 tool</small>"]
  a2["tech<br/><small>2 tools</small>"]
  a0 -->|when, approval| a1
  a0 --> a2
  a2 --> a0
`);
  });

  it("draws names that could break the drawing", () => {
    const swarm = new SwarmAgent({ entry: 'a"]; click', agents: { 'a"]; click': { model: scriptedModel() } } });
    expect(swarm.toMermaid()).toContain('a0["a#34;]#59; click"]');
  });

  it("runs its edges through the reducers of LangGraph without doing anything twice", async () => {
    const model = scriptedModel().handoff("b");
    const agents = { a: { model }, b: { model: scriptedModel().say("ok") } };
    const { messages } = await new SwarmAgent({ entry: "a", agents }).compile().invoke(says());
    expect(messages).toHaveLength(3);
    expect(model.calls).toHaveLength(1);
  });

  it("works inside a graph of one's own, as a node", async () => {
    const inner = new SwarmAgent({
      entry: "a",
      agents: { a: { model: scriptedModel().handoff("b") }, b: { model: scriptedModel().say("from inside") } },
    });
    const { StateGraph, START, MessagesAnnotation } = await import("@langchain/langgraph");
    const outer = new StateGraph(MessagesAnnotation)
      .addNode("swarm", inner.compile())
      .addEdge(START, "swarm")
      .compile({ checkpointer: new MemorySaver() });
    const { messages } = await outer.invoke(says(), thread);
    expect(messages.at(-1)?.text).toBe("from inside");
  });

  it("describes an agent, and says who there is where there is no such agent", async () => {
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: {
          model: scriptedModel(),
          prompt: ({ state }) => `${state.messages.length} messages`,
          tools: [{ type: "web_search" }],
          canHandoffTo: [],
        },
      },
    });
    await expect(swarm.describe("a")).resolves.toEqual({
      agent: "a",
      system: "0 messages",
      tools: [{ type: "web_search" }],
    });
    await expect(swarm.describe("b" as "a")).rejects.toThrow(/no agent "b".*"a"/);
  });
});
