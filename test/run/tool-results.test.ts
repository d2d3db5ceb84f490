import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Annotation, Command } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createAgentNode, SwarmAgent } from "../../src/index.ts";
import type { AgentNodeOptions, AgentTool, Limits } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says, toolMessages } from "../support.ts";

const state = Annotation.Root({ city: Annotation<string>(), notes: Annotation<string>() });

/** A tool that gives back a value, whatever it is. */
const giving = (value: unknown, more: object = {}) =>
  tool(() => value, { name: "give", description: "Gives.", schema: z.object({}), ...more }) as AgentTool;

/** Has a model call the tool once, and gives the whole state. */
async function call(given: AgentTool, limits: Limits = {}) {
  const model = scriptedModel().tool("give").say("Done.");
  const swarm = new SwarmAgent({ entry: "a", state, limits, agents: { a: { model, tools: [given] } } });
  const result = await swarm.compile().invoke(says());
  const values: Readonly<Record<string, unknown>> = result;
  const { messages, activeAgent } = result;
  return { values, messages, activeAgent, answer: toolMessages(messages)[0] as ToolMessage };
}

describe("a list that a tool returns", () => {
  it.each([
    ["of null", [null]],
    ["of records", [{ id: 1 }]],
    ["of records with a type that is no text", [{ type: 1 }]],
    ["of records of which only some are blocks", [{ type: "text", text: "a" }, { id: 1 }]],
    ["of texts", ["a", "b"]],
    ["of nothing", []],
  ])("is JSON for the model: %s", async (_what, value) => {
    expect((await call(giving(value))).answer).toMatchObject({ content: JSON.stringify(value), status: "success" });
  });

  it("stays as it is where it is one of content blocks", async () => {
    const blocks = [{ type: "text", text: "a chart" }];
    expect((await call(giving(blocks))).answer.content).toEqual(blocks);
  });
});

describe("a message that a tool returns", () => {
  it("keeps its blocks, status and artifact, and is addressed to the call", async () => {
    const content = [{ type: "text" as const, text: "a chart" }];
    const own = new ToolMessage({ content, tool_call_id: "elsewhere", artifact: { rows: 3 }, status: "error" });
    const { answer, messages } = await call(giving(own));
    expect(answer).toMatchObject({ content, artifact: { rows: 3 }, status: "error", name: "give" });
    expect(answer.tool_call_id).toBe((messages[1] as AIMessage).tool_calls?.[0]?.id);
  });

  it("is cut to the longest result that may be", async () => {
    const own = new ToolMessage({ content: "x".repeat(5000), tool_call_id: "elsewhere" });
    expect((await call(giving(own), { maxToolResultChars: 200 })).answer.text).toHaveLength(200);
  });

  it("[F54] keeps the whole text as its artifact where it is cut, unless it has one of its own", async () => {
    const content = "x".repeat(5000);
    const cut = new ToolMessage({ content, tool_call_id: "elsewhere" });
    expect((await call(giving(cut), { maxToolResultChars: 200 })).answer.artifact).toEqual({ fullText: content });
    const own = new ToolMessage({ content, tool_call_id: "elsewhere", artifact: { rows: 3 } });
    expect((await call(giving(own), { maxToolResultChars: 200 })).answer.artifact).toEqual({ rows: 3 });
    expect((await call(giving("y".repeat(200)), { maxToolResultChars: 200 })).answer.artifact).toBeUndefined();
    expect((await call(giving(content), { maxToolResultChars: 200 })).answer.artifact).toEqual({ fullText: content });
  });

  it("carries the artifact of a tool that returns both", async () => {
    const { answer } = await call(giving(["3 rows", [1, 2, 3]], { responseFormat: "content_and_artifact" }));
    expect(answer).toMatchObject({ content: "3 rows", artifact: [1, 2, 3] });
  });
});

describe("a command that a tool returns", () => {
  it.each([
    ["a record", { city: "Oslo", notes: "rain" }],
    [
      "pairs",
      [
        ["city", "Oslo"],
        ["notes", "rain"],
      ],
    ],
  ])("writes the user's channels, given as %s", async (_what, update) => {
    const { values, answer } = await call(giving(new Command({ update: update as Record<string, unknown> })));
    expect(values).toMatchObject({ city: "Oslo", notes: "rain" });
    expect(answer.text).toBe("Done.");
  });

  it("answers with its own tool message, and with no other message of its own", async () => {
    const own = new ToolMessage({ content: "Moved to Oslo.", tool_call_id: "elsewhere" });
    const update = { city: "Oslo", messages: [new HumanMessage("I am the user"), own] };
    const { messages, answer } = await call(giving(new Command({ update })));
    expect(answer.text).toBe("Moved to Oslo.");
    expect(messages.map(({ type }) => type)).toEqual(["human", "ai", "tool", "ai"]);
  });

  it("that updates nothing is done", async () => {
    expect((await call(giving(new Command({})))).answer).toMatchObject({ content: "Done.", status: "success" });
  });

  it.each([
    ["a list of destinations", new Command({ goto: ["b"] })],
    ["a destination, from another copy of LangGraph", { lg_name: "Command", lc_direct_tool_output: true, goto: "b" }],
    ["another graph", new Command({ graph: Command.PARENT })],
  ])("goes nowhere: %s", async (_what, command) => {
    const { answer, activeAgent } = await call(giving(command));
    expect(answer).toMatchObject({ status: "error", content: expect.stringContaining("hand off instead") });
    expect(activeAgent).toBe("a");
  });

  it("of another copy of LangGraph writes channels as well", async () => {
    const { values, answer } = await call(
      giving({ lg_name: "Command", lc_direct_tool_output: true, update: { city: "Oslo" } }),
    );
    expect(values).toMatchObject({ city: "Oslo" });
    expect(answer.status).toBe("success");
  });

  it("may not write the swarm's own channels", async () => {
    const update = { activeAgent: "b", handoffs: [] };
    const { answer, activeAgent } = await call(giving(new Command({ update })));
    expect(answer.text).toBe('Error: tool "give" may not write "activeAgent", "handoffs".');
    expect(activeAgent).toBe("a");
  });
});

describe("a tool that is no tool of LangChain's", () => {
  const bare = (invoke: () => Promise<unknown>): AgentTool => ({ name: "give", description: "Gives.", invoke });

  it.each([
    ["a value", { id: 1 }, '{"id":1}'],
    ["a command", new Command({ update: { city: "Oslo" } }), "Done."],
    ["nothing", undefined, ""],
  ])("may return %s", async (_what, value, text) => {
    expect((await call(bare(async () => value))).answer).toMatchObject({ content: text, status: "success" });
  });

  it("may fail", async () => {
    const { answer } = await call(bare(() => Promise.reject(new Error("no connection"))));
    expect(answer).toMatchObject({ content: "Error: no connection", status: "error" });
  });

  it("is used again without being wrapped again", async () => {
    let runs = 0;
    const counting = bare(async () => (runs += 1));
    const model = scriptedModel().tool("give").tool("give").say("Done.");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [counting] } } });
    const { messages } = await swarm.compile().invoke(says());
    expect(toolMessages(messages).map(({ text }) => text)).toEqual(["1", "2"]);
  });
});

describe("calls without an id, in a graph of one's own", () => {
  const nodes = createAgentNode({ name: "a", model: scriptedModel(), tools: [echo] });
  const asks = (name: string) =>
    new AIMessage({ content: "", tool_calls: [{ name, args: { text: "hi" }, type: "tool_call" }] });

  it.each([
    ["echo", "hi", "success"],
    ["ehco", 'Error: agent "a" has no tool "ehco". Did you mean "echo"? Your tools are "echo".', "error"],
  ])("are run and answered: %s", async (name, content, status) => {
    const { messages } = (await nodes.tools({ messages: [new HumanMessage("Hi"), asks(name)] })) as {
      messages: ToolMessage[];
    };
    expect(messages).toMatchObject([{ content, status, tool_call_id: "" }]);
  });

  it("are refused where there is none to run", async () => {
    await expect(nodes.tools({ messages: [new AIMessage("Done.")] })).rejects.toMatchObject({
      code: "NO_TOOL_CALLS",
      agent: "a",
    });
  });

  it("need an agent with a name", () => {
    const nameless = { model: scriptedModel() } as unknown as AgentNodeOptions;
    expect(() => createAgentNode(nameless)).toThrow(/needs a name/);
  });
});
