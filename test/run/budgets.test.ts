import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { SwarmAgent } from "../../src/index.ts";
import type { Diagnostic, Limits, RunSignal } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { addTool, says, shape } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

/** A message that took so many tokens. */
function taking(tokens: number, call?: { name: string; args: Record<string, unknown> }, text = ""): AIMessage {
  const calls = call === undefined ? [] : [{ ...call, id: "c", type: "tool_call" as const }];
  const usage = { input_tokens: tokens - 1, output_tokens: 1, total_tokens: tokens };
  return new AIMessage({ content: text, tool_calls: calls, usage_metadata: usage as never });
}

const addCall = { name: "add", args: { a: 1, b: 2 } };

/** An agent that adds once and answers, at so many tokens a call. */
function adder(tokens: number) {
  const { add, runs } = addTool();
  const model = scriptedModel()
    .raw(taking(tokens, addCall))
    .raw(taking(tokens, undefined, "3"))
    .say("new turn");
  return { model, runs, spec: { model, tools: [add] } };
}

describe("budgets of tokens and costs", () => {
  it("[F75][I10] end the turn before the next model call, with every tool answered", async () => {
    const { model, runs, spec } = adder(60);
    const graph = new SwarmAgent({ entry: "a", limits: { maxTokens: 50 }, agents: { a: spec } }).compile({
      checkpointer: new MemorySaver(),
    });
    const result = await graph.invoke(says(), thread);
    expect(result.outcome).toEqual({ kind: "limit", limit: "maxTokens", agent: "a", path: ["a"] });
    expect(shape(result.messages)).toEqual(["human: Hello", "ai: [add]", "tool: 3"]);
    expect([model.calls.length, runs.count]).toEqual([1, 1]);
  });

  it("[F75][I12] begin anew with each user turn, and the thread stays usable", async () => {
    const { add } = addTool();
    const model = scriptedModel().raw(taking(60, addCall)).say("new turn");
    const graph = new SwarmAgent({
      entry: "a",
      limits: { maxTokens: 50 },
      agents: { a: { model, tools: [add] } },
    }).compile({
      checkpointer: new MemorySaver(),
    });
    await graph.invoke(says(), thread);
    const { outcome, messages } = await graph.invoke(says("Again"), thread);
    expect([outcome.kind, messages.at(-1)?.text]).toEqual(["answered", "new turn"]);
  });

  it("[F75] leave an answer alone that used more than is left", async () => {
    const { spec } = adder(40);
    const graph = new SwarmAgent({ entry: "a", limits: { maxTokens: 50 }, agents: { a: spec } }).compile();
    expect((await graph.invoke(says())).outcome).toMatchObject({ kind: "answered", agent: "a" });
  });

  it("[F75] count costs, by model and agent", async () => {
    const seen: unknown[] = [];
    const { model, spec } = adder(60);
    const costOf: Limits["costOf"] = ({ total_tokens: total }, call) => {
      seen.push(call);
      return total * 0.01;
    };
    const graph = new SwarmAgent({ entry: "a", limits: { maxCost: 0.5, costOf }, agents: { a: spec } }).compile();
    expect((await graph.invoke(says())).outcome).toMatchObject({ kind: "limit", limit: "maxCost" });
    expect([seen, model.calls.length]).toEqual([[{ model: undefined, agent: "a" }], 1]);
  });

  it("[F75] count over handoffs, and end before the target is asked", async () => {
    const b = scriptedModel();
    const graph = new SwarmAgent({
      entry: "a",
      limits: { maxTokens: 50 },
      agents: { a: { model: scriptedModel().raw(taking(60, { name: "transfer_to_b", args: {} })) }, b: { model: b } },
    }).compile();
    const { outcome, activeAgent } = await graph.invoke(says());
    expect([outcome.limit, outcome.path, activeAgent, b.calls.length]).toEqual(["maxTokens", ["a", "b"], "b", 0]);
  });

  it("[F75] count replies that were cut and asked for again", async () => {
    const cut = taking(30, addCall);
    cut.response_metadata = { finish_reason: "length" };
    const { add } = addTool();
    const model = scriptedModel().raw(cut).raw(taking(30, addCall)).say("never");
    const limits = { maxTokens: 60 };
    const { outcome } = await new SwarmAgent({ entry: "a", limits, agents: { a: { model, tools: [add] } } })
      .compile()
      .invoke(says());
    expect([outcome.limit, model.calls.length]).toEqual(["maxTokens", 2]);
  });

  it('[F75] throw with onLimit "throw", and print the path', async () => {
    for (const [limits, code] of [
      [{ maxTokens: 50 }, "LIMIT_TOKENS"],
      [{ maxCost: 1, costOf: () => 1 }, "LIMIT_COST"],
    ] as [Limits, string][]) {
      const { spec } = adder(60);
      const graph = new SwarmAgent({
        entry: "a",
        limits: { ...limits, onLimit: "throw" },
        agents: { a: spec },
      }).compile();
      await expect(graph.invoke(says())).rejects.toMatchObject({ code, agent: "a", resumable: true });
    }
  });

  it("[F75][I10] let the agent of onLimit answer with one call without tools, whoever waits", async () => {
    const closer = scriptedModel().say("That is all I can say.");
    const { add } = addTool();
    const b = scriptedModel().raw(taking(60, addCall));
    const a = scriptedModel().handoff("b");
    const graph = new SwarmAgent({
      entry: "a",
      limits: { maxTokens: 50, onLimit: "closer" },
      agents: {
        a: { model: a, canHandoffTo: [{ to: "b", returns: true }] },
        b: { model: b, tools: [add], canHandoffTo: [] },
        closer: { model: closer, tools: [add], canHandoffTo: ["a"] },
      },
    }).compile();
    const { outcome, messages } = await graph.invoke(says());
    expect(outcome).toMatchObject({
      kind: "limit",
      limit: "maxTokens",
      agent: "closer",
      messageId: messages.at(-1)?.id,
    });
    expect([closer.calls.length, closer.calls[0]?.tools, a.calls.length]).toEqual([1, [], 1]);
  });

  it("[F75] are told of as an event", async () => {
    const { spec } = adder(60);
    const graph = new SwarmAgent({ entry: "a", limits: { maxTokens: 50 }, agents: { a: spec } }).compile();
    const signals: RunSignal[] = [];
    for await (const signal of await graph.stream(says(), { streamMode: "custom" })) signals.push(signal as RunSignal);
    expect(signals.at(-1)).toEqual({ type: "limit.reached", agent: "a", limit: "maxTokens", path: ["a"] });
  });

  it("[F75] say once that a provider gives no usage", async () => {
    const diagnostics: Diagnostic[] = [];
    const silent = (): BaseMessage => new AIMessage("fine");
    const graph = new SwarmAgent({
      entry: "a",
      limits: { maxTokens: 50 },
      onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
      agents: { a: { model: { invoke: async () => silent() }, canHandoffTo: [] } },
    }).compile();
    await graph.invoke(says());
    await graph.invoke(says());
    expect(diagnostics.map(({ code, path }) => [code, path])).toEqual([["USAGE_MISSING", "agents.a.model"]]);
  });

  it("[F75] do not go on without knowing what was spent", async () => {
    for (const costOf of [
      () => Number.NaN,
      () => Promise.resolve(1) as unknown as number,
      () => {
        throw new Error("no price");
      },
    ]) {
      const { spec } = adder(60);
      const graph = new SwarmAgent({ entry: "a", limits: { maxCost: 1, costOf }, agents: { a: spec } }).compile();
      await expect(graph.invoke(says())).rejects.toMatchObject({ code: "COST_FAILED", agent: "a" });
    }
  });

  it("are checked with the definition", () => {
    const agents = { a: { model: scriptedModel() } };
    const codes = (limits: Limits) => new SwarmAgent({ entry: "a", agents, limits }).verify().map(({ code }) => code);
    expect(codes({ maxTokens: 0 })).toEqual(["LIMIT_INVALID"]);
    expect(codes({ maxCost: -1, costOf: () => 0 })).toEqual(["LIMIT_INVALID"]);
    expect(codes({ costOf: 1 as never })).toEqual(["COST_OF_INVALID"]);
    expect(codes({ maxTokens: 10, maxCost: 1, costOf: () => 0 })).toEqual([]);
  });
});
