import { Command, INTERRUPT, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Session, SwarmAgent } from "../../src/index.ts";
import type { ApprovalRequest, PromptContext } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, promptOf, says, shape, systemOf } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

describe("guards", () => {
  it("hide a handoff before the model is called, and refuse it when the model calls it all the same", async () => {
    const model = scriptedModel().handoff("admin").say("I cannot.");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: {
          model,
          canHandoffTo: [{ to: "admin", when: ({ context }) => (context as { admin: boolean }).admin }, "b"],
        },
        admin: { model: scriptedModel().say("You are in.") },
        b: { model: scriptedModel() },
      },
    });
    const { activeAgent, handoffs } = await swarm.compile().invoke(says(), { context: { admin: false } });
    expect(activeAgent).toBe("a");
    expect(model.calls[0]?.tools).toEqual(["transfer_to_b"]);
    expect(handoffs).toMatchObject([{ status: "refused", code: "HANDOFF_UNAVAILABLE" }]);
    await expect(swarm.describe("a", { context: { admin: true } })).resolves.toMatchObject({
      tools: [{ function: { name: "transfer_to_admin" } }, {}],
    });
  });

  it("see the state and the ledger", async () => {
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: {
          model: scriptedModel().handoff("b").say("stuck here"),
          canHandoffTo: [{ to: "b", when: ({ state }) => state.handoffs.length === 0 }],
        },
        b: { model: scriptedModel().handoff("a") },
      },
    });
    const { outcome } = await swarm.compile().invoke(says());
    expect(outcome.path).toEqual(["a", "b", "a"]);
  });
});

describe("onHandoff", () => {
  it("may refuse with a sentence that the model reads, and is asked once for each valid handoff", async () => {
    const asked: string[] = [];
    const model = scriptedModel().handoff("b").say("Then I answer.");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model }, b: { model: scriptedModel() } },
      onHandoff: ({ id, from, to }) => {
        asked.push(`${from}>${to} ${id.includes(":")}`);
        return { refuse: "billing is closed at night" };
      },
    });
    const { activeAgent, handoffs } = await swarm.compile().invoke(says());
    expect(activeAgent).toBe("a");
    expect(asked).toEqual(["a>b true"]);
    expect(handoffs).toMatchObject([{ code: "HANDOFF_REFUSED" }]);
    expect(shape(promptOf(model, 2)).at(-1)).toContain("billing is closed at night");
  });
});

describe("payloads", () => {
  it("reach the target's prompt function and its brief", async () => {
    const b = scriptedModel().say("ok");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: scriptedModel().handoff("b", { orderId: "o-17", reason: "wants money back" }) },
        b: {
          model: b,
          input: z.object({ orderId: z.string(), reason: z.string() }),
          prompt: ({ handoff }: PromptContext<{ orderId: string }>) => `Order: ${handoff?.input.orderId}`,
        },
      },
    });
    const { handoffs } = await swarm.compile().invoke(says());
    expect(handoffs[0]?.reason).toBe("wants money back");
    expect(systemOf(b)).toBe(
      'Order: o-17\n\nHanded over by "a". The conversation is now yours.\nReason: "wants money back"\nInput: {"orderId":"o-17","reason":"wants money back"}',
    );
  });

  it("that do not fit go back with paths and rules, never with values", async () => {
    const model = scriptedModel().handoff("b", { orderId: "secret-value" }).handoff("b", { orderId: 17 });
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model }, b: { model: scriptedModel().say("ok"), input: z.object({ orderId: z.number() }) } },
    });
    await swarm.compile().invoke(says());
    const answer = shape(promptOf(model, 2)).at(-1) ?? "";
    expect(answer).toContain("orderId:");
    expect(answer).not.toContain("secret-value");
  });
});

describe("returns", () => {
  const build = () => {
    const a = scriptedModel().handoff("expert", undefined, { text: "Let me ask." }).say("The expert says 42.");
    const expert = scriptedModel().tool("echo", { text: "thinking" }).handoff("deputy");
    const deputy = scriptedModel().say("42");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: a, canHandoffTo: [{ to: "expert", returns: true }] },
        expert: { model: expert, tools: [echo], canHandoffTo: ["deputy"] },
        deputy: { model: deputy, canHandoffTo: [] },
      },
    });
    return { swarm, a, deputy };
  };

  it("bring the answer back to the caller as the handoff's result, without the working of the others", async () => {
    const { swarm, a } = build();
    const { outcome, handoffs, messages, activeAgent } = await swarm.compile().invoke(says());
    expect(activeAgent).toBe("a");
    expect(outcome.path).toEqual(["a", "expert", "deputy", "a"]);
    expect(messages.at(-1)?.text).toBe("The expert says 42.");
    expect(shape(promptOf(a, 2))).toEqual(["human: Hello", "ai: Let me ask. [transfer_to_expert]", "tool: 42"]);
    expect(handoffs[0]).toMatchObject({ to: "expert", status: "done", returned: expect.any(String) });
    expect(shape(messages)).toHaveLength(7);
  });

  it("leave the conversation where it was", async () => {
    const { swarm, a } = build();
    a.say("Glad to help.");
    const session = new Session(swarm.compile());
    await session.run("Hello");
    const second = await session.run("Thanks");
    expect(second.lastAgent).toBe("a");
    expect(systemOf(a, 3)).toBe("");
    expect(shape(promptOf(a, 3))).toEqual([
      "human: Hello",
      "ai: Let me ask. [transfer_to_expert]",
      "tool: 42",
      "ai: The expert says 42.",
      "human: Thanks",
    ]);
  });

  it("draw the way back and make it an edge of the graph", () => {
    const { swarm } = build();
    expect(swarm.toMermaid()).toContain("-.->|returns|");
  });
});

describe("approvals", () => {
  const build = () => {
    const a = scriptedModel()
      .callAll([{ tool: "echo", args: { text: "first" } }, { handoff: "b" }])
      .say("Not approved, so I answer.");
    const b = scriptedModel().say("b here");
    const c = scriptedModel().say("c here");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: a, tools: [echo], canHandoffTo: [{ to: "b", requiresApproval: true }, "c"] },
        b: { model: b },
        c: { model: c },
      },
    });
    return { graph: swarm.compile({ checkpointer: new MemorySaver() }), a, b };
  };

  async function paused() {
    const parts = build();
    const state = (await parts.graph.invoke(says(), thread)) as unknown as {
      [INTERRUPT]: { value: ApprovalRequest }[];
    };
    return { ...parts, request: state[INTERRUPT][0]?.value };
  }

  it("stop the run before the target, after the tools of the message, and say what is asked", async () => {
    const { request, b, graph } = await paused();
    expect(request).toMatchObject({ type: "handoff.approval", from: "a", to: "b", alternatives: ["c"] });
    expect(b.calls).toHaveLength(0);
    expect(shape((await graph.getState(thread)).values.messages).at(-1)).toBe("tool: first");
  });

  it("let it through without asking the model again", async () => {
    const { graph, a } = await paused();
    const { activeAgent } = await graph.invoke(new Command({ resume: { approve: true } }), thread);
    expect(activeAgent).toBe("b");
    expect(a.calls).toHaveLength(1);
  });

  it("refuse it with a reason that the model reads", async () => {
    const { graph, a } = await paused();
    const { activeAgent, handoffs } = await graph.invoke(
      new Command({ resume: { approve: false, reason: "too expensive" } }),
      thread,
    );
    expect(activeAgent).toBe("a");
    expect(handoffs).toMatchObject([{ status: "refused", code: "HANDOFF_DENIED" }]);
    expect(shape(promptOf(a, 2)).at(-1)).toContain("too expensive");
  });

  it("send it to another agent that is allowed", async () => {
    const { graph } = await paused();
    const { activeAgent, handoffs } = await graph.invoke(new Command({ resume: { to: "c" } }), thread);
    expect(activeAgent).toBe("c");
    expect(handoffs).toMatchObject([{ to: "c", status: "done" }]);
  });

  it.each([{ to: "nobody" }, "yes", {}, 7])("take %j for a refusal", async (resume) => {
    const { graph } = await paused();
    const { activeAgent } = await graph.invoke(new Command({ resume }), thread);
    expect(activeAgent).toBe("a");
  });

  it("are dropped when the user goes on without deciding", async () => {
    const { graph } = await paused();
    const { activeAgent, handoffs } = await graph.invoke(says("Never mind"), thread);
    expect(activeAgent).toBe("a");
    expect(handoffs).toMatchObject([{ status: "dropped", code: "HANDOFF_ABANDONED" }]);
  });
});

describe("the active agent", () => {
  const build = (options: object, agents: string[] = ["a", "b"]) => {
    const all = Object.fromEntries(
      agents.map((name) => [
        name,
        {
          model: scriptedModel()
            .reply(() => name)
            .repeat(),
        },
      ]),
    );
    return (saver: MemorySaver) =>
      new SwarmAgent({
        entry: agents[0] as string,
        ...options,
        agents: all as Record<string, (typeof all)[string]>,
      }).compile({ checkpointer: saver });
  };

  async function movedToB(): Promise<MemorySaver> {
    const saver = new MemorySaver();
    const agents = { a: { model: scriptedModel().handoff("b") }, b: { model: scriptedModel().say("b") } };
    await new SwarmAgent({ entry: "a", agents }).compile({ checkpointer: saver }).invoke(says(), thread);
    return saver;
  }

  it("[B125] keeps the conversation over turns, unless the swarm says otherwise", async () => {
    expect((await build({})(await movedToB()).invoke(says("again"), thread)).activeAgent).toBe("b");
    expect((await build({ sticky: false })(await movedToB()).invoke(says("again"), thread)).activeAgent).toBe("a");
  });

  it("that is gone after a deploy leads to the entry, to its new name, or to an error", async () => {
    const next = ["a", "c"];
    const run = async (options: object) =>
      (await build(options, next)(await movedToB()).invoke(says("again"), thread)).activeAgent;
    expect(await run({})).toBe("a");
    expect(await run({ aliases: { b: "c" } })).toBe("c");
    expect(await run({ onUnknownAgent: () => "c" })).toBe("c");
    await expect(run({ onUnknownAgent: "error" })).rejects.toMatchObject({
      code: "ACTIVE_AGENT_UNKNOWN",
      message: expect.stringContaining('"b"'),
    });
    await expect(run({ onUnknownAgent: () => "nobody" })).rejects.toMatchObject({ code: "ACTIVE_AGENT_UNKNOWN" });
  });

  it.each(["activeAgent", "handoffs", "turn", "outcome", "structuredResponse"])(
    "cannot be set through the input (%s)",
    async (channel) => {
      const graph = build({})(new MemorySaver());
      await expect(graph.invoke({ ...says(), [channel]: "b" }, thread)).rejects.toMatchObject({
        code: "INPUT_FORBIDDEN_CHANNEL",
        message: expect.stringContaining(channel),
      });
      await expect(graph.invoke(says(), thread)).resolves.toMatchObject({ activeAgent: "a" });
    },
  );
});
