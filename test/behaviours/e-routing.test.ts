import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { Command, END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { routeHandoffs, SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { addTool, echo, promptOf, says, shape, toolMessages } from "../support.ts";

const route = routeHandoffs({ targets: ["researcher", "writer"], tools: "tools", self: "me" });

function asking(...names: string[]): { messages: AIMessage[] } {
  const calls = names.map((name, index) => ({ name, args: {}, id: `c${index}`, type: "tool_call" as const }));
  return { messages: [new AIMessage({ content: "", tool_calls: calls })] };
}

describe("routing", () => {
  it("[B55] goes to the target, whichever shape the call has", () => {
    expect(route(asking("transfer_to_researcher"))).toBe("researcher");
    const real = {
      role: "assistant",
      tool_calls: [{ id: "1", type: "function", function: { name: "transfer_to_writer", arguments: "{}" } }],
    };
    expect(route({ messages: [real] })).toBe("writer");
    expect(route({ messages: [{ type: "ai", tool_calls: [{ name: "transfer_to_writer" }] }] })).toBe("writer");
  });

  it("[B56] ends on an answer without calls", () => {
    expect(route({ messages: [new AIMessage("done")] })).toBe(END);
  });

  it("[B57][B58] ends on an empty state and on a user message", () => {
    expect(route({ messages: [] })).toBe(END);
    expect(route({ messages: [new HumanMessage("hi")] })).toBe(END);
  });

  it("[B59] runs a regular call and comes back to the agent", async () => {
    const { add, runs } = addTool();
    const model = scriptedModel().tool("add", { a: 1, b: 2 }).say("It is 3.");
    const { messages, outcome } = await new SwarmAgent({ entry: "a", agents: { a: { model, tools: [add] } } })
      .compile()
      .invoke(says());
    expect(shape(messages)).toEqual(["human: Hello", "ai: [add]", "tool: 3", "ai: It is 3."]);
    expect(runs.count).toBe(1);
    expect(outcome.path).toEqual(["a"]);
  });

  it("[B60] tells a model without tools that it has none", async () => {
    const model = scriptedModel().tool("add", { a: 1, b: 2 }).say("I cannot add.");
    const { messages } = await new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile().invoke(says());
    expect(toolMessages(messages)).toMatchObject([{ status: "error" }]);
    expect(toolMessages(messages)[0]?.text).toContain('no tool "add"');
    expect(messages.at(-1)?.text).toBe("I cannot add.");
  });

  it("[B61] takes the first of several handoffs, records the others as dropped, and shows them to nobody", async () => {
    const b = scriptedModel().say("I am b");
    const agents = {
      a: { model: scriptedModel().callAll([{ handoff: "b" }, { handoff: "c" }]) },
      b: { model: b },
      c: { model: scriptedModel() },
    };
    const { handoffs, activeAgent } = await new SwarmAgent({ entry: "a", agents }).compile().invoke(says());
    expect(activeAgent).toBe("b");
    expect(handoffs).toMatchObject([
      { to: "b", status: "done" },
      { to: "c", status: "dropped", code: "HANDOFF_SECOND" },
    ]);
    expect(shape(promptOf(b))).toEqual(["human: Hello"]);
  });

  it("[B61] raises an error for several handoffs where the swarm asks for one", async () => {
    const agents = {
      a: { model: scriptedModel().callAll([{ handoff: "b" }, { handoff: "c" }]) },
      b: { model: scriptedModel() },
      c: { model: scriptedModel() },
    };
    const graph = new SwarmAgent({ entry: "a", agents, severalHandoffs: "error" }).compile();
    await expect(graph.invoke(says())).rejects.toMatchObject({ code: "HANDOFFS_MULTIPLE", agent: "a" });
  });

  it("[B62] takes the first valid handoff, or lets the model mend the first one", async () => {
    const build = (
      severalHandoffs: "first-valid" | "first",
      a = scriptedModel()
        .callAll([{ handoff: "c" }, { handoff: "b" }])
        .say("Never mind."),
    ) =>
      new SwarmAgent({
        entry: "a",
        severalHandoffs,
        agents: {
          a: { model: a, canHandoffTo: ["b"] },
          b: { model: scriptedModel().say("I am b") },
          c: { model: scriptedModel() },
        },
      });
    const valid = await build("first-valid").compile().invoke(says());
    expect(valid.activeAgent).toBe("b");
    expect(valid.handoffs).toMatchObject([
      { to: "c", status: "refused", code: "HANDOFF_NOT_ALLOWED" },
      { to: "b", status: "done" },
    ]);
    const first = await build("first").compile().invoke(says());
    expect(first.activeAgent).toBe("a");
    expect(first.messages.at(-1)?.text).toBe("Never mind.");
  });

  it("[B63] sends a handoff that is not allowed back with the allowed names, and then gives up with an error", async () => {
    const model = scriptedModel().handoff("c").say("I stay.");
    const agents = (a: typeof model) => ({
      a: { model: a, canHandoffTo: ["b"] as const },
      b: { model: scriptedModel() },
      c: { model: scriptedModel() },
    });
    const mended = await new SwarmAgent({ entry: "a", agents: agents(model) }).compile().invoke(says());
    expect(mended.activeAgent).toBe("a");
    expect(shape(promptOf(model, 2)).at(-1)).toMatch(/^tool: Error: "a" may not hand off to "c".*"transfer_to_b"/);
    const stubborn = scriptedModel().handoff("c").repeat();
    const graph = new SwarmAgent({ entry: "a", agents: agents(stubborn) }).compile();
    await expect(graph.invoke(says())).rejects.toMatchObject({ code: "MODEL_ERRORS", agent: "a" });
    expect(stubborn.calls).toHaveLength(4);
  });

  it("[B64] sends an unknown target back with the nearest name", async () => {
    const model = scriptedModel().handoff("wirter").handoff("writer");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model }, writer: { model: scriptedModel().say("ok") } },
    });
    const { activeAgent, handoffs } = await swarm.compile().invoke(says());
    expect(activeAgent).toBe("writer");
    expect(handoffs[0]).toMatchObject({ to: "wirter", status: "refused", code: "HANDOFF_UNKNOWN_TARGET" });
    expect(shape(promptOf(model, 2)).at(-1)).toContain('Did you mean "transfer_to_writer"?');
  });

  it("[B65] refuses a handoff that others may make and this agent may not", async () => {
    const b = scriptedModel().handoff("c").say("I answer myself.");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: scriptedModel().handoff("b") },
        b: { model: b, canHandoffTo: ["a"] },
        c: { model: scriptedModel() },
      },
    });
    const { activeAgent } = await swarm.compile().invoke(says());
    expect(activeAgent).toBe("b");
  });

  it("[B66] runs a regular call beside a handoff first, and keeps both in the log", async () => {
    const { add, runs } = addTool();
    const b = scriptedModel().say("The sum is 3.");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: scriptedModel().callAll([{ tool: "add", args: { a: 1, b: 2 } }, { handoff: "b" }]), tools: [add] },
        b: { model: b },
      },
    });
    const { messages, activeAgent } = await swarm.compile().invoke(says());
    expect(activeAgent).toBe("b");
    expect(runs.count).toBe(1);
    expect(shape(messages)).toEqual(["human: Hello", "ai: [add, transfer_to_b]", "tool: 3", "ai: The sum is 3."]);
    expect(shape(promptOf(b))).toEqual(["human: Hello", "ai: [add]", "tool: 3"]);
  });

  it("[B67] leaves a regular call beside a handoff out where the swarm asks for it", async () => {
    const { add, runs } = addTool();
    const b = scriptedModel().say("ok");
    const swarm = new SwarmAgent({
      entry: "a",
      siblingTools: "skip",
      agents: {
        a: { model: scriptedModel().callAll([{ tool: "add", args: { a: 1, b: 2 } }, { handoff: "b" }]), tools: [add] },
        b: { model: b },
      },
    });
    await swarm.compile().invoke(says());
    expect(runs.count).toBe(0);
    expect(shape(promptOf(b))).toEqual(["human: Hello", "ai: [add]", "tool: Error: this call was not executed."]);
  });

  it("[B68] answers several regular calls in call order before it transfers", async () => {
    const slow = addTool();
    const b = scriptedModel().say("ok");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: {
          model: scriptedModel().callAll([
            { tool: "add", args: { a: 1, b: 1 } },
            { tool: "echo", args: { text: "two" } },
            { handoff: "b" },
          ]),
          tools: [slow.add, echo],
        },
        b: { model: b },
      },
    });
    const { messages } = await swarm.compile().invoke(says());
    expect(toolMessages(messages).map(({ text }) => text)).toEqual(["2", "two"]);
  });

  it("[B69] keeps what an agent said with its handoff", async () => {
    const b = scriptedModel().say("ok");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: scriptedModel().handoff("b", undefined, { text: "I will transfer you." }) },
        b: { model: b },
      },
    });
    const { messages } = await swarm.compile().invoke(says());
    expect(shape(messages)[1]).toBe("ai: I will transfer you. [transfer_to_b]");
    expect(b.calls[0]?.messages[0]?.text).toContain("I will transfer you.");
  });

  it("[B70][B71] transfers in spite of malformed arguments where there is no payload, and asks again where there is one", async () => {
    const malformed = () => scriptedModel().callAll([{ tool: "transfer_to_b", rawArgs: "{oops" }]);
    const plain = new SwarmAgent({
      entry: "a",
      agents: { a: { model: malformed() }, b: { model: scriptedModel().say("ok") } },
    });
    expect((await plain.compile().invoke(says())).activeAgent).toBe("b");
    const model = malformed().handoff("b", { orderId: "o1" });
    const typed = new SwarmAgent({
      entry: "a",
      agents: { a: { model }, b: { model: scriptedModel().say("ok"), input: z.object({ orderId: z.string() }) } },
    });
    const { handoffs, activeAgent } = await typed.compile().invoke(says());
    expect(activeAgent).toBe("b");
    expect(handoffs).toMatchObject([
      { status: "refused", code: "HANDOFF_INPUT_INVALID" },
      { status: "done", input: { orderId: "o1" } },
    ]);
    expect(shape(promptOf(model, 2)).slice(-2)).toEqual([
      "ai: [transfer_to_b]",
      expect.stringMatching(/^tool: Error: .*not valid JSON/),
    ]);
  });

  it("[B72] visits a chain once each", async () => {
    const c = scriptedModel().say("from c");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: scriptedModel().handoff("b") },
        b: { model: scriptedModel().handoff("c") },
        c: { model: c },
      },
    });
    const { outcome, messages } = await swarm.compile().invoke(says());
    expect(outcome.path).toEqual(["a", "b", "c"]);
    expect(messages.at(-1)?.text).toBe("from c");
  });

  it("[B73] goes there and back", async () => {
    const a = scriptedModel().handoff("b").say("back at a");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model: a }, b: { model: scriptedModel().handoff("a") } },
    });
    const { outcome, activeAgent } = await swarm.compile().invoke(says());
    expect(outcome.path).toEqual(["a", "b", "a"]);
    expect(activeAgent).toBe("a");
    expect(shape(promptOf(a, 2))).toEqual(["human: Hello"]);
  });

  it("[B74] leaves Command(goto) to graphs of one's own", async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("start", () => new Command({ goto: "next", update: { messages: [new AIMessage("from start")] } }), {
        ends: ["next"],
      })
      .addNode("next", ({ messages }) => {
        expect(messages.at(-1)?.text).toBe("from start");
        return new Command({ goto: END });
      })
      .addEdge(START, "start")
      .compile();
    expect((await graph.invoke(says())).messages).toHaveLength(2);
  });

  it("[B75] fails with the agent's name when a routing function throws", async () => {
    const route = () => {
      throw new Error("no idea");
    };
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("hi"), route } } });
    await expect(swarm.compile().invoke(says())).rejects.toMatchObject({
      code: "ROUTE_FAILED",
      agent: "a",
      message: expect.stringContaining("no idea"),
    });
  });

  it("[B76] takes the static way where nothing is asked for, and ends without one", async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("a", () => ({ messages: [new AIMessage("nothing to hand over")] }))
      .addNode("b", () => ({ messages: [new AIMessage("static way")] }))
      .addEdge(START, "a")
      .addConditionalEdges("a", routeHandoffs({ targets: [], otherwise: "b" }), ["b"])
      .compile();
    expect((await graph.invoke(says())).messages.at(-1)?.text).toBe("static way");
  });

  it("[B77] asks a routing function once per step", async () => {
    let asked = 0;
    const route = ({ next }: { next: string }) => {
      asked += 1;
      return next;
    };
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model: scriptedModel().handoff("b"), route }, b: { model: scriptedModel().say("ok") } },
    });
    await swarm.compile().invoke(says());
    expect(asked).toBe(1);
  });

  it("[B78] follows a custom routing function within the edges of the definition", async () => {
    const build = (chosen: string) =>
      new SwarmAgent({
        entry: "a",
        agents: {
          a: { model: scriptedModel().say("anything"), canHandoffTo: ["b"], route: () => chosen },
          b: { model: scriptedModel().say("b was chosen") },
          c: { model: scriptedModel() },
        },
      });
    expect((await build("b").compile().invoke(says())).messages.at(-1)?.text).toBe("b was chosen");
    expect((await build(END).compile().invoke(says())).activeAgent).toBe("a");
    await expect(build("c").compile().invoke(says())).rejects.toMatchObject({
      code: "ROUTE_UNKNOWN_TARGET",
      message: expect.stringContaining('"c"'),
    });
  });
});
