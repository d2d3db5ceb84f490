import { tool } from "@langchain/core/tools";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent } from "../../src/index.ts";
import type { AgentSpec, HandoffEntry } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel } from "../../src/testing/index.ts";
import { says, shape, toolMessages } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

/** A tool that asks for an approval in its body, and one that only counts; both note that they ran to their end. */
function tools() {
  const ran: string[] = [];
  const pay = tool(
    ({ amount }) => {
      const allowed = interrupt<unknown, string>({ type: "pay", amount });
      ran.push(`pay ${amount}`);
      return allowed === "yes" ? `Paid ${amount}.` : `Not paid ${amount}.`;
    },
    { name: "pay", description: "Pays.", schema: z.object({ amount: z.number() }) },
  );
  const look = tool(
    () => {
      ran.push("look");
      return "Looked.";
    },
    { name: "look", description: "Looks.", schema: z.object({}) },
  );
  return { pay, look, ran };
}

type Spec = Omit<AgentSpec, "model" | "canHandoffTo"> & { readonly canHandoffTo?: readonly HandoffEntry<"b">[] };

/** An agent that may hand to b, on a given saver. */
function build(a: ScriptedModel, spec: Spec, checkpointer = new MemorySaver()) {
  const b = scriptedModel().say("b here").repeat();
  const swarm = new SwarmAgent({
    entry: "a",
    agents: { a: { model: a, ...spec }, b: { model: b, canHandoffTo: [] } },
  });
  return { graph: swarm.compile({ checkpointer }), b, checkpointer };
}

interface Asked {
  readonly id: string;
  readonly value: { readonly type: string; readonly amount?: number; readonly calls?: readonly { callId: string }[] };
}

function asked(result: unknown): readonly Asked[] {
  return (result as { __interrupt__?: readonly Asked[] }).__interrupt__ ?? [];
}

/** The message that all of these cases begin with: a payment, a look, and a handoff in one message. */
const payLookHandOff = () =>
  scriptedModel()
    .callAll([{ handoff: "b" }, { tool: "pay", args: { amount: 5 }, id: "p1" }, { tool: "look", args: {}, id: "l1" }])
    .say("a again");

describe("an interrupt inside a tool beside a handoff in one message", () => {
  it.each(["yes", "no"])("[F70] comes before the handoff, and siblings run once (approved: %s)", async (approved) => {
    const { pay, look, ran } = tools();
    const { graph, b } = build(payLookHandOff(), { tools: [pay, look] });
    const paused = await graph.invoke(says(), thread);
    expect(asked(paused).map(({ value }) => value)).toEqual([{ type: "pay", amount: 5 }]);
    expect([paused.activeAgent, b.calls.length, ran]).toEqual(["a", 0, ["look"]]);
    expect(paused.handoffs).toMatchObject([{ to: "b", status: "pending" }]);
    const done = await graph.invoke(new Command({ resume: approved }), thread);
    expect(ran).toEqual(["look", "pay 5"]);
    expect([done.activeAgent, b.calls.length, done.messages.at(-1)?.text]).toEqual(["b", 1, "b here"]);
    const paid = approved === "yes" ? "tool: Paid 5." : "tool: Not paid 5.";
    expect(shape(done.messages).slice(2)).toEqual([paid, "tool: Looked.", "ai: b here"]);
    expect(done.handoffs).toMatchObject([{ to: "b", status: "done" }]);
  });

  it("[F70] goes on in another process: a new graph on the same saver, siblings still run once", async () => {
    const first = tools();
    const { checkpointer } = await (async () => {
      const built = build(payLookHandOff(), { tools: [first.pay, first.look] });
      await built.graph.invoke(says(), thread);
      return built;
    })();
    const second = tools();
    const model = scriptedModel();
    const { graph, b } = build(model, { tools: [second.pay, second.look] }, checkpointer);
    const done = await graph.invoke(new Command({ resume: "yes" }), thread);
    expect([first.ran, second.ran]).toEqual([["look"], ["pay 5"]]);
    expect([done.activeAgent, model.calls.length, b.calls.length]).toEqual(["b", 0, 1]);
    expect(toolMessages(done.messages).map(({ text }) => text)).toEqual(["Paid 5.", "Looked."]);
  });

  const three = () =>
    scriptedModel().callAll([
      { tool: "pay", args: { amount: 1 }, id: "p1" },
      { handoff: "b" },
      { tool: "pay", args: { amount: 2 }, id: "p2" },
      { tool: "pay", args: { amount: 3 }, id: "p3" },
    ]);

  it.each(["by itself", "by its id", "by both in turn"])(
    "[F70][B120] of several calls each asks in its turn, is answered %s, and no answer reaches another",
    async (how) => {
      const first = tools();
      const { graph, checkpointer } = build(three(), { tools: [first.pay] });
      let paused = asked(await graph.invoke(says(), thread));
      const ran: string[] = [];
      for (const [turn, amount] of [1, 2, 3].entries()) {
        expect(paused.map(({ value }) => value.amount)).toEqual([amount]);
        const { pay, ran: here } = tools();
        const next = build(scriptedModel(), { tools: [pay] }, checkpointer);
        const answer = amount === 2 ? "no" : "yes";
        const isNamed = how === "by its id" || (how === "by both in turn" && turn % 2 === 1);
        const resume = isNamed ? { [paused[0]?.id ?? ""]: answer } : answer;
        const result = await next.graph.invoke(new Command({ resume }), thread);
        expect([result.activeAgent, next.b.calls.length]).toEqual(amount === 3 ? ["b", 1] : ["a", 0]);
        ran.push(...here);
        paused = asked(result);
        if (amount < 3) continue;
        expect(toolMessages(result.messages).map(({ text }) => text)).toEqual(["Paid 1.", "Not paid 2.", "Paid 3."]);
      }
      expect([first.ran, ran]).toEqual([[], ["pay 1", "pay 2", "pay 3"]]);
    },
  );

  it("[F70] lets a slower sibling end before the run stops, so that it is not run again", async () => {
    const { pay } = tools();
    const ended: string[] = [];
    const slow = tool(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        ended.push("slow");
        return "Slow.";
      },
      { name: "slow", description: "Takes its time.", schema: z.object({}) },
    );
    const model = scriptedModel().callAll([{ tool: "pay", args: { amount: 5 } }, { tool: "slow" }, { handoff: "b" }]);
    const { graph } = build(model, { tools: [pay, slow] });
    await graph.invoke(says(), thread);
    expect(ended).toEqual(["slow"]);
    const done = await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(ended).toEqual(["slow"]);
    expect(toolMessages(done.messages).map(({ text }) => text)).toEqual(["Paid 5.", "Slow."]);
  });

  it("[F70] waits for the tool's own question after its approval was given", async () => {
    const { pay, ran } = tools();
    const { graph } = build(payLookHandOff(), { tools: [pay, tools().look], confirm: ["pay"] });
    expect(asked(await graph.invoke(says(), thread))[0]?.value.type).toBe("tool.request");
    const own = await graph.invoke(new Command({ resume: { p1: { approve: true } } }), thread);
    expect([asked(own)[0]?.value, ran, own.activeAgent]).toEqual([{ type: "pay", amount: 5 }, [], "a"]);
    const done = await graph.invoke(new Command({ resume: "yes" }), thread);
    expect([done.activeAgent, ran]).toEqual(["b", ["pay 5"]]);
  });
});

describe("approvals settle before a handoff is taken", () => {
  const calls = () =>
    scriptedModel()
      .callAll([{ handoff: "b" }, { tool: "look", args: {}, id: "l1" }, { tool: "look", args: {}, id: "l2" }])
      .say("a again");

  it("[F70] of two calls that need one, both do, one after the other where they are answered so", async () => {
    const { look, ran } = tools();
    const { graph, b } = build(calls(), { tools: [look], confirm: ["look"] });
    const callsOf = (result: unknown) => asked(result)[0]?.value.calls?.map(({ callId }) => callId);
    expect(callsOf(await graph.invoke(says(), thread))).toEqual(["l1", "l2"]);
    const one = await graph.invoke(new Command({ resume: { l2: { approve: true } } }), thread);
    expect([callsOf(one), ran, b.calls.length]).toEqual([["l1"], ["look"], 0]);
    const done = await graph.invoke(new Command({ resume: { l1: { approve: false } } }), thread);
    expect([done.activeAgent, ran, b.calls.length]).toEqual(["b", ["look"], 1]);
  });

  it("[F70] first those of tools, then that of the handoff itself, over restarts in between", async () => {
    const { look, ran } = tools();
    const spec: Spec = {
      tools: [look],
      confirm: "all",
      canHandoffTo: [{ to: "b", requiresApproval: true }],
    };
    const { graph, checkpointer } = build(calls(), spec);
    expect(asked(await graph.invoke(says(), thread))[0]?.value.type).toBe("tool.request");
    const second = build(scriptedModel(), spec, checkpointer);
    const replies = { l1: { approve: true }, l2: { approve: true } };
    const waiting = await second.graph.invoke(new Command({ resume: replies }), thread);
    expect(asked(waiting)[0]?.value).toMatchObject({ type: "handoff.approval", from: "a", to: "b" });
    expect([waiting.activeAgent, ran, second.b.calls.length]).toEqual(["a", ["look", "look"], 0]);
    const third = build(scriptedModel(), spec, checkpointer);
    const done = await third.graph.invoke(new Command({ resume: { approve: true } }), thread);
    expect([done.activeAgent, third.b.calls.length, ran.length]).toEqual(["b", 1, 2]);
  });
});

describe("a call that has finished", () => {
  /** A tool that counts, and one that stops the run until it is answered. */
  const counting = () => {
    const { pay, look, ran } = tools();
    const model = scriptedModel()
      .callAll([
        { tool: "look", args: {}, id: "c1" },
        { tool: "pay", args: { amount: 1 }, id: "c2" },
      ])
      .say("done")
      .callAll([{ tool: "look", args: {}, id: "c1" }])
      .say("done again");
    return { ran, model, spec: { tools: [pay, look], canHandoffTo: [] } };
  };

  it("[B128] is not run again on a replay; the same call id on another turn, or in another thread, is", async () => {
    const { ran, model, spec } = counting();
    const { graph, checkpointer } = build(model, spec);
    await graph.invoke(says(), thread);
    const { ran: ranLater, spec: later } = counting();
    const next = build(model, later, checkpointer).graph;
    await next.invoke(new Command({ resume: "yes" }), thread);
    expect([ran, ranLater]).toEqual([["look"], ["pay 1"]]);
    const second = await next.invoke(says("again"), thread);
    expect(ranLater).toEqual(["pay 1", "look"]);
    expect(second.messages.at(-1)?.text).toBe("done again");
    const other = counting();
    const elsewhere = build(other.model, other.spec, checkpointer).graph;
    await elsewhere.invoke(says(), { configurable: { thread_id: "other" } });
    expect(other.ran).toEqual(["look"]);
  });

  it("[B128] is run again where what it gave is not there any more", async () => {
    const { ran, model, spec } = counting();
    const { graph, checkpointer } = build(model, spec);
    await graph.invoke(says(), thread);
    for (const writes of Object.values(checkpointer.writes)) {
      for (const [key, [, channel]] of Object.entries(writes)) if (channel === "__return__") delete writes[key];
    }
    await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(ran).toEqual(["look", "look", "pay 1"]);
  });
});
