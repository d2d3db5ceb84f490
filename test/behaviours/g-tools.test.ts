import { ToolMessage } from "@langchain/core/messages";
import { DynamicStructuredTool, tool } from "@langchain/core/tools";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { Annotation, Command } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createAgentNode, injectArguments, SwarmAgent } from "../../src/index.ts";
import type { Diagnostic, SwarmOptions } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedCall } from "../../src/testing/index.ts";
import { addTool, echo, promptOf, says, shape, toolMessages } from "../support.ts";

const nothing = z.object({});

/** Runs these calls in one message of one agent with these tools. */
async function act(
  tools: StructuredToolInterface[],
  calls: ScriptedCall[],
  options: Partial<SwarmOptions> & { config?: Record<string, unknown> } = {},
) {
  const model = scriptedModel().callAll(calls).say("done");
  const { config, agents: _agents, entry: _entry, aliases: _aliases, onUnknownAgent: _unknown, ...rest } = options;
  const swarm = new SwarmAgent({ ...rest, entry: "a", agents: { a: { model, tools } } });
  const state = await swarm.compile().invoke(says(), config);
  return { state, model, answers: toolMessages(state.messages) };
}

const returning = (value: unknown) => tool(() => value as string, { name: "give", schema: nothing });

describe("tools", () => {
  const circular: Record<string, unknown> = { name: "loop" };
  circular["self"] = circular;
  it.each([
    ["text", "text"],
    [{ a: 1, b: [true, null] }, '{"a":1,"b":[true,null]}'],
    [["x", 2], '["x",2]'],
    [42, "42"],
    [null, "null"],
    [undefined, ""],
    [12n, "12"],
    [circular, '{"name":"loop","self":"[circular]"}'],
    [new Map([["k", 1]]), '[["k",1]]'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [{ big: 5n, f: () => 1, nan: Number.NaN }, '{"big":"5","f":"[function]","nan":"NaN"}'],
    [new Uint8Array(1000), '"[binary 1000 bytes]"'],
    [
      {
        get oops() {
          throw new Error("no");
        },
      },
      '{"oops":"[unreadable: no]"}',
    ],
    ["lone \ud800 surrogate", "lone \ufffd surrogate"],
  ])("[B91] turns what a tool returns into text (%#)", async (value, expected) => {
    const { answers } = await act([returning(value)], [{ tool: "give", id: "c1" }]);
    expect(answers).toMatchObject([{ tool_call_id: "c1", name: "give", status: "success" }]);
    expect(answers[0]?.text).toBe(expected);
  });

  it("[B92] answers an unknown tool with an error and goes on", async () => {
    const { answers, state } = await act([echo], [{ tool: "ehco", args: { text: "x" } }]);
    expect(answers[0]?.status).toBe("error");
    expect(answers[0]?.text).toContain('Did you mean "echo"?');
    expect(state.messages.at(-1)?.text).toBe("done");
  });

  it.each([
    ["an Error", new Error("broken pipe"), "Error: broken pipe"],
    ["null", null, "Error: null was thrown"],
    ["a string", "just text", "Error: just text"],
    ["an object", { code: 7 }, 'Error: {"code":7}'],
  ])("[B93] answers a tool that throws %s with an error", async (_what, thrown, expected) => {
    const thrower = tool(
      () => {
        throw thrown;
      },
      { name: "boom", schema: nothing },
    );
    const { answers } = await act([thrower], [{ tool: "boom" }]);
    expect(answers[0]).toMatchObject({ status: "error", content: expected });
  });

  it("[B94] answers malformed arguments with an error and leaves the siblings alone", async () => {
    const { add, runs } = addTool();
    const { answers, model } = await act(
      [add],
      [
        { tool: "add", args: { a: 1, b: 2 }, id: "good" },
        { tool: "add", rawArgs: '{"a": 1,', id: "bad" },
      ],
    );
    expect(runs.count).toBe(1);
    expect(answers.map(({ tool_call_id: id, status }) => [id, status])).toEqual([
      ["good", "success"],
      ["bad", "error"],
    ]);
    expect(shape(promptOf(model, 2))).toEqual([
      "human: Hello",
      "ai: [add, add]",
      "tool: 3",
      expect.stringMatching(/^tool: Error: .*not valid JSON/),
    ]);
  });

  it("[B94] never runs arguments that a stream cut off, though they look whole to a lenient parser", async () => {
    const { add, runs } = addTool();
    const model = scriptedModel()
      .callAll([{ tool: "add", rawArgs: '{"a": 1, "b": 2' }])
      .say("done");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [add] } } }).compile();
    for await (const _chunk of await graph.stream(says(), { streamMode: ["messages"] })) continue;
    expect(runs.count).toBe(0);
    expect(shape(promptOf(model, 2)).at(-1)).toMatch(/not valid JSON/);
  });

  it("[B95] gives a tool the state, the context, the call's id and a way to say something, none of it in its schema", async () => {
    const seen: Record<string, unknown> = {};
    const curious = tool(
      (_input, config) => {
        const { state, context, toolCallId, idempotencyKey, emit } = config as unknown as Record<string, unknown>;
        Object.assign(seen, {
          count: (state as { messages: unknown[] }).messages.length,
          context,
          toolCallId,
          idempotencyKey,
        });
        (emit as (data: unknown) => void)({ half: true });
        return "ok";
      },
      { name: "curious", schema: nothing },
    );
    const model = scriptedModel().tool("curious", {}, { id: "c9" }).say("done");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [curious] } } });
    const events: unknown[] = [];
    const config = { context: { user: "u1" }, streamMode: ["custom"] as "custom"[] };
    for await (const [, event] of await swarm.compile().stream(says(), config)) events.push(event);
    expect(seen).toEqual({ count: 2, context: { user: "u1" }, toolCallId: "c9", idempotencyKey: ":c9" });
    expect(events).toContainEqual({
      type: "tool.progress",
      agent: "a",
      tool: "curious",
      callId: "c9",
      data: { half: true },
    });
    expect(JSON.stringify((await swarm.describe("a")).tools)).not.toMatch(/state|context|emit/);
  });

  const orders = tool(({ user, status }) => `${status ?? "all"} orders of ${user}`, {
    name: "orders",
    schema: z.object({ user: z.string(), status: z.string().optional() }),
  });
  const ownOrders = injectArguments(orders, {
    user: ({ context }) =>
      typeof context === "object" && context !== null ? (context as { user?: string }).user : undefined,
  });

  it("[B95][B98] fills injected arguments in from the context and hides them from the model", async () => {
    const { answers } = await act([ownOrders], [{ tool: "orders", args: { status: "open", user: "somebody else" } }], {
      config: { context: { user: "ada" } },
    });
    expect(answers[0]?.text).toBe("open orders of ada");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel(), tools: [ownOrders] } } });
    expect(JSON.stringify((await swarm.describe("a")).tools)).not.toContain('"user"');
  });

  it.each([undefined, null, "ada", { other: 1 }])(
    "[B95][B98] answers with an error where a required one is missing (context %j)",
    async (context) => {
      const { answers } = await act([ownOrders], [{ tool: "orders", args: {} }], { config: { context } });
      expect(answers[0]).toMatchObject({ status: "error", content: expect.stringContaining('needs "user"') });
    },
  );

  it("[B95] leaves an injected argument out that is optional and missing", async () => {
    const optional = injectArguments(orders, { status: () => undefined });
    const { answers } = await act([optional], [{ tool: "orders", args: { user: "ada" } }]);
    expect(answers[0]?.text).toBe("all orders of ada");
  });

  it("[B96] offers only the tools with the agent's tags", async () => {
    const tagged = (name: string, tags: string[]) => tool(() => name, { name, schema: nothing, tags });
    const tools = [tagged("read", ["safe"]), tagged("delete", ["danger"]), tagged("both", ["safe", "danger"]), echo];
    const model = scriptedModel().tool("delete").say("no");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools, toolTags: ["safe"] } } });
    const { messages } = await swarm.compile().invoke(says());
    expect(model.calls[0]?.tools).toEqual(["read", "both"]);
    expect(toolMessages(messages)[0]?.status).toBe("error");
  });

  it("[B97] takes local tools, tools with a JSON schema and a provider's own in one list", async () => {
    const fromServer = new DynamicStructuredTool({
      name: "lookup",
      description: "A tool as an MCP adapter makes it.",
      schema: { type: "object", properties: { key: { type: "string" } }, required: ["key"] },
      func: async ({ key }: { key: string }) => `value of ${key}`,
    });
    const model = scriptedModel()
      .callAll([
        { tool: "lookup", args: { key: "k" } },
        { tool: "echo", args: { text: "t" } },
      ])
      .say("done");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model, tools: [echo, fromServer, { type: "web_search" }] } },
    });
    const { messages } = await swarm.compile().invoke(says());
    expect(model.calls[0]?.toolDefinitions).toHaveLength(3);
    expect(model.calls[0]?.toolDefinitions[2]).toEqual({ type: "web_search" });
    expect(toolMessages(messages).map(({ text }) => text)).toEqual(["value of k", "t"]);
  });

  it("[B99] runs several calls at once, answers in call order, and one failure spares the others", async () => {
    const order: string[] = [];
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = tool(
      async () => {
        order.push("first starts");
        await gate;
        order.push("first ends");
        return "one";
      },
      { name: "first", schema: nothing },
    );
    const second = tool(
      () => {
        order.push("second");
        release();
        throw new Error("two");
      },
      { name: "second", schema: nothing },
    );
    const { answers } = await act(
      [first, second, echo],
      [{ tool: "first" }, { tool: "second" }, { tool: "echo", args: { text: "three" } }],
    );
    expect(order).toEqual(["first starts", "second", "first ends"]);
    expect(answers.map(({ text }) => text)).toEqual(["one", "Error: two", "three"]);
  });

  it("[B99] has a typed error for a tool node that is entered without calls", async () => {
    const { tools } = createAgentNode({ name: "a", model: scriptedModel(), tools: [echo] });
    await expect(tools({ messages: [] })).rejects.toMatchObject({ code: "NO_TOOL_CALLS", agent: "a" });
  });

  const State = Annotation.Root({
    city: Annotation<string>(),
    country: Annotation<string>(),
    total: Annotation<number>({ reducer: (left, right) => left + right, default: () => 0 }),
  });
  const setter = (name: string, update: Record<string, unknown>) =>
    tool(() => new Command({ update }) as unknown as string, { name, schema: nothing });

  it("[B100] lets a tool update the state, beside plain results", async () => {
    const set = setter("set", { city: "Oslo" });
    const withMessage = tool(
      (_input, config) => {
        const { toolCallId } = config as unknown as { toolCallId: string };
        return new Command({
          update: { country: "Norway", messages: [new ToolMessage({ content: "noted", tool_call_id: toolCallId })] },
        }) as unknown as string;
      },
      { name: "note", schema: nothing },
    );
    const { state, answers } = await act(
      [set, withMessage, echo],
      [{ tool: "set" }, { tool: "note" }, { tool: "echo", args: { text: "plain" } }],
      { state: State },
    );
    expect(state).toMatchObject({ city: "Oslo", country: "Norway" });
    expect(answers.map(({ text }) => text)).toEqual(["Done.", "noted", "plain"]);
  });

  it("[B101] merges the updates of parallel tools by the channels' own rules", async () => {
    const warnings: Diagnostic[] = [];
    const tools = [
      setter("one", { city: "Oslo", total: 3 }),
      setter("two", { country: "Norway", total: 4 }),
      setter("three", { city: "Bergen" }),
    ];
    const { state } = await act(tools, [{ tool: "one" }, { tool: "two" }, { tool: "three" }], {
      state: State,
      onDiagnostic: (warning) => warnings.push(warning),
    });
    expect(state).toMatchObject({ city: "Bergen", country: "Norway", total: 7 });
    expect(warnings).toMatchObject([{ code: "STATE_CONFLICT", path: "state.city" }]);
  });

  it.each(["activeAgent", "handoffs", "turn", "outcome"])(
    "[B101] refuses a tool that writes the engine's %s",
    async (channel) => {
      const { answers, state } = await act([setter("set", { [channel]: "x", city: "Oslo" })], [{ tool: "set" }], {
        state: State,
      });
      expect(answers[0]).toMatchObject({ status: "error", content: expect.stringContaining(channel) });
      expect(state["city"]).toBeUndefined();
      expect(state.activeAgent).toBe("a");
    },
  );

  it("refuses a tool that says where to go", async () => {
    const jump = tool(() => new Command({ goto: "b" }) as unknown as string, { name: "jump", schema: nothing });
    const { answers } = await act([jump], [{ tool: "jump" }]);
    expect(answers[0]).toMatchObject({ status: "error", content: expect.stringContaining("hand off instead") });
  });

  it("[B102] shares the context by reference, also with an agent that is a tool", async () => {
    const context = { notes: [] as string[] };
    const write = tool(
      (_input, config) => {
        (config as unknown as { context: typeof context }).context.notes.push("inner");
        return "written";
      },
      { name: "write", schema: nothing },
    );
    const inner = new SwarmAgent({
      entry: "helper",
      agents: { helper: { model: scriptedModel().tool("write").say("helped"), tools: [write] } },
    });
    const outerWrite = tool(
      (_input, config) => {
        const { notes } = (config as unknown as { context: typeof context }).context;
        notes.push("outer");
        return notes.join(", ");
      },
      { name: "read_and_write", schema: nothing },
    );
    const helper = inner.agentTool({ name: "ask_helper", description: "Asks the helper." });
    const model = scriptedModel().tool("ask_helper", { input: "help" }).tool("read_and_write").say("done");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [helper, outerWrite] } } });
    const { messages } = await swarm.compile().invoke(says(), { context });
    expect(context.notes).toEqual(["inner", "outer"]);
    expect(toolMessages(messages).map(({ text }) => text)).toEqual(["helped", "inner, outer"]);
  });

  it("[B103] runs an agent as a tool with a fresh history, and keeps one call and one result", async () => {
    const helperModel = scriptedModel().handoff("expert");
    const expert = scriptedModel().say("the expert's answer").say("again");
    const inner = new SwarmAgent({
      entry: "helper",
      agents: { helper: { model: helperModel }, expert: { model: expert } },
    });
    const model = scriptedModel()
      .tool("ask", { input: "What is it?" })
      .tool("ask_expert", { input: "And this?" })
      .say("done");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: {
          model,
          tools: [
            inner.agentTool({ name: "ask", description: "Asks." }),
            inner.agentTool({ name: "ask_expert", description: "Asks the expert.", agent: "expert" }),
          ],
        },
      },
    });
    const { messages } = await swarm.compile().invoke(says("A secret of the caller's"));
    expect(shape(promptOf(helperModel))).toEqual(["human: What is it?"]);
    expect(shape(promptOf(expert, 2))).toEqual(["human: And this?"]);
    expect(shape(messages)).toEqual([
      "human: A secret of the caller's",
      "ai: [ask]",
      "tool: the expert's answer",
      "ai: [ask_expert]",
      "tool: again",
      "ai: done",
    ]);
  });

  it("[B104] tells the model what is optional, what is default and what it means", async () => {
    const search = tool(() => "", {
      name: "search",
      schema: z.object({
        query: z.string().describe("What to look for."),
        limit: z.number().default(5),
        lang: z.string().optional(),
      }),
    });
    const { tools } = await new SwarmAgent({
      entry: "a",
      agents: { a: { model: scriptedModel(), tools: [search] } },
    }).describe("a");
    expect(tools[0]).toMatchObject({
      function: { parameters: { properties: { query: { description: "What to look for." }, limit: { default: 5 } } } },
    });
    const { required } = (tools[0] as { function: { parameters: { required: string[] } } }).function.parameters;
    expect(required).toContain("query");
    expect(required).not.toContain("lang");
  });

  it("answers arguments that do not fit the schema with what is wrong", async () => {
    const { add, runs } = addTool();
    const { answers } = await act([add], [{ tool: "add", args: { a: "one", b: 2 } }]);
    expect(runs.count).toBe(0);
    expect(answers[0]).toMatchObject({ status: "error" });
    expect(answers[0]?.text).toMatch(/schema|expected number/i);
  });

  it("keeps head and tail of a huge result, and says what is missing", async () => {
    const { answers } = await act([returning(`start${"x".repeat(5_000_000)}end`)], [{ tool: "give" }]);
    const text = answers[0]?.text ?? "";
    expect(text.length).toBeLessThanOrEqual(100_000);
    expect(text).toMatch(/^start.*characters left out.*end$/s);
  });

  it("does not let a tool change the log through its arguments", async () => {
    const meddler = tool(
      (input) => {
        (input as { list: number[] }).list.push(666);
        return "ok";
      },
      { name: "meddle", schema: z.object({ list: z.array(z.number()) }) },
    );
    const { state } = await act([meddler], [{ tool: "meddle", args: { list: [1] } }]);
    expect(JSON.stringify(state.messages[1])).not.toContain("666");
  });
});
