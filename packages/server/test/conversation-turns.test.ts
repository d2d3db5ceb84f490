import { scriptedModel } from "swarmgraph/testing";
import type { ScriptedModel } from "swarmgraph/testing";
import { Agents } from "../src/agents/agents.ts";
import { Conversations } from "../src/conversations/conversations.ts";
import { memoryConversationStore } from "../src/conversations/store.ts";
import type { Entry } from "../src/wire/entries.ts";
import { describe, expect, it } from "vitest";
import { calcFormat, seedAgents, build, goldenA, goldenB, types, eventsIn } from "./conversation-parts.ts";

describe("the turns of conversations", () => {
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
});
