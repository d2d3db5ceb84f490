import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent } from "../../src/index.ts";
import type { AgentTool, ProfileName } from "../../src/index.ts";
import { legalToolName } from "../../src/define/tool-name.ts";
import { profiles } from "../../src/project/profiles/profiles.ts";
import { problemsOfPrompt } from "../../src/project/validate-wire.ts";
import { agentRuntime, handoffToolsOf } from "../../src/run/agent-runtime.ts";
import { toLogMessage } from "../../src/run/reply.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, promptOf, says, shape, toolMessages } from "../support.ts";

const NAMES = Object.keys(profiles) as ProfileName[];

const getSum = tool(({ a, b }) => `${a + b}`, {
  name: "mcp.get-sum",
  description: "Adds two numbers.",
  schema: z.object({ a: z.number(), b: z.number() }),
});

const wireName = legalToolName("mcp.get-sum");

/** What is bound for an agent with these tools. */
function bound(profile: ProfileName, tools: readonly AgentTool[], targets: readonly string[] = []) {
  const model = scriptedModel();
  const { definition } = new SwarmAgent({
    entry: "a",
    profile,
    agents: { a: { model, tools, canHandoffTo: ["b"] }, b: { model } },
  });
  const agent = definition.agents.get("a");
  if (agent === undefined) throw new Error("there is no such agent");
  const runtime = agentRuntime(definition, agent, handoffToolsOf(definition));
  return { model, runtime, tools: runtime.bind(model, targets, true).tools };
}

interface Definition {
  readonly type: string;
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: Record<string, unknown>;
  };
}

describe("a tool whose name no provider takes", () => {
  it.each(NAMES)("is bound under a legal one, runs, and stands under its own in the log: %s", async (profile) => {
    const model = scriptedModel().tool(wireName, { a: 1, b: 2 }, { id: "abcDEF123" }).say("3.");
    const graph = new SwarmAgent({
      entry: "a",
      profile,
      strict: true,
      agents: { a: { model, tools: [getSum] } },
    }).compile();
    const { messages } = await graph.invoke(says());
    expect(wireName).toMatch(/^mcp_get-sum_\w+$/);
    expect(model.calls[0]?.tools).toEqual([wireName]);
    expect(shape(messages)).toEqual(["human: Hello", "ai: [mcp.get-sum]", "tool: 3", "ai: 3."]);
    expect(toolMessages(messages)[0]).toMatchObject({ name: "mcp.get-sum", status: "success" });
    const prompt = promptOf(model, 2);
    expect(shape(prompt)).toEqual(["human: Hello", `ai: [${wireName}]`, "tool: 3"]);
    expect(prompt.at(-1)?.name).toBe(wireName);
    expect(problemsOfPrompt(profile, { messages: prompt, tools: model.calls[1]?.toolDefinitions as never })).toEqual(
      [],
    );
  });

  it("is found by its own name too, as a model that saw it elsewhere may call it", async () => {
    const model = scriptedModel().tool("mcp.get-sum", { a: 1, b: 2 }).say("3.");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [getSum] } } }).compile();
    expect(shape((await graph.invoke(says())).messages)[2]).toBe("tool: 3");
  });

  it("keeps its description and its schema", () => {
    const [definition] = bound("openai-chat", [getSum]).tools as unknown as Definition[];
    expect(definition).toMatchObject({
      type: "function",
      function: {
        name: wireName,
        description: "Adds two numbers.",
        parameters: { type: "object", required: ["a", "b"] },
      },
    });
  });

  it("is its own name in the log too where its arguments cannot be read", async () => {
    const model = scriptedModel()
      .callAll([{ tool: wireName, rawArgs: '{"a": 1' }])
      .say("Sorry.");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [getSum] } } }).compile();
    const { messages } = await graph.invoke(says());
    expect((messages[1] as AIMessage).invalid_tool_calls?.[0]?.name).toBe("mcp.get-sum");
    const [answer] = toolMessages(messages);
    expect(answer).toMatchObject({ name: "mcp.get-sum", status: "error" });
    expect(answer?.text).not.toContain("has no tool");
  });

  it("is told by its own name where it is called wrongly", async () => {
    const model = scriptedModel().tool(wireName, { a: "one", b: 2 }).say("Sorry.");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [getSum] } } }).compile();
    const [answer] = toolMessages((await graph.invoke(says())).messages);
    expect(answer).toMatchObject({ name: "mcp.get-sum", status: "error" });
  });
});

describe("what is bound", () => {
  it.each(NAMES.filter((name) => name !== "gemini"))("is the tool itself where it is right already: %s", (profile) => {
    const own: AgentTool = { type: "web_search" };
    const { tools } = bound(profile, [echo, own], ["b"]);
    expect(tools[0]).toBe(echo);
    expect(tools[1]).toBe(own);
    expect(tools.map((each) => (each as { name?: string }).name)).toEqual(["echo", undefined, "transfer_to_b"]);
  });

  it("is the tool itself for Gemini too, where nothing of its schema has to change", () => {
    const none = tool(() => "now", { name: "now", description: "Tells the time.", schema: z.object({}) });
    const { tools } = bound("gemini", [echo, none], ["b"]);
    expect(tools[0]).toBe(echo);
    expect(tools[1]).toBe(none);
    expect(problemsOfPrompt("gemini", { messages: [new HumanMessage("Hi")], tools: tools as never })).toEqual([]);
  });

  it("is a definition without parameters as it is", () => {
    const own: AgentTool = { type: "function", function: { name: "get.time", description: "Tells the time." } };
    const [definition] = bound("gemini", [own]).tools as unknown as Definition[];
    expect(definition?.function.name).toBe(legalToolName("get.time"));
    expect(problemsOfPrompt("gemini", { messages: [new HumanMessage("Hi")], tools: [definition] as never })).toEqual(
      [],
    );
  });

  it("is bound once for the same model, targets and tools", () => {
    const { runtime, model } = bound("gemini", [echo], ["b"]);
    expect(runtime.bind(model, ["b"], true)).toBe(runtime.bind(model, ["b"], true));
    expect(runtime.bind(model, ["b"], false)).not.toBe(runtime.bind(model, ["b"], true));
    expect(runtime.bind(model, [], false)).toEqual({ bound: model, tools: [] });
  });

  it("is nothing for a model that takes no tools", () => {
    const model = { invoke: () => Promise.resolve(new AIMessage("x")) };
    expect(bound("gemini", [echo]).runtime.bind(model, ["b"], true)).toEqual({ bound: model, tools: [] });
  });

  it("gives back names that are nobody's as they are", () => {
    const { runtime } = bound("gemini", [getSum, echo]);
    expect([wireName, "echo", "transfer_to_b", "nope"].map(runtime.ownToolName)).toEqual([
      "mcp.get-sum",
      "echo",
      "transfer_to_b",
      "nope",
    ]);
  });
});

describe("a tool for Gemini", () => {
  const Input = z.object({
    mode: z.literal("fast"),
    level: z.literal(3),
    note: z.string().nullable(),
    mail: z.email().optional(),
    tags: z.record(z.string(), z.number()),
    item: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("a"), count: z.number().positive() }),
      z.object({ kind: z.literal("b") }),
    ]),
  });
  const seen: unknown[] = [];
  const order = tool(
    (input) => {
      seen.push(input);
      return "ordered";
    },
    { name: "order", description: "Orders.", schema: Input },
  );
  const right = { mode: "fast", level: 3, note: null, tags: { a: 1 }, item: { kind: "a", count: 2 } };

  it("is bound with a schema that Gemini takes, and is validated by its own", async () => {
    const wrong = { ...right, item: { kind: "a", count: -1 } };
    const model = scriptedModel().tool("order", right).tool("order", wrong).say("Done.");
    const agents = { a: { model, tools: [order], profile: "gemini" as const } };
    const { messages } = await new SwarmAgent({ entry: "a", strict: true, agents }).compile().invoke(says());
    const [definition] = (model.calls[0]?.toolDefinitions ?? []) as Definition[];
    expect(definition?.function.parameters).toMatchObject({
      properties: {
        mode: { type: "string", enum: ["fast"] },
        level: { type: "number", minimum: 3, maximum: 3 },
        note: { type: "string", nullable: true },
        item: { anyOf: [{ type: "object" }, { type: "object" }] },
      },
      required: ["mode", "level", "note", "tags", "item"],
    });
    expect(problemsOfPrompt("gemini", { messages: promptOf(model, 3), tools: [definition] as never })).toEqual([]);
    expect(seen).toEqual([right]);
    const [done, failed] = toolMessages(messages);
    expect(done).toMatchObject({ text: "ordered", status: "success" });
    expect(failed?.status).toBe("error");
    expect(failed?.text).toContain("count");
  });

  it("is the tool itself elsewhere", () => {
    expect(bound("openai-chat", [order]).tools[0]).toBe(order);
  });

  it("goes to a fallback of another provider's as that one takes it", async () => {
    class ChatGoogleGenerativeAI {
      readonly model = "gemini-2.5-pro";
      tools: readonly unknown[] = [];
      bindTools(tools: readonly unknown[]) {
        this.tools = tools;
        return this;
      }
      invoke() {
        return Promise.resolve(new AIMessage("From Gemini."));
      }
    }
    const [model, fallback] = [scriptedModel().fail(401), new ChatGoogleGenerativeAI()];
    const graph = new SwarmAgent({
      entry: "a",
      agents: { a: { model, fallbacks: [fallback], tools: [order] } },
    }).compile();
    const { messages } = await graph.invoke(says());
    expect(model.calls[0]?.toolDefinitions).toEqual([order]);
    expect((fallback.tools[0] as Definition).function.name).toBe("order");
    expect(messages.at(-1)).toMatchObject({
      name: "a",
      response_metadata: { model_provider: "google", model_name: "gemini-2.5-pro" },
    });
  });
});

describe("toLogMessage, the maker", () => {
  const made = (metadata: Record<string, unknown>, maker?: { profile: ProfileName; model?: string }) => {
    const reply = new AIMessage({ content: "Hi", name: "model", response_metadata: metadata });
    const message = toLogMessage(reply, {
      agent: "Billing Agent",
      log: [],
      ownToolName: (name) => name,
      maker: maker && { profile: profiles[maker.profile], model: maker.model },
    });
    expect(reply.response_metadata).toEqual(metadata);
    return message;
  };

  it("is noted where the client does not say", () => {
    const message = made({ finish_reason: "stop" }, { profile: "anthropic", model: "claude-sonnet-4-5" });
    expect(message.response_metadata).toEqual({
      finish_reason: "stop",
      model_provider: "anthropic",
      model_name: "claude-sonnet-4-5",
    });
    expect(message.name).toBe("Billing_Agent");
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["who made it", { model_provider: "openai" }, { model_provider: "openai" }],
    ["which model did", { model_name: "gpt-5" }, { model_name: "gpt-5", model_provider: "bedrock" }],
    ["something that is no text", { model_provider: 5 }, { model_provider: "bedrock", model_name: "m" }],
  ])("is left as the client says it: %s", (_what, metadata, expected) => {
    expect(made(metadata, { profile: "bedrock", model: "m" }).response_metadata).toEqual(expected);
  });

  it("has no model's name where that is not known", () => {
    expect(made({}, { profile: "gemini" }).response_metadata).toEqual({ model_provider: "google" });
  });

  it("leaves a call without a name without one", () => {
    const invalid = [{ args: "{", id: "c1", type: "invalid_tool_call" as const }];
    const reply = new AIMessage({ content: "", invalid_tool_calls: invalid });
    const message = toLogMessage(reply, { agent: "a", log: [], ownToolName: () => "x" });
    expect(message.invalid_tool_calls).toEqual(invalid);
  });

  it("is nobody for an agent that is a graph, which names its own messages", () => {
    const message = made({ x: 1 });
    expect(message.response_metadata).toEqual({ x: 1 });
    expect(message.name).toBe("model");
  });
});
