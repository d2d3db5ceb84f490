import { tool } from "@langchain/core/tools";
import { Command, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { history, human, SwarmAgent } from "../../src/index.ts";
import type { HumanReply, HumanRequest, OnHandoff } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { promptOf, says, shape, systemOf } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };
const refund = z.object({ amount: z.number() });

/** A desk that hands to a clerk, who is a person and may hand to billing. */
function build(onHandoff?: OnHandoff) {
  const desk = scriptedModel().handoff("clerk", undefined, { text: "This needs a person." }).say("desk again").repeat();
  const billing = scriptedModel().say("Refunded.").repeat();
  const swarm = new SwarmAgent({
    entry: "desk",
    agents: {
      desk: { model: desk, canHandoffTo: ["clerk"] },
      clerk: human({ name: "Ana", description: "May grant refunds.", canHandoffTo: ["billing"] }),
      billing: { model: billing, input: refund, canHandoffTo: [] },
    },
    onHandoff,
  });
  return { swarm, desk, billing };
}

function requestOf(result: unknown): HumanRequest | undefined {
  return (result as { __interrupt__?: { value: HumanRequest }[] }).__interrupt__?.[0]?.value;
}

const answer = (resume: HumanReply) => new Command({ resume });

describe("a person as an agent", () => {
  it("is asked with the conversation, who handed over and whom they may hand to", async () => {
    const { swarm } = build();
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const paused = await graph.invoke(says("Money back!"), thread);
    expect(requestOf(paused)).toEqual({
      type: "human.request",
      agent: "clerk",
      name: "Ana",
      messages: [{ id: expect.any(String) as string, role: "user", text: "Money back!" }],
      canHandoffTo: ["billing"],
      handoff: { from: "desk", reason: "This needs a person." },
    });
    expect(paused.activeAgent).toBe("clerk");
    expect(paused.handoffs).toMatchObject([{ from: "desk", to: "clerk", status: "done" }]);
  });

  it("answers with a text, which is an assistant message named after the agent; the next turn asks again", async () => {
    const { swarm, desk } = build();
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.invoke(says(), thread);
    const done = await graph.invoke(answer("Tomorrow."), thread);
    const last = done.messages.at(-1);
    expect([last?.type, last?.name, last?.text]).toEqual(["ai", "clerk", "Tomorrow."]);
    expect(done.outcome).toMatchObject({ kind: "answered", agent: "clerk", path: ["desk", "clerk"] });
    const again = await graph.invoke(says("Sure?"), thread);
    expect(requestOf(again)?.messages.map(({ role, name, text }) => [role, name, text])).toEqual([
      ["user", undefined, "Hello"],
      ["assistant", "clerk", "Tomorrow."],
      ["user", undefined, "Sure?"],
    ]);
    expect(desk.calls).toHaveLength(1);
  });

  it("hands on with a reason and an input, which the target reads", async () => {
    const { swarm, billing } = build();
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.invoke(says(), thread);
    const reply = { handoffTo: "billing", reason: "It was our mistake.", input: { amount: 5 } };
    const done = await graph.invoke(answer(reply), thread);
    expect([done.activeAgent, done.messages.at(-1)?.text]).toEqual(["billing", "Refunded."]);
    expect(done.handoffs.at(-1)).toMatchObject({
      from: "clerk",
      to: "billing",
      status: "done",
      input: { amount: 5 },
      reason: "It was our mistake.",
    });
    expect(shape(promptOf(billing))).toEqual(["human: Hello"]);
    expect(systemOf(billing)).toContain("It was our mistake.");
  });

  it.each<[unknown, RegExp]>([
    [" ", /answer with a text, or with \{ handoffTo/],
    [{ approve: true }, /answer with a text/],
    [[], /answer with a text/],
    [{ handoffTo: "biling" }, /cannot hand off to "biling"\. Did you mean "billing"\?/],
    [{ handoffTo: "desk" }, /cannot hand off to "desk"\..* You can hand off to "billing"/],
    [{ handoffTo: "billing" }, /input of the handoff to "billing" is not right: amount: /],
    [{ handoffTo: "billing", input: { amount: "5" } }, /amount: /],
    [{ handoffTo: "billing", input: "5" }, /it is not an object/],
  ])("is asked again, with the problem, after %j", async (wrong, problem) => {
    const { swarm } = build();
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.invoke(says(), thread);
    const before = (await graph.getState(thread)).values as { messages: unknown[] };
    for (const _ of [1, 2, 3, 4, 5]) {
      const asked = await graph.invoke(new Command({ resume: wrong }), thread);
      expect(requestOf(asked)?.problem).toMatch(problem);
      expect(asked.messages).toHaveLength(before.messages.length);
    }
    const done = await graph.invoke(answer({ handoffTo: "billing", input: { amount: 5 } }), thread);
    expect(done.activeAgent).toBe("billing");
  });

  it("is judged as a model is: onHandoff may refuse, and they are asked again with its reason", async () => {
    const reasons = ["one", "two", "three", "four", "five"];
    const refusals = [...reasons];
    const { swarm } = build(({ from }) => {
      const refuse = from === "clerk" ? refusals.shift() : undefined;
      return refuse === undefined ? undefined : { refuse };
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.invoke(says(), thread);
    const reply = { handoffTo: "billing", input: { amount: 5 } };
    for (const reason of reasons) {
      const asked = await graph.invoke(answer(reply), thread);
      expect(requestOf(asked)?.problem).toContain(`was refused: ${reason}.`);
    }
    const done = await graph.invoke(answer(reply), thread);
    expect(done.activeAgent).toBe("billing");
    expect(done.handoffs.map(({ status }) => status)).toEqual(["done", ...Array<string>(5).fill("refused"), "done"]);
  });

  it("waits for an approval of their handoff where the edge wants one", async () => {
    const swarm = new SwarmAgent({
      entry: "clerk",
      agents: {
        clerk: human({ canHandoffTo: [{ to: "bank", requiresApproval: true }] }),
        bank: { model: scriptedModel().say("Paid."), canHandoffTo: [] },
      },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    expect(requestOf(await graph.invoke(says(), thread))?.name).toBe("clerk");
    const waiting = await graph.invoke(answer({ handoffTo: "bank" }), thread);
    expect(requestOf(waiting)).toMatchObject({ type: "handoff.approval", from: "clerk", to: "bank" });
    const denied = await graph.invoke(new Command({ resume: { approve: false, reason: "too late" } }), thread);
    expect(requestOf(denied)?.problem).toContain("too late");
    await graph.invoke(answer({ handoffTo: "bank" }), thread);
    const done = await graph.invoke(new Command({ resume: { approve: true } }), thread);
    expect(done.messages.at(-1)?.text).toBe("Paid.");
  });

  it("does not see a handoff that a guard closes", async () => {
    const swarm = new SwarmAgent({
      entry: "clerk",
      agents: {
        clerk: human({ canHandoffTo: [{ to: "bank", when: () => false }] }),
        bank: { model: scriptedModel() },
      },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    expect(requestOf(await graph.invoke(says(), thread))?.canHandoffTo).toEqual([]);
    const asked = await graph.invoke(answer({ handoffTo: "bank" }), thread);
    expect(requestOf(asked)?.problem).toMatch(/cannot hand off to "bank"\. Answer with a text\.$/);
  });

  it("sees what their history lets them", async () => {
    const swarm = new SwarmAgent({
      entry: "desk",
      agents: {
        desk: { model: scriptedModel().say("Yes?").handoff("clerk") },
        clerk: human({ canHandoffTo: [], history: history.lastTurns(1) }),
      },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.invoke(says("Hi"), thread);
    const paused = await graph.invoke(says("A person, please"), thread);
    expect(requestOf(paused)?.messages.map(({ text }) => text)).toEqual(["A person, please"]);
  });

  it("reads results of tools, and what the agents before them said", async () => {
    const look = tool(() => "Order 7: paid twice.", { name: "look", description: "Looks.", schema: z.object({}) });
    const swarm = new SwarmAgent({
      entry: "desk",
      agents: {
        desk: { model: scriptedModel().tool("look").handoff("clerk"), tools: [look] },
        clerk: human({ canHandoffTo: [] }),
      },
    });
    const paused = await swarm.compile({ checkpointer: new MemorySaver() }).invoke(says(), thread);
    expect(requestOf(paused)?.messages).toMatchObject([
      { role: "user" },
      { role: "tool", name: "look", text: "Order 7: paid twice." },
    ]);
  });

  it("comes back to who asked, where the edge returns", async () => {
    const desk = scriptedModel().handoff("clerk").say("The clerk says yes.");
    const swarm = new SwarmAgent({
      entry: "desk",
      agents: {
        desk: { model: desk, canHandoffTo: [{ to: "clerk", returns: true }] },
        clerk: human({ canHandoffTo: [] }),
      },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.invoke(says(), thread);
    const done = await graph.invoke(answer("Yes."), thread);
    expect([done.activeAgent, done.messages.at(-1)?.text]).toEqual(["desk", "The clerk says yes."]);
    expect(shape(promptOf(desk, 2)).at(-1)).toBe("tool: Yes.");
  });

  it("gets a handoff once, and is told of once, however often they are asked", async () => {
    const { swarm } = build();
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const events: string[] = [];
    const listen = async (input: unknown) => {
      for await (const [, event] of await graph.stream(input as never, { ...thread, streamMode: ["custom"] })) {
        events.push((event as { type: string }).type);
      }
    };
    await listen(says());
    await listen(new Command({ resume: " " }));
    await listen(answer("Done."));
    expect(events.filter((type) => type === "handoff.done")).toHaveLength(1);
    const { values } = await graph.getState(thread);
    expect((values as { handoffs: unknown[] }).handoffs).toHaveLength(1);
  });

  it("is asked anew, with the new message, where the user says something else meanwhile", async () => {
    const { swarm } = build();
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.invoke(says("one"), thread);
    const paused = await graph.invoke(says("two"), thread);
    expect(requestOf(paused)?.messages.map(({ text }) => text)).toEqual(["one", "two"]);
    expect((await graph.invoke(answer("Both."), thread)).messages.at(-1)?.text).toBe("Both.");
  });

  it("is waited for over a restart: another graph of the same swarm goes on from the checkpointer", async () => {
    const checkpointer = new MemorySaver();
    await build().swarm.compile({ checkpointer }).invoke(says(), thread);
    const { swarm, desk } = build();
    const graph = swarm.compile({ checkpointer });
    await graph.invoke(new Command({ resume: { handoffTo: "nobody" } }), thread);
    const done = await build().swarm.compile({ checkpointer }).invoke(answer("Here."), thread);
    expect([done.activeAgent, done.messages.at(-1)?.text, desk.calls.length]).toEqual(["clerk", "Here.", 0]);
  });

  it("takes over at a limit where the swarm names them", async () => {
    const ping = scriptedModel().handoff("b").repeat();
    const pong = scriptedModel().handoff("a").repeat();
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: ping, canHandoffTo: ["b"] },
        b: { model: pong, canHandoffTo: ["a"] },
        clerk: human({ canHandoffTo: [] }),
      },
      limits: { maxHandoffs: 2, onLimit: "clerk" },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    expect(requestOf(await graph.invoke(says(), thread))?.agent).toBe("clerk");
    expect((await graph.invoke(answer("I have it."), thread)).messages.at(-1)?.text).toBe("I have it.");
  });

  it("needs a checkpointer, and says so", async () => {
    const error: unknown = await build()
      .swarm.compile()
      .invoke(says())
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "CHECKPOINTER_MISSING", agent: "clerk" });
    expect((error as Error).message).toMatch(/is a person.*compile\(\{ checkpointer \}\)/);
  });

  it("cannot be called outside of a swarm, and can be in two swarms", async () => {
    const clerk = human({ name: "Ana", canHandoffTo: [] });
    await expect(clerk.graph.invoke()).rejects.toThrow("asked by a swarm");
    expect(clerk).not.toHaveProperty("name");
    for (const entry of ["clerk", "person"]) {
      const graph = new SwarmAgent({ entry, agents: { [entry]: clerk } }).compile({ checkpointer: new MemorySaver() });
      expect(requestOf(await graph.invoke(says(), thread))?.agent).toBe(entry);
    }
  });

  it("is checked as other agents are: TypeScript and verify know whom they may hand to", () => {
    const agents = { a: { model: scriptedModel() }, clerk: human({ canHandoffTo: ["b"] }) };
    // @ts-expect-error -- there is no agent "b"
    const swarm = new SwarmAgent({ entry: "a", agents });
    expect(swarm.verify()).toMatchObject([{ code: "TARGET_UNKNOWN", path: "agents.clerk.canHandoffTo[0]" }]);
  });
});
