import { AIMessage, AIMessageChunk, HumanMessage } from "@langchain/core/messages";
import { interrupt, MemorySaver, Command } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineSwarm } from "../../src/define/definition.ts";
import { SwarmAgent, SwarmError } from "../../src/index.ts";
import type { AgentGraph, ChatModel } from "../../src/index.ts";
import { agentRuntime, handoffToolsOf } from "../../src/run/agent-runtime.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { addTool, promptOf, says, shape, toolMessages } from "../support.ts";

/** A streamed reply with one call of `add`, whose arguments are this text. */
const streamed = (args: string | undefined, more: object = {}) =>
  new AIMessageChunk({
    id: "streamed",
    content: "",
    tool_call_chunks: [
      { type: "tool_call_chunk", index: 0, id: "c1", name: "add", ...(args !== undefined && { args }), ...more },
    ],
  });

async function afterReply(reply: AIMessage) {
  const { add, runs } = addTool();
  const model = scriptedModel().raw(reply).say("Done.");
  const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [add] } } });
  const { messages, outcome } = await swarm.compile().invoke(says());
  return { messages, outcome, runs, model };
}

describe("the arguments of a streamed call", () => {
  it("run the tool where they are an object", async () => {
    const { messages, runs } = await afterReply(streamed('{"a":1,"b":2}'));
    expect(toolMessages(messages)[0]?.text).toBe("3");
    expect(runs.count).toBe(1);
  });

  it.each(["[1,2]", "null", '"1 and 2"', '{"a":1,"b":2'])("never run it where they are %s", async (args) => {
    const { messages, runs } = await afterReply(streamed(args));
    expect(toolMessages(messages)[0]).toMatchObject({
      status: "error",
      text: expect.stringContaining("not valid JSON"),
    });
    expect(runs.count).toBe(0);
  });

  it.each(["", " ", undefined])("are none where the stream held %j", async (args) => {
    const { messages } = await afterReply(streamed(args));
    expect((messages[1] as AIMessage).tool_calls).toMatchObject([{ name: "add", args: {} }]);
  });

  it("go back to the model where the stream held no name", async () => {
    const { messages, outcome } = await afterReply(streamed("{}", { name: undefined, id: undefined }));
    expect(toolMessages(messages)[0]?.text).toContain('has no tool ""');
    expect(outcome.kind).toBe("answered");
  });
});

describe("a reply of a model that is careless with its fields", () => {
  it.each([
    ["a message", new AIMessage({ id: "m1", content: "Hello." })],
    ["a chunk", new AIMessageChunk({ id: "m1", content: "Hello." })],
  ])("is an answer where %s has no lists of calls", async (_what, message) => {
    const bare = Object.assign(message, {
      tool_calls: undefined,
      invalid_tool_calls: undefined,
      tool_call_chunks: undefined,
    });
    const model: ChatModel = { invoke: async () => bare, bindTools: () => model };
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model } } });
    const { messages, outcome } = await swarm.compile().invoke(says());
    expect(messages.at(-1)?.text).toBe("Hello.");
    expect(outcome.kind).toBe("answered");
  });
});

describe("a structured answer", () => {
  it("is asked for without an empty turn in between where the model said nothing", async () => {
    const model = scriptedModel().say(" ").say('{"city":"Oslo"}');
    const responseFormat = z.object({ city: z.string() });
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, responseFormat } } });
    const { structuredResponse } = await swarm.compile().invoke(says());
    expect(structuredResponse).toEqual({ city: "Oslo" });
    expect(promptOf(model, 2).map(({ type }) => type)).toEqual(["human", "human"]);
  });
});

describe("an agent that is a function", () => {
  const run = (graph: AgentGraph, options: object = {}) =>
    new SwarmAgent({ entry: "a", agents: { a: { graph } } }).compile().invoke(says(), options);

  it("fails with what it threw, also where that is no error", async () => {
    const thrown = { status: "closed" };
    const graph = () => {
      throw thrown;
    };
    await expect(run(graph)).rejects.toMatchObject({
      code: "AGENT_FAILED",
      message: 'agent "a" failed: {"status":"closed"}',
      cause: thrown,
    });
  });

  it("passes on an error of a swarm's inside, with its code", async () => {
    const inner = new SwarmError("THREAD_BUSY", "the thread is running", { retryable: true });
    await expect(run(() => Promise.reject(inner))).rejects.toBe(inner);
  });

  it("ends with the run's signal", async () => {
    const controller = new AbortController();
    const graph = () => {
      controller.abort(new Error("the user left"));
      return new Promise<never>(() => {});
    };
    await expect(run(graph, { signal: controller.signal })).rejects.not.toMatchObject({ code: "AGENT_FAILED" });
  });

  it("may stop for the user and go on", async () => {
    const graph = () => `You are ${String(interrupt("Who are you?"))}.`;
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { graph } } }).compile({ checkpointer: new MemorySaver() });
    const thread = { configurable: { thread_id: "t" } };
    await swarm.invoke(says(), thread);
    const { messages } = await swarm.invoke(new Command({ resume: "Ada" }), thread);
    expect(shape(messages)).toEqual(["human: Hello", "ai: You are Ada."]);
  });
});

describe("a model's bound tools", () => {
  it("are kept for 64 sets of handoffs, and made anew for further ones", () => {
    const names = Array.from({ length: 66 }, (_, index) => `agent${index}`);
    const model = scriptedModel();
    const definition = defineSwarm({
      entry: "a",
      agents: Object.fromEntries(["a", ...names].map((name) => [name, { model }])),
    });
    const agent = definition.agents.get("a");
    if (agent === undefined) throw new Error("no agent");
    const runtime = agentRuntime(definition, agent, handoffToolsOf(definition));
    const bind = (name: string) => runtime.bind(model, [name], true).bound;
    const first = names.map(bind);
    const isKept = names.map((name, index) => bind(name) === first[index]);
    expect(isKept.filter(Boolean)).toHaveLength(64);
    expect(isKept.slice(-2)).toEqual([false, false]);
  });
});

describe("a swarm as a tool", () => {
  it("gives its structured answer, else its text", async () => {
    const build = (responseFormat?: z.ZodType) =>
      new SwarmAgent({
        entry: "a",
        agents: { a: { model: scriptedModel().say('{"city":"Oslo"}'), ...(responseFormat && { responseFormat }) } },
      } as never).agentTool({ name: "ask", description: "Asks." });
    const input = { input: "Where?" };
    expect(await build().invoke(input)).toBe('{"city":"Oslo"}');
    expect(await build(z.object({ city: z.string() })).invoke(input)).toEqual({ city: "Oslo" });
  });
});

describe("a reply's author", () => {
  it("is the agent, for whoever reads the log later", async () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hi.") } } });
    const { messages } = await swarm.compile().invoke({ messages: [new HumanMessage("Hello")] });
    expect(messages.at(-1)?.name).toBe("a");
  });
});
