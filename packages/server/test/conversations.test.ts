import { InMemoryStore, MemorySaver } from "@langchain/langgraph";
import { scriptedModel } from "swarmgraph/testing";
import { Agents } from "../src/agents/agents.ts";
import type { Conversations } from "../src/conversations/conversations.ts";
import { conversationStoreOn, memoryConversationStore } from "../src/conversations/store.ts";
import type { Entry } from "../src/wire/entries.ts";
import { describe, expect, it } from "vitest";
import { seedAgents, build, goldenA, goldenB, types } from "./conversation-parts.ts";

describe("conversations", () => {
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
