import { tool } from "@langchain/core/tools";
import { InMemoryStore } from "@langchain/langgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Agents } from "../src/agents/agents.ts";
import { Conversations } from "../src/conversations/conversations.ts";
import type { ConversationsOptions } from "../src/conversations/options.ts";
import { conversationStoreOn } from "../src/conversations/store.ts";
import type { ConversationRecord } from "../src/conversations/store.ts";
import { MistralError } from "../src/wire/errors.ts";

const named = (name: string) => tool(() => `${name} ran`, { name, description: name, schema: z.object({}) });

function build(model: ReturnType<typeof scriptedModel>, more: Partial<ConversationsOptions> = {}) {
  const agents = new Agents();
  return { agents, conversations: new Conversations({ agents, modelFor: () => model, ...more }) };
}

const rate = { type: "function" as const, function: { name: "rate", parameters: { type: "object" } } };
const handoffIn = (outputs: readonly { readonly type: string }[]) =>
  outputs.find(({ type }) => type === "agent.handoff");

describe("the swarm of a conversation", () => {
  it("tells agents of one name apart by their ids", async () => {
    const model = scriptedModel();
    const { agents, conversations } = build(model);
    const one = await agents.create({ model: "m", name: "Ärzte?" });
    const other = await agents.create({ model: "m", name: "Ärzte?" });
    await agents.update(one.id, { handoffs: [other.id] });
    model.handoff(`_rzte__${other.id.slice(-8)}`).say("Here.");
    const { outputs } = await conversations.start({ agent_id: one.id, inputs: "Hi" });
    expect(outputs).toMatchObject([
      { type: "agent.handoff", previous_agent_id: one.id, next_agent_id: other.id, next_agent_name: "Ärzte?" },
      { type: "message.output", agent_id: other.id },
    ]);
  });

  it("goes around a cycle, and without an agent that was deleted since", async () => {
    const model = scriptedModel().handoff("second").handoff("first").say("Back.");
    const { agents, conversations } = build(model);
    const first = await agents.create({ model: "m", name: "first" });
    const second = await agents.create({ model: "m", name: "second", handoffs: [first.id] });
    const gone = await agents.create({ model: "m", name: "gone" });
    await agents.update(first.id, { handoffs: [second.id, gone.id] });
    await agents.delete(gone.id);
    const { outputs } = await conversations.start({ agent_id: first.id, inputs: "Hi" });
    expect(outputs).toMatchObject([{ next_agent_id: second.id }, { next_agent_id: first.id }, { content: "Back." }]);
    const offered = JSON.stringify(model.calls[0]?.tools);
    expect(offered).toContain("transfer_to_second");
    expect(offered).not.toContain("gone");
  });

  it("offers the tools that a configuration includes and does not exclude, and has those confirmed that there are", async () => {
    const model = scriptedModel().tool("b").say("Done.");
    const { agents, conversations } = build(model, { builtIn: () => ["a", "b", "c"].map(named) });
    const tool_configuration = { include: ["a", "b"], exclude: ["a"], requires_confirmation: ["b", "c"] };
    const agent = await agents.create({ model: "m", name: "one", tools: [{ type: "web_search", tool_configuration }] });
    const { outputs } = await conversations.start({ agent_id: agent.id, inputs: "Hi" });
    expect(outputs).toMatchObject([{ type: "function.call", name: "b", confirmation_status: "pending" }]);
    const offered = JSON.stringify(model.calls[0]?.tools);
    expect(["a", "b", "c"].map((name) => offered.includes(`"${name}"`))).toEqual([false, true, false]);
  });

  it("knows the name of a built-in tool that is a plain definition: it waits for the client", async () => {
    const model = scriptedModel().tool("look", { q: 1 });
    const plain = {
      type: "function" as const,
      function: { name: "look", description: "Looks", parameters: { type: "object" } },
    };
    const { agents, conversations } = build(model, { builtIn: () => [plain] });
    const agent = await agents.create({
      model: "m",
      name: "one",
      tools: [{ type: "web_search", tool_configuration: { exclude: ["other"] } }],
    });
    const { outputs } = await conversations.start({ agent_id: agent.id, inputs: "Hi" });
    expect(outputs).toMatchObject([{ type: "function.call", name: "look", arguments: '{"q":1}' }]);
  });

  it("has no tools of the server where none are given", async () => {
    const { agents, conversations } = build(scriptedModel());
    const agent = await agents.create({ model: "m", name: "one", tools: [{ type: "web_search" }] });
    await expect(conversations.start({ agent_id: agent.id, inputs: "Hi" })).rejects.toMatchObject({
      status: 422,
      code: "tool_not_available",
    });
  });

  it("that cannot be is refused by name, as a MistralError", async () => {
    const { agents, conversations } = build(scriptedModel());
    const agent = await agents.create({ model: "m", name: "twice", tools: [rate, rate] });
    const error: unknown = await conversations
      .start({ agent_id: agent.id, inputs: "Hi" })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 422, code: "agents_invalid" });
    expect((error as Error).message).toMatch(/"rate"/);
  });

  it("whose agents cannot be read fails as a MistralError that tells nothing of why", async () => {
    const agents = new Agents();
    const first = await agents.create({ model: "m", name: "first" });
    const second = await agents.create({ model: "m", name: "second", handoffs: [first.id] });
    const failing = (bad: string) => ({
      get: (id: string) => (id === bad ? Promise.reject(new Error("disk /secret is full")) : agents.get(id)),
    });
    for (const bad of [first.id, second.id]) {
      const conversations = new Conversations({ agents: failing(bad), modelFor: () => scriptedModel() });
      const error: unknown = await conversations
        .start({ agent_id: second.id, inputs: "Hi" })
        .catch((reason: unknown) => reason);
      expect(MistralError.is(error) && error.status).toBe(500);
      expect((error as Error).message).not.toContain("secret");
    }
  });
});

describe("a conversation's turn", () => {
  it("begins with the agent that the handoffs of its inputs end at, or with its own where that is unknown", async () => {
    const model = scriptedModel().say("x").repeat();
    const { agents, conversations } = build(model);
    const second = await agents.create({ model: "m", name: "second" });
    const first = await agents.create({ model: "m", name: "first", handoffs: [second.id] });
    const begin = async (agent_id: string) => {
      const handoff = { type: "agent.handoff", agent_id, agent_name: "?" };
      const { outputs } = await conversations.start({
        agent_id: first.id,
        inputs: [handoff, { role: "user", content: "Hi" }],
      });
      return outputs[0];
    };
    expect(await begin(second.id)).toMatchObject({ agent_id: second.id });
    expect(await begin("ag_gone")).toMatchObject({ agent_id: first.id });
  });

  it("answers inputs that end with an answer of the assistant's too", async () => {
    const { agents, conversations } = build(scriptedModel().say("Go on."));
    const agent = await agents.create({ model: "m", name: "one" });
    const inputs = [
      { role: "user", content: "Hi" },
      { type: "message.output", content: "Hello" },
    ];
    const { outputs, conversation_id: id } = await conversations.start({ agent_id: agent.id, inputs });
    expect(outputs).toMatchObject([{ content: "Go on." }]);
    expect((await conversations.history(id)).entries).toHaveLength(3);
  });

  it("on a model alone tells the model and no agent, at once and as events", async () => {
    const { conversations } = build(scriptedModel().say("Hi!").say("Hi!"));
    const { outputs, conversation_id: id } = await conversations.start({ model: "any", inputs: "Hi" });
    expect(outputs).toMatchObject([{ type: "message.output", model: "any" }]);
    expect(outputs[0]).not.toHaveProperty("agent_id");
    const told = await conversations.get(id);
    expect(told).toMatchObject({ model: "any" });
    expect(told).not.toHaveProperty("agent_id");
    for await (const event of conversations.startStream({ model: "any", inputs: "Hi" })) {
      expect((event as { agent_id?: unknown }).agent_id).toBeUndefined();
    }
  });

  it("that is begun anew with store: false leaves nothing", async () => {
    const { agents, conversations } = build(scriptedModel().say("a").say("b"));
    const agent = await agents.create({ model: "m", name: "one" });
    const { conversation_id: id } = await conversations.start({ agent_id: agent.id, inputs: "Hi" });
    const [hi] = (await conversations.history(id)).entries;
    const anew = await conversations.restart(id, { from_entry_id: hi?.id, store: false });
    expect(anew.outputs).toMatchObject([{ content: "b" }]);
    await expect(conversations.get(anew.conversation_id)).rejects.toMatchObject({ status: 404 });
    expect(await conversations.list()).toHaveLength(1);
  });

  it("lets a handoff through by its own entry, and refuses it by a confirmation, with or without a reason", async () => {
    const model = scriptedModel();
    const { agents, conversations } = build(model);
    const second = await agents.create({ model: "m", name: "second" });
    const first = await agents.create({ model: "m", name: "first", handoffs: [second.id] });
    const begin = async () => {
      model.handoff("second");
      const { outputs, conversation_id: id } = await conversations.start({
        agent_id: first.id,
        inputs: "Hi",
        handoff_execution: "client",
      });
      return { id, handoff: handoffIn(outputs) as unknown as { id: string } };
    };
    const through = await begin();
    model.say("Second here.");
    expect((await conversations.append(through.id, { inputs: [through.handoff] })).outputs).toMatchObject([
      { agent_id: second.id },
    ]);
    for (const inputs of [undefined, "Not that one."]) {
      const { id, handoff } = await begin();
      model.say("Then I.");
      const tool_confirmations = [{ tool_call_id: handoff.id, confirmation: "deny" }];
      const { outputs } = await conversations.append(id, {
        tool_confirmations,
        ...(inputs !== undefined && { inputs }),
      });
      expect(outputs).toMatchObject([{ content: "Then I.", agent_id: first.id }]);
      expect(JSON.stringify(model.calls.at(-1)?.messages).includes("Not that one.")).toBe(inputs !== undefined);
    }
  });
});

describe("conversations in a LangGraph store", () => {
  it("are listed oldest first, whatever order the store has, and page by page where metadata are sought", async () => {
    const store = conversationStoreOn(new InMemoryStore());
    const put = (at: number): Promise<void> =>
      store.put({
        id: `conv_${at}`,
        created_at: new Date(at * 1000).toISOString(),
        updated_at: "",
        agent_id: "ag",
        handoff_execution: "server",
        metadata: { even: at % 2 === 0 },
        times: {},
      } satisfies ConversationRecord);
    for (const at of [3, 1, 2]) await put(at);
    const conversations = new Conversations({ agents: new Agents(), modelFor: () => scriptedModel(), store });
    const ids = async (options: Parameters<Conversations["list"]>[0] = {}) =>
      (await conversations.list(options)).map(({ id }) => id);
    expect(await ids()).toEqual(["conv_1", "conv_2", "conv_3"]);
    expect(await ids({ page: 1, page_size: 2 })).toEqual(["conv_3"]);
    for (let at = 4; at <= 1_010; at += 1) await put(at);
    expect(await ids({ metadata: { even: true }, page: 5, page_size: 100 })).toEqual([
      "conv_1002",
      "conv_1004",
      "conv_1006",
      "conv_1008",
      "conv_1010",
    ]);
  });
});
