import { tool } from "@langchain/core/tools";
import { Command, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent } from "../../src/index.ts";
import type { AgentSpec, ToolRequest } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel } from "../../src/testing/index.ts";
import { addTool, promptOf, says, shape, toolMessages } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

/** A function that only the caller can run. */
const rate = {
  type: "function",
  function: {
    name: "get_rate",
    description: "The rate of a day.",
    parameters: { type: "object", properties: { date: { type: "string" } }, required: ["date"] },
  },
};

function compiled(model: ScriptedModel, spec: Omit<AgentSpec, "canHandoffTo" | "model">) {
  const b = scriptedModel().say("b here");
  const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, ...spec }, b: { model: b, canHandoffTo: [] } } });
  return swarm.compile({ checkpointer: new MemorySaver() });
}

function requestOf(result: unknown): ToolRequest {
  return (result as { __interrupt__: { value: ToolRequest }[] }).__interrupt__[0]?.value as ToolRequest;
}

describe("a tool that the caller runs", () => {
  it("[B143] pauses the run after every other call of the message, and goes on with the result", async () => {
    const { add, runs } = addTool();
    const model = scriptedModel()
      .callAll([
        { tool: "get_rate", args: { date: "today" }, id: "r1" },
        { tool: "add", args: { a: 1, b: 2 }, id: "s1" },
      ])
      .say("It is 2.5%.");
    const graph = compiled(model, { tools: [rate, add] });
    const paused = await graph.invoke(says(), thread);
    expect(requestOf(paused)).toEqual({
      type: "tool.request",
      agent: "a",
      calls: [{ callId: "r1", name: "get_rate", args: { date: "today" }, needs: "result" }],
    });
    expect(toolMessages(paused.messages).map(({ text }) => text)).toEqual(["3"]);
    const done = await graph.invoke(new Command({ resume: { r1: { result: { rate: 2.5 } } } }), thread);
    expect(runs.count).toBe(1);
    expect(done.messages.at(-1)?.text).toBe("It is 2.5%.");
    expect(shape(promptOf(model, 2))).toEqual(["human: Hello", "ai: [get_rate, add]", 'tool: {"rate":2.5}', "tool: 3"]);
  });

  it("is asked for again where it got no answer, call by call", async () => {
    const model = scriptedModel()
      .callAll([
        { tool: "get_rate", args: { date: "1" }, id: "r1" },
        { tool: "get_rate", args: { date: "2" }, id: "r2" },
      ])
      .say("done");
    const graph = compiled(model, { tools: [rate] });
    await graph.invoke(says(), thread);
    const none = await graph.invoke(new Command({ resume: "what?" }), thread);
    expect(requestOf(none).calls.map(({ callId }) => callId)).toEqual(["r1", "r2"]);
    const one = await graph.invoke(new Command({ resume: { r2: { result: "two" }, ghost: { result: "?" } } }), thread);
    expect(requestOf(one).calls.map(({ callId }) => callId)).toEqual(["r1"]);
    const done = await graph.invoke(new Command({ resume: { r1: { result: "one", isError: true } } }), thread);
    expect(toolMessages(done.messages).map(({ text, status }) => [text, status])).toEqual([
      ["two", "success"],
      ["one", "error"],
    ]);
    expect(done.outcome?.kind).toBe("answered");
  });

  it("may be denied, and an answer that makes no sense denies it", async () => {
    for (const [reply, text] of [
      [{ approve: false, reason: "no key" }, 'Error: the call of "get_rate" was denied: no key.'],
      [null, 'Error: the call of "get_rate" was denied: it was not approved.'],
      [{ approve: true }, 'Error: the call of "get_rate" was denied: it was not approved.'],
    ] as const) {
      const graph = compiled(scriptedModel().tool("get_rate", { date: "1" }, { id: "r1" }).say("ok"), {
        tools: [rate],
      });
      await graph.invoke(says(), thread);
      const done = await graph.invoke(new Command({ resume: { r1: reply } }), thread);
      expect(toolMessages(done.messages)[0]?.text).toBe(text);
    }
  });

  it("comes before the handoff of the same message", async () => {
    const model = scriptedModel().callAll([{ handoff: "b" }, { tool: "get_rate", args: { date: "1" }, id: "r1" }]);
    const graph = compiled(model, { tools: [rate] });
    const paused = await graph.invoke(says(), thread);
    expect(paused.activeAgent).toBe("a");
    const done = await graph.invoke(new Command({ resume: { r1: { result: "2.5" } } }), thread);
    expect([done.activeAgent, done.messages.at(-1)?.text]).toEqual(["b", "b here"]);
  });

  it("needs a checkpointer, and says so", async () => {
    const model = scriptedModel().tool("get_rate", { date: "1" });
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [rate] } } });
    await expect(swarm.compile().invoke(says())).rejects.toMatchObject({ code: "CHECKPOINTER_MISSING", agent: "a" });
  });

  it("is bound under a legal name, and answers to its own", async () => {
    const odd = { type: "function", function: { name: "rates.get", description: "", parameters: { type: "object" } } };
    const model = scriptedModel().reply(({ tools }) => ({
      kind: "message",
      text: "",
      calls: [{ tool: tools[0] as string, args: {}, id: "r1" }],
    }));
    const graph = compiled(model, { tools: [odd] });
    const paused = await graph.invoke(says(), thread);
    expect(model.calls[0]?.tools[0]).toMatch(/^rates_get_[0-9a-z]{7}$/);
    expect(requestOf(paused).calls[0]?.name).toBe("rates.get");
  });

  it("is checked as other tools are: no second one of its name, none with a handoff's name", () => {
    const named = (name: string) => ({ type: "function", function: { name } });
    const model = scriptedModel();
    const codes = new SwarmAgent({
      entry: "a",
      agents: { a: { model, tools: [named("x"), named("x"), named("transfer_to_b")] }, b: { model } },
    })
      .verify()
      .map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(["TOOL_DUPLICATE", "TOOL_IS_HANDOFF"]));
  });
});

describe("a tool that waits for an approval", () => {
  it("[B123] runs when it is let, and is answered with the reason when it is not", async () => {
    const { add, runs } = addTool();
    const model = scriptedModel()
      .callAll([
        { tool: "add", args: { a: 1, b: 2 }, id: "c1" },
        { tool: "add", args: { a: 3, b: 4 }, id: "c2" },
      ])
      .say("done");
    const graph = compiled(model, { tools: [add], confirm: ["add"] });
    const paused = await graph.invoke(says(), thread);
    expect(requestOf(paused).calls.map(({ callId, needs }) => [callId, needs])).toEqual([
      ["c1", "approval"],
      ["c2", "approval"],
    ]);
    expect(runs.count).toBe(0);
    const replies = { c1: { approve: true }, c2: { approve: false, reason: "too much" } };
    const done = await graph.invoke(new Command({ resume: replies }), thread);
    expect(runs.count).toBe(1);
    expect(toolMessages(done.messages).map(({ text }) => text)).toEqual([
      "3",
      'Error: the call of "add" was denied: too much.',
    ]);
  });

  it("waits for all of an agent's tools where it says so, and for no unknown one", async () => {
    const { add } = addTool();
    const model = scriptedModel().callAll([
      { tool: "add", args: { a: 1, b: 2 }, id: "c1" },
      { tool: "nope", args: {} },
    ]);
    const paused = await compiled(model, { tools: [add], confirm: "all" }).invoke(says(), thread);
    expect(requestOf(paused).calls.map(({ name }) => name)).toEqual(["add"]);
    expect(toolMessages(paused.messages).map(({ text }) => text)[0]).toContain('has no tool "nope"');
  });
});

describe("verify", () => {
  it("knows tools that cannot wait for an approval, because they are not there", () => {
    const { add } = addTool();
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model: scriptedModel(), tools: [add], confirm: ["ad"] } },
    });
    expect(swarm.verify()).toMatchObject([{ code: "CONFIRM_UNKNOWN", path: "agents.a.confirm[0]" }]);
    expect(swarm.verify()[0]?.message).toContain('Did you mean "add"?');
  });
});

describe("with a checkpointer each call is a task of its own", () => {
  it("[B121] a tool that has finished is not run again when another one fails the run", async () => {
    const runs: string[] = [];
    const steady = tool(
      () => {
        runs.push("steady");
        return "kept";
      },
      { name: "steady", description: "Works.", schema: z.object({}) },
    );
    const controller = new AbortController();
    const aborting = tool(
      async () => {
        runs.push("aborting");
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (runs.filter((name) => name === "aborting").length === 1) controller.abort(new Error("killed"));
        return "at last";
      },
      { name: "aborting", description: "Kills the run once.", schema: z.object({}) },
    );
    const model = scriptedModel()
      .callAll([{ tool: "steady" }, { tool: "aborting" }])
      .say("done");
    const graph = compiled(model, { tools: [steady, aborting] });
    await expect(graph.invoke(says(), { ...thread, signal: controller.signal })).rejects.toThrow(/killed|abort/i);
    const done = await graph.invoke(null, thread);
    expect(runs).toEqual(["steady", "aborting", "aborting"]);
    expect(toolMessages(done.messages).map(({ text }) => text)).toEqual(["kept", "at last"]);
    expect(done.messages.at(-1)?.text).toBe("done");
  });
});
