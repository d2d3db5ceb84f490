import { Command, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { RUN_TOOLS, runTools, SwarmAgent } from "../../src/index.ts";
import type { Diagnostic, ToolRequest } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel } from "../../src/testing/index.ts";
import { addTool, says, toolMessages } from "../support.ts";

const named = (name: string) => ({
  type: "function",
  function: { name, parameters: { type: "object", properties: { date: { type: "string" } } } },
});

const on = (tools: readonly unknown[], threadId = "t") => ({
  configurable: { thread_id: threadId, ...runTools(tools) },
});

/** An agent that hands to a second one; both take what a run brings, unless said otherwise. */
function build(a: ScriptedModel, b = scriptedModel().say("b here").repeat(), tools = [RUN_TOOLS]) {
  const diagnostics: Diagnostic[] = [];
  const { add, runs } = addTool();
  const swarm = new SwarmAgent({
    entry: "a",
    agents: {
      a: { model: a, tools: [add, RUN_TOOLS], canHandoffTo: ["b"] },
      b: { model: b, tools, canHandoffTo: [] },
    },
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
  });
  return { graph: swarm.compile({ checkpointer: new MemorySaver() }), swarm, b, runs, diagnostics };
}

function callsOf(result: unknown): ToolRequest["calls"] {
  const [stop] = (result as { __interrupt__?: { value: ToolRequest }[] }).__interrupt__ ?? [];
  return stop?.value.calls ?? [];
}

describe("functions that a run brings along", () => {
  it("[B144] reach the agent that acts, stop the run at their call, and go on with the result", async () => {
    const a = scriptedModel().handoff("b");
    const model = scriptedModel().tool("get_rate", { date: "today" }, { id: "r1" }).say("2.5%");
    const { graph } = build(a, model);
    const paused = await graph.invoke(says(), on([named("get_rate")]));
    expect(callsOf(paused)).toEqual([{ callId: "r1", name: "get_rate", args: { date: "today" }, needs: "result" }]);
    expect(a.calls[0]?.tools).toEqual(["add", "get_rate", "transfer_to_b"]);
    expect(model.calls[0]?.tools).toEqual(["get_rate"]);
    const done = await graph.invoke(new Command({ resume: { r1: { result: 2.5 } } }), on([named("get_rate")]));
    expect(toolMessages(done.messages).map(({ text }) => text)).toEqual(["2.5"]);
    expect([done.activeAgent, done.messages.at(-1)?.text]).toEqual(["b", "2.5%"]);
  });

  it("[B144] are not there in another run, nor for an agent that takes none", async () => {
    const a = scriptedModel().say("x").repeat();
    const { graph } = build(a);
    await Promise.all([
      graph.invoke(says(), on([named("get_rate")], "one")),
      graph.invoke(says(), on([named("get_time")], "two")),
    ]);
    expect(a.calls.map(({ tools }) => tools[1]).toSorted()).toEqual(["get_rate", "get_time"]);
    await graph.invoke(says(), { configurable: { thread_id: "three" } });
    expect(a.calls[2]?.tools).toEqual(["add", "transfer_to_b"]);
    const closed = scriptedModel().say("b").repeat();
    const none = build(scriptedModel().handoff("b"), closed, []);
    await none.graph.invoke(says(), on([named("get_rate")]));
    expect(closed.calls[0]?.tools).toEqual([]);
  });

  it("[B144] are taken flat or as OpenAI has them; those without a name, and second ones, are passed over", async () => {
    const a = scriptedModel().say("ok");
    const flat = { name: "flat", description: "Flat.", parameters: { type: "object", properties: {} } };
    const odd = [null, 7, "x", {}, { type: "web_search" }, { function: null }, { type: "function", function: {} }];
    const given = [flat, { type: "function", name: "typed" }, named("nested"), { name: "flat" }, { name: " " }, ...odd];
    await build(a).graph.invoke(says(), on(given));
    expect(a.calls[0]?.tools).toEqual(["add", "flat", "typed", "nested", "transfer_to_b"]);
  });

  it("[B144] cannot take the place of an agent's own tool or handoff, which is told", async () => {
    const a = scriptedModel().tool("add", { a: 1, b: 2 }).handoff("b");
    const { graph, b, runs, diagnostics } = build(a);
    const done = await graph.invoke(says(), on([named("add"), named("transfer_to_b")]));
    expect(a.calls[0]?.tools).toEqual(["add", "transfer_to_b"]);
    expect([done.activeAgent, runs.count, b.calls[0]?.tools]).toEqual(["b", 1, ["add"]]);
    expect(diagnostics.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "RUN_TOOL_SHADOWED agents.a.tools",
      "RUN_TOOL_SHADOWED agents.a.tools",
      "RUN_TOOL_SHADOWED agents.b.tools",
    ]);
  });

  it("cannot be forged by whoever only sends a config, and stand for nothing by themselves", async () => {
    const a = scriptedModel().say("x").repeat();
    const { graph, swarm } = build(a);
    const sent = JSON.parse(JSON.stringify(on([named("get_rate")]))) as object;
    await graph.invoke(says(), sent);
    expect(a.calls[0]?.tools).toEqual(["add", "transfer_to_b"]);
    const star = scriptedModel().tool("*").say("done");
    const { messages } = await build(star).graph.invoke(says(), on([]));
    expect(toolMessages(messages)[0]?.text).toContain('has no tool "*"');
    expect((await swarm.describe("a")).tools).toHaveLength(2);
    expect(swarm.verify()).toEqual([]);
  });

  it("are unknown where the run that answers does not bring them again", async () => {
    const { graph } = build(scriptedModel().tool("get_rate", {}, { id: "r1" }).say("done"));
    await graph.invoke(says(), on([named("get_rate")]));
    const done = await graph.invoke(new Command({ resume: { r1: { result: 1 } } }), on([]));
    expect(toolMessages(done.messages)[0]?.text).toContain('has no tool "get_rate"');
  });
});
