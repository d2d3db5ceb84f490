import { tool } from "@langchain/core/tools";
import { InMemoryStore, MemorySaver } from "@langchain/langgraph";
import type { ChatModel } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import type { ScriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Agents } from "../src/agents/agents.ts";
import { Conversations } from "../src/conversations/conversations.ts";
import type { ConversationsOptions } from "../src/conversations/options.ts";
import { conversationStoreOn, memoryConversationStore } from "../src/conversations/store.ts";
import type { Entry } from "../src/wire/entries.ts";
import type { ConversationEvent } from "../src/wire/events.ts";

/** Stands for the web. */
const webSearch = tool(
  () => [
    "[1] United States Fed Funds Interest Rate: 4.50 percent",
    {
      references: [
        { tool: "web_search", title: "United States Fed Funds Interest Rate", url: "https://tradingeconomics.com/us" },
      ],
    },
  ],
  {
    name: "web_search",
    description: "Searches the web.",
    schema: z.object({ query: z.string() }),
    responseFormat: "content_and_artifact",
  },
);

/** Stands for the interpreter. */
const interpreter = tool(
  () => ["drawn", { files: [{ fileId: "file_1", fileName: "chart.svg", fileType: "image/svg+xml" }] }],
  {
    name: "code_interpreter",
    description: "Runs code.",
    schema: z.object({ code: z.string() }),
    responseFormat: "content_and_artifact",
  },
);

const rateFunction = {
  type: "function" as const,
  function: {
    name: "get_european_central_bank_interest_rate",
    description: "Retrieve the real interest rate of European central bank.",
    parameters: { type: "object", properties: { date: { type: "string" } }, required: ["date"] },
  },
};

const calcFormat = {
  type: "json_schema" as const,
  json_schema: {
    name: "calc_result",
    schema: {
      type: "object",
      properties: { reasoning: { type: "string" }, result: { type: "string" } },
      required: ["reasoning", "result"],
    },
  },
};

/** The seed's five agents; each model's name is its agent's. */
async function seedAgents() {
  const agents = new Agents();
  const finance = await agents.create({
    model: "finance",
    name: "finance-agent",
    description: "Answers financial requests",
  });
  const web = await agents.create({
    model: "web",
    name: "websearch-agent",
    description: "Searches online",
    tools: [{ type: "web_search" }],
  });
  const ecb = await agents.create({
    model: "ecb",
    name: "ecb-interest-rate-agent",
    description: "Knows the rate",
    tools: [rateFunction],
  });
  const graph = await agents.create({
    model: "graph",
    name: "graph-drawing-agent",
    instructions: "Use the code interpreter tool when you have to draw a graph.",
    tools: [{ type: "code_interpreter" }],
  });
  const calculator = await agents.create({
    model: "calculator",
    name: "calculator-agent",
    instructions: "Explain step by step.",
    completion_args: { response_format: calcFormat, temperature: 0.3 },
  });
  await agents.update(finance.id, { handoffs: [ecb.id, web.id] });
  await agents.update(ecb.id, { handoffs: [graph.id, calculator.id] });
  await agents.update(web.id, { handoffs: [graph.id, calculator.id] });
  return { agents, finance, web, ecb, graph, calculator };
}

function build(agents: Agents, models: Record<string, ChatModel>, more: Partial<ConversationsOptions> = {}) {
  return new Conversations({
    agents,
    modelFor: (name) => models[name] ?? scriptedModel(),
    builtIn: ({ type }) =>
      type === "web_search" ? [webSearch] : type === "code_interpreter" ? [interpreter] : undefined,
    ...more,
  });
}

/** Golden A: the United States' rate, and its effect. */
function goldenA() {
  return {
    finance: scriptedModel().handoff("websearch-agent"),
    web: scriptedModel().tool("web_search", { query: "US interest rate" }).handoff("calculator-agent", undefined, {
      text: "The current US bank interest rate is 4.50 percent [1].\n\nI will now handoff the conversation to the calculator agent.",
    }),
    calculator: scriptedModel().say('{"result":"$1,540.10","reasoning":"A = P(1 + r/n)^(nt)"}'),
  };
}

/** Golden B: the European rate by a function of the client's, then a graph. */
function goldenB() {
  return {
    finance: scriptedModel().handoff("ecb-interest-rate-agent"),
    ecb: scriptedModel()
      .tool("get_european_central_bank_interest_rate", { date: "2025-04-10" }, { id: "6TI17yZkV" })
      .handoff("graph-drawing-agent"),
    graph: scriptedModel().say("I will draw it.").truncate(),
  };
}

const types = (entries: readonly { readonly type: string }[]) => entries.map(({ type }) => type);

async function eventsIn(run: AsyncGenerator<ConversationEvent, unknown>): Promise<ConversationEvent[]> {
  const events: ConversationEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

describe("conversations", () => {
  it("[B146][B152] reproduce golden A entry by entry", async () => {
    const { agents, finance, web, calculator } = await seedAgents();
    const models = goldenA();
    const {
      outputs,
      conversation_id: id,
      usage,
    } = await build(agents, models).start({
      agent_id: finance.id,
      inputs:
        "Fetch the current US bank interest rate and calculate the compounded effect if investing for the next 10y",
    });
    expect(id).toMatch(/^conv_[0-9a-f]{32}$/);
    expect(outputs).toMatchObject([
      {
        type: "agent.handoff",
        previous_agent_id: finance.id,
        previous_agent_name: "finance-agent",
        next_agent_id: web.id,
        next_agent_name: "websearch-agent",
      },
      { type: "tool.execution", name: "web_search", arguments: '{"query":"US interest rate"}', agent_id: web.id },
      {
        type: "message.output",
        agent_id: web.id,
        model: "web",
        content: [
          { type: "text", text: "The current US bank interest rate is 4.50 percent" },
          { type: "tool_reference", tool: "web_search", title: "United States Fed Funds Interest Rate" },
          { type: "text", text: ".\n\nI will now handoff the conversation to the calculator agent." },
        ],
      },
      { type: "agent.handoff", previous_agent_id: web.id, next_agent_id: calculator.id },
      {
        type: "message.output",
        agent_id: calculator.id,
        content: '{"result":"$1,540.10","reasoning":"A = P(1 + r/n)^(nt)"}',
      },
    ]);
    expect(usage.connectors).toEqual({ web_search: 1 });
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
    expect(new Set(outputs.map((entry) => entry.id)).size).toBe(5);
    expect(models.calculator.calls[0]?.options).toMatchObject({ response_format: calcFormat, temperature: 0.3 });
    expect(models.web.calls[0]?.options).not.toHaveProperty("response_format");
  });

  it("find an agent's model when it is needed, with the agent's settings", async () => {
    const agents = new Agents();
    const model = scriptedModel().say("x").repeat();
    const conversations = new Conversations({ agents, modelFor: () => async () => model });
    for (const completion_args of [{ temperature: 0.3 }, {}]) {
      const { id } = await agents.create({ model: "any", name: "a", completion_args });
      const { outputs } = await conversations.start({ agent_id: id, inputs: "Hi" });
      expect(outputs).toMatchObject([{ content: "x" }]);
    }
    expect(model.calls.map(({ options }) => options["temperature"])).toEqual([0.3, undefined]);
  });

  it("tell the time of an entry that was stored before its turn was cut off as it was told since", async () => {
    const agents = new Agents();
    const { id: agent_id } = await agents.create({ model: "m", name: "a" });
    const store = memoryConversationStore();
    const conversations = build(agents, { m: scriptedModel().say("x").say("y") }, { store });
    const { conversation_id: id } = await conversations.start({ agent_id, inputs: "a" });
    const record = await store.get(id);
    if (record === undefined) throw new Error("the conversation was not stored");
    await store.put({ ...record, times: {} });
    const { entries } = await conversations.history(id);
    expect(entries.map(({ created_at: at }) => at)).toEqual([record.updated_at, record.updated_at]);
    await conversations.append(id, { inputs: "b" });
    expect((await conversations.history(id)).entries.slice(0, 2)).toEqual(entries);
  });

  it("[B147][B143] reproduce golden B: stop at the client's function, and go on with its result", async () => {
    const { agents, finance, ecb, graph } = await seedAgents();
    const models = {
      ...goldenB(),
      graph: scriptedModel()
        .tool("code_interpreter", { code: "draw()" }, { text: "I will draw it." })
        .say("Here is the graph."),
    };
    const conversations = build(agents, models);
    const first = await conversations.start({
      agent_id: finance.id,
      inputs: "Given the interest rate of the European Central Bank as of jan 2025, plot a graph",
    });
    expect(first.outputs).toMatchObject([
      { type: "agent.handoff", next_agent_id: ecb.id },
      {
        type: "function.call",
        name: "get_european_central_bank_interest_rate",
        tool_call_id: "6TI17yZkV",
        arguments: '{"date":"2025-04-10"}',
      },
    ]);
    const second = await conversations.append(first.conversation_id, {
      inputs: [{ type: "function.result", tool_call_id: "6TI17yZkV", result: "2.5%" }],
    });
    expect(second.outputs).toMatchObject([
      { type: "agent.handoff", previous_agent_id: ecb.id, next_agent_id: graph.id },
      { type: "message.output", content: "I will draw it." },
      { type: "tool.execution", name: "code_interpreter" },
      {
        type: "message.output",
        content: [
          {
            type: "tool_file",
            tool: "code_interpreter",
            file_id: "file_1",
            file_name: "chart.svg",
            file_type: "image/svg+xml",
          },
          { type: "text", text: "Here is the graph." },
        ],
      },
    ]);
    const { entries } = await conversations.history(first.conversation_id);
    expect(types(entries)).toEqual([
      "message.input",
      "agent.handoff",
      "function.call",
      "function.result",
      "agent.handoff",
      "message.output",
      "tool.execution",
      "message.output",
    ]);
    expect(types((await conversations.messages(first.conversation_id)).messages)).toEqual([
      "message.input",
      "message.output",
      "message.output",
    ]);
    expect(entries.every(({ created_at: at }) => !Number.isNaN(Date.parse(at)))).toBe(true);
  });

  it("[B149] stream the same entries as events, in order, each begun and ended", async () => {
    const { agents, finance } = await seedAgents();
    const events = await eventsIn(build(agents, goldenA()).startStream({ agent_id: finance.id, inputs: "Go" }));
    const order = types(events).filter((type, index, all) => type !== all[index - 1]);
    expect(order).toEqual([
      "conversation.response.started",
      "agent.handoff.started",
      "agent.handoff.done",
      "tool.execution.started",
      "tool.execution.done",
      "message.output.delta",
      "agent.handoff.started",
      "agent.handoff.done",
      "message.output.delta",
      "conversation.response.done",
    ]);
    const started = events.filter(({ type }) => type === "agent.handoff.started") as {
      id: string;
      output_index: number;
    }[];
    const done = events.filter(({ type }) => type === "agent.handoff.done") as { id: string; output_index: number }[];
    expect(done.map(({ id, output_index: at }) => [id, at])).toEqual(
      started.map(({ id, output_index: at }) => [id, at]),
    );
    const texts = events.flatMap((event) =>
      event.type === "message.output.delta" && typeof event.content === "string" ? [event.content] : [],
    );
    expect(texts.length).toBeGreaterThan(4);
    expect(texts.join("")).toContain("4.50 percent");
  });

  it("[B145] stop at a handoff for the client, which lets it through, redirects or refuses it", async () => {
    const { agents, finance, web, ecb } = await seedAgents();
    const begin = async (models: Record<string, ScriptedModel>) => {
      const conversations = build(agents, models);
      const { outputs, conversation_id: id } = await conversations.start({
        agent_id: finance.id,
        inputs: "Go",
        handoff_execution: "client",
      });
      expect(outputs).toMatchObject([{ type: "agent.handoff", next_agent_id: web.id }]);
      return { conversations, id, pending: outputs[0] as Entry };
    };
    const say = (text: string) => scriptedModel().say(text);
    const accepted = await begin({ finance: scriptedModel().handoff("websearch-agent"), web: say("web here") });
    expect((await accepted.conversations.append(accepted.id, {})).outputs).toMatchObject([
      { type: "message.output", content: "web here", agent_id: web.id },
    ]);

    const sent = await begin({ finance: scriptedModel().handoff("websearch-agent"), ecb: say("ecb here") });
    const elsewhere = {
      type: "agent.handoff",
      previous_agent_id: finance.id,
      previous_agent_name: "f",
      next_agent_id: ecb.id,
      next_agent_name: "e",
    };
    expect((await sent.conversations.append(sent.id, { inputs: [elsewhere] })).outputs).toMatchObject([
      { content: "ecb here", agent_id: ecb.id },
    ]);

    const refusing = scriptedModel().handoff("websearch-agent").say("Then I answer.");
    const refused = await begin({ finance: refusing });
    const back = { ...elsewhere, next_agent_id: finance.id };
    const reason = { type: "message.input", role: "user", content: "No web, please." };
    expect((await refused.conversations.append(refused.id, { inputs: [back, reason] })).outputs).toMatchObject([
      { content: "Then I answer.", agent_id: finance.id },
    ]);
    expect(JSON.stringify(refusing.calls[1]?.messages)).toContain("No web, please.");

    const confirmed = await begin({ finance: scriptedModel().handoff("websearch-agent"), web: say("web here") });
    const confirmation = [{ tool_call_id: confirmed.pending.id, confirmation: "allow" }];
    expect(
      (await confirmed.conversations.append(confirmed.id, { tool_confirmations: confirmation })).outputs,
    ).toHaveLength(1);

    const unclear = await begin({ finance: scriptedModel().handoff("websearch-agent") });
    await expect(unclear.conversations.append(unclear.id, { inputs: "What now?" })).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining(web.id) as string,
    });
    await expect(
      unclear.conversations.append(unclear.id, { inputs: [{ ...elsewhere, next_agent_id: "ag_nobody" }] }),
    ).rejects.toMatchObject({ status: 422 });
  });

  it('let later handoffs through by themselves where the client goes on with "server"', async () => {
    const { agents, finance, web } = await seedAgents();
    const models = {
      finance: scriptedModel().handoff("websearch-agent"),
      web: scriptedModel().handoff("calculator-agent"),
      calculator: scriptedModel().say("{}"),
    };
    const conversations = build(agents, models);
    const { conversation_id: id } = await conversations.start({
      agent_id: finance.id,
      inputs: "Go",
      handoff_execution: "client",
    });
    const { outputs } = await conversations.append(id, { handoff_execution: "server" });
    expect(types(outputs)).toEqual(["agent.handoff", "message.output"]);
    expect(outputs[0]).toMatchObject({ previous_agent_id: web.id });
  });

  it("[B123] wait for tools that need a confirmation, and run or refuse them", async () => {
    const agents = new Agents();
    const tools = [{ type: "web_search" as const, tool_configuration: { requires_confirmation: ["web_search"] } }];
    const agent = await agents.create({ model: "m", name: "careful", tools });
    for (const [confirmation, expected] of [
      ["allow", ["tool.execution", "message.output"]],
      ["deny", ["message.output"]],
    ] as const) {
      const m = scriptedModel().tool("web_search", { query: "x" }, { id: "callid123" }).say("done");
      const conversations = build(agents, { m });
      const first = await conversations.start({ agent_id: agent.id, inputs: "Search" });
      expect(first.outputs).toMatchObject([
        { type: "function.call", tool_call_id: "callid123", confirmation_status: "pending" },
      ]);
      const second = await conversations.append(first.conversation_id, {
        tool_confirmations: [{ tool_call_id: "callid123", confirmation }],
      });
      expect(types(second.outputs)).toEqual(expected);
    }
  });

  it("refuse an append that answers nothing of what they wait for, and one that says nothing", async () => {
    const { agents, finance } = await seedAgents();
    const conversations = build(agents, { ...goldenB(), calculator: scriptedModel().say("hi") });
    const { conversation_id: id } = await conversations.start({ agent_id: finance.id, inputs: "Go" });
    await expect(conversations.append(id, { inputs: "hello?" })).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining("6TI17yZkV") as string,
    });
    await expect(conversations.append(id, { inputs: "x", store: false })).rejects.toMatchObject({ status: 422 });
    const plain = await conversations.start({ model: "calculator", inputs: "Hi" });
    await expect(conversations.append(plain.conversation_id, {})).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining("say something") as string,
    });
  });

  it("stay with the agent that has the conversation", async () => {
    const { agents, finance, calculator } = await seedAgents();
    const models = goldenA();
    const conversations = build(agents, models);
    const { conversation_id: id } = await conversations.start({ agent_id: finance.id, inputs: "Go" });
    models.calculator.say('{"result":"2"}');
    expect((await conversations.append(id, { inputs: "And for 2 years?" })).outputs).toMatchObject([
      { agent_id: calculator.id, content: '{"result":"2"}' },
    ]);
  });

  it("[B130] begin anew from an entry, and leave the first one as it was", async () => {
    const agents = new Agents();
    const agent = await agents.create({ model: "m", name: "one" });
    const m = scriptedModel().say("first").say("second").say("again").say("else").say("other");
    const conversations = build(agents, { m });
    const { conversation_id: id } = await conversations.start({ agent_id: agent.id, inputs: "a" });
    await conversations.append(id, { inputs: "b" });
    const { entries } = await conversations.history(id);
    const [a, first, b] = entries as [Entry, Entry, Entry];
    const anew = await conversations.restart(id, { from_entry_id: b.id });
    expect(anew.outputs).toMatchObject([{ content: "again" }]);
    expect(anew.conversation_id).not.toBe(id);
    expect(
      (await conversations.history(anew.conversation_id)).entries.map(
        (entry) => (entry as { content: unknown }).content,
      ),
    ).toEqual(["a", "first", "b", "again"]);
    const other = await conversations.restart(id, { from_entry_id: first.id, inputs: "c" });
    expect(
      (await conversations.history(other.conversation_id)).entries.map(
        (entry) => (entry as { content: unknown }).content,
      ),
    ).toEqual(["a", "first", "c", "else"]);
    const early = await conversations.restart(id, { from_entry_id: a.id });
    expect(early.outputs).toMatchObject([{ content: "other" }]);
    expect((await conversations.history(id)).entries).toEqual(entries);
    await expect(conversations.restart(id, { from_entry_id: "msg_none" })).rejects.toMatchObject({ status: 404 });
    await expect(conversations.restart(id, { from_entry_id: first.id })).rejects.toMatchObject({ status: 422 });
  });

  it("[B131] keep nothing with store: false", async () => {
    const agents = new Agents();
    const agent = await agents.create({ model: "m", name: "one" });
    const conversations = build(agents, { m: scriptedModel().say("x").say("kept").say("not kept") });
    const { conversation_id: id, outputs } = await conversations.start({
      agent_id: agent.id,
      inputs: "a",
      store: false,
    });
    expect(outputs).toHaveLength(1);
    await expect(conversations.history(id)).rejects.toMatchObject({ status: 404 });
    const stored = await conversations.start({ agent_id: agent.id, inputs: "a" });
    const passing = await conversations.append(stored.conversation_id, { inputs: "b", store: false });
    expect(passing.outputs).toMatchObject([{ content: "not kept" }]);
    expect((await conversations.history(stored.conversation_id)).entries).toHaveLength(2);
  });

  it("[B151] begin with entries of any type, and pass over what they do not know", async () => {
    const { agents, finance, ecb } = await seedAgents();
    const model = scriptedModel().say("2.5, then.");
    const { outputs, conversation_id: id } = await build(agents, { ecb: model }).start({
      agent_id: finance.id,
      inputs: [
        { type: "message.input", role: "user", content: "What is the rate?" },
        { type: "agent.handoff", agent_id: ecb.id, agent_name: "ecb-interest-rate-agent" },
        {
          type: "function.call",
          tool_call_id: "abcdefghi",
          name: "get_european_central_bank_interest_rate",
          arguments: { date: "today" },
          agent_id: ecb.id,
        },
        { type: "function.result", tool_call_id: "abcdefghi", result: "2.5" },
        { type: "tool.execution", name: "web_search", arguments: "{}", info: { found: 1 } },
        { type: "message.output", content: [{ type: "text", text: "It is 2.5." }], agent_id: ecb.id },
        { type: "something.new", content: "?" },
        {
          type: "message.input",
          role: "user",
          content: [
            { type: "text", text: "Sure?" },
            { type: "document_url", document_url: "https://x.example/d" },
          ],
        },
      ],
    });
    expect(id).toMatch(/^conv_/);
    expect(outputs).toMatchObject([{ type: "message.output", agent_id: ecb.id }]);
    expect(JSON.stringify(model.calls[0]?.messages)).toContain("https://x.example/d");
  });

  it("are listed, told of, and deleted", async () => {
    const agents = new Agents();
    const agent = await agents.create({ model: "m", name: "one" });
    const conversations = build(agents, { m: scriptedModel().say("x").repeat() });
    const ids = [];
    for (const name of ["1", "2", "3"])
      ids.push(
        (await conversations.start({ agent_id: agent.id, inputs: "a", name, metadata: { n: name } })).conversation_id,
      );
    const lonely = await conversations.start({ model: "m", inputs: "a", instructions: "Be kind." });
    expect(await conversations.get(ids[0] as string)).toMatchObject({
      object: "conversation",
      agent_id: agent.id,
      name: "1",
      metadata: { n: "1" },
    });
    expect(await conversations.get(lonely.conversation_id)).toMatchObject({ model: "m", instructions: "Be kind." });
    const listed = async (options: Parameters<Conversations["list"]>[0]) =>
      (await conversations.list(options)).map(({ id }) => id);
    expect(await listed({ page: 0, page_size: 2 })).toEqual([ids[0], ids[1]]);
    expect(await listed({ page: 1, page_size: 2 })).toEqual([ids[2], lonely.conversation_id]);
    expect(await listed({ metadata: { n: "2" } })).toEqual([ids[1]]);
    expect(await listed({ metadata: { n: "2" }, page: 1 })).toEqual([]);
    await conversations.delete(ids[0] as string);
    for (const call of [
      conversations.get(ids[0] as string),
      conversations.append(ids[0] as string, { inputs: "x" }),
      conversations.delete("conv_x"),
    ]) {
      await expect(call).rejects.toMatchObject({ status: 404, code: "conversation_not_found" });
    }
  });

  it("are kept in any LangGraph store, and listed oldest first over all its pages", async () => {
    const agents = new Agents();
    const { id: agent_id } = await agents.create({ model: "m", name: "one" });
    const store = conversationStoreOn(new InMemoryStore());
    const conversations = build(agents, { m: scriptedModel().say("x").repeat() }, { store });
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push((await conversations.start({ agent_id, inputs: "a" })).conversation_id);
    }
    await conversations.append(ids[0] as string, { inputs: "b" });
    const record = await store.get(ids[2] as string);
    for (let count = 0; count < 150; count += 1) {
      const id = `conv_${String(count).padStart(3, "0")}`;
      await store.put({ ...record, id, created_at: `2999-01-01T00:00:00.${String(count).padStart(3, "0")}Z` } as never);
    }
    const listed = (await conversations.list({ page_size: 1000 })).map(({ id }) => id);
    expect(listed.slice(0, 3)).toEqual(ids);
    expect([listed.length, listed.at(-1)]).toEqual([153, "conv_149"]);
    await conversations.delete(ids[1] as string);
    expect(await store.get(ids[1] as string)).toBeUndefined();
    expect((await conversations.list({ page_size: 2 })).map(({ id }) => id)).toEqual([ids[0], ids[2]]);
  });

  it("run their turns one after the other, and lose none of them", async () => {
    const agents = new Agents();
    const agent = await agents.create({ model: "m", name: "one" });
    const conversations = build(agents, { m: scriptedModel().say("x").repeat() });
    const { conversation_id: id } = await conversations.start({ agent_id: agent.id, inputs: "0" });
    await Promise.all(["1", "2", "3", "4"].map((inputs) => conversations.append(id, { inputs })));
    const { messages } = await conversations.messages(id);
    expect(
      messages
        .filter(({ type }) => type === "message.input")
        .map(({ content }) => content)
        .sort(),
    ).toEqual(["0", "1", "2", "3", "4"]);
    expect(types(messages)).toEqual(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? "message.input" : "message.output")),
    );
  });

  it("are there for another server on the same store, also while they wait", async () => {
    const { agents, finance } = await seedAgents();
    const shared = { checkpointer: new MemorySaver(), store: memoryConversationStore() };
    const models = { ...goldenB(), graph: scriptedModel().say("drawn") };
    const { conversation_id: id } = await build(agents, models, shared).start({ agent_id: finance.id, inputs: "Go" });
    const other = build(agents, models, shared);
    const before = (await other.history(id)).entries;
    const { outputs } = await other.append(id, {
      inputs: [{ type: "function.result", tool_call_id: "6TI17yZkV", result: "2.5%" }],
    });
    expect(types(outputs)).toEqual(["agent.handoff", "message.output"]);
    expect((await other.history(id)).entries.slice(0, before.length)).toEqual(before);
  });

  it("stay usable after a failed turn, whose error has the status that fits", async () => {
    const agents = new Agents();
    const agent = await agents.create({ model: "m", name: "one" });
    const conversations = build(agents, { m: scriptedModel().fail(400).say("fine now").repeat() });
    const failing = conversations.start({ agent_id: agent.id, inputs: "a" });
    await expect(failing).rejects.toMatchObject({ name: "MistralError", status: 502, code: "provider_rejected" });
    const [{ id } = { id: "" }] = await conversations.list();
    expect((await conversations.append(id, { inputs: "b" })).outputs).toMatchObject([{ content: "fine now" }]);
  });

  it("name what is wrong: an unknown agent, a tool that there is not, a foreign field", async () => {
    const agents = new Agents();
    const conversations = build(agents, {});
    await expect(conversations.start({ agent_id: "ag_x", inputs: "a" })).rejects.toMatchObject({
      status: 404,
      detail: [{ loc: ["body", "agent_id"] }],
    });
    const drawing = await agents.create({ model: "m", name: "painter", tools: [{ type: "image_generation" }] });
    await expect(conversations.start({ agent_id: drawing.id, inputs: "a" })).rejects.toMatchObject({
      status: 422,
      code: "tool_not_available",
    });
    await expect(conversations.start({ model: "m", inputs: "a", inptus: 1 })).rejects.toMatchObject({
      status: 422,
      detail: [{ loc: ["body", "inptus"], type: "extra_forbidden" }],
    });
  });
});
