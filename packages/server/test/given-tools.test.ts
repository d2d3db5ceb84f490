import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import { scriptedModel } from "swarmgraph/testing";
import type { ScriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Agents } from "../src/agents/agents.ts";
import { Conversations } from "../src/conversations/conversations.ts";
import { memoryConversationStore } from "../src/conversations/store.ts";
import { createApp } from "../src/http/app.ts";
import type { MistralErrorBody } from "../src/wire/errors.ts";

const named = (name: string) => ({
  type: "function" as const,
  function: { name, parameters: { type: "object", properties: { date: { type: "string" } } } },
});

/** Two agents with models of their own: "first" hands to "second", which searches. */
async function build(first: ScriptedModel, second = scriptedModel()) {
  const searches: string[] = [];
  const search = tool(
    ({ query }) => {
      searches.push(query);
      return "found";
    },
    { name: "web_search", description: "Searches.", schema: z.object({ query: z.string() }) },
  );
  const agents = new Agents();
  const { id: to } = await agents.create({ model: "second", name: "second", tools: [{ type: "web_search" }] });
  const { id } = await agents.create({ model: "first", name: "first", tools: [named("own")], handoffs: [to] });
  const options = {
    agents,
    modelFor: (name: string) => (name === "second" ? second : first),
    builtIn: ({ type }: { type: string }) => (type === "web_search" ? [search] : undefined),
    checkpointer: new MemorySaver(),
    store: memoryConversationStore(),
  };
  return { agents, options, conversations: new Conversations(options), id, to, searches };
}

const call = (name: string, id: string) => scriptedModel().tool(name, { date: "today" }, { id });
const types = (entries: readonly { readonly type: string }[]) => entries.map(({ type }) => type);
const result = (tool_call_id: string) => ({ type: "function.result" as const, tool_call_id, result: "2.5%" });

async function refusalOf(act: Promise<unknown>): Promise<string[]> {
  const error = (await act.then(
    () => undefined,
    (reason: unknown) => reason,
  )) as { status: number; detail: { loc: unknown[]; msg: string }[] };
  return [`${error.status}`, ...error.detail.map(({ loc, msg }) => `${loc.join(".")}: ${msg}`)];
}

describe("functions that a request gives to a conversation", () => {
  it("[B144] at its start reach whoever acts, stop the run as a call of the client's, and go on with the result", async () => {
    const first = scriptedModel().handoff("second");
    const second = call("rate", "abcdefghi").say("It is 2.5%.").say("Still.");
    const { conversations, id, to, agents } = await build(first, second);
    const started = await conversations.start({ agent_id: id, inputs: "The rate?", tools: [named("rate")] });
    expect(started.outputs).toMatchObject([
      { type: "agent.handoff" },
      { type: "function.call", name: "rate", tool_call_id: "abcdefghi", arguments: '{"date":"today"}', agent_id: to },
    ]);
    expect(first.calls[0]?.tools).toEqual(["own", "rate", "transfer_to_second"]);
    expect(second.calls[0]?.tools).toEqual(["web_search", "rate"]);
    const goOn = await conversations.append(started.conversation_id, { inputs: [result("abcdefghi")] });
    expect(goOn.outputs).toMatchObject([{ type: "message.output", content: "It is 2.5%.", agent_id: to }]);
    await conversations.append(started.conversation_id, { inputs: "Still?" });
    expect(second.calls.map(({ tools }) => tools)).toEqual(second.calls.map(() => ["web_search", "rate"]));
    expect(second.calls).toHaveLength(3);
    const { entries } = await conversations.history(started.conversation_id);
    expect(types(entries)).toEqual([
      "message.input",
      "agent.handoff",
      "function.call",
      "function.result",
      "message.output",
      "message.input",
      "message.output",
    ]);
    expect((await agents.get(to)).tools).toEqual([{ type: "web_search" }]);
  });

  it("[B144] at an append are there for that run alone, over its waiting, and no other conversation's", async () => {
    const first = scriptedModel()
      .say("Hello.")
      .tool("rate", {}, { id: "abcdefghi" })
      .say("2.5%")
      .say("No more.")
      .say("Other.");
    const { options, conversations, id } = await build(first);
    const { conversation_id } = await conversations.start({ agent_id: id, inputs: "Hi" });
    const asked = await conversations.append(conversation_id, { inputs: "The rate?", tools: [named("rate")] });
    expect(asked.outputs).toMatchObject([{ type: "function.call", name: "rate" }]);
    const later = new Conversations(options);
    expect((await later.history(conversation_id)).entries.at(-1)).toMatchObject({
      type: "function.call",
      name: "rate",
    });
    await later.append(conversation_id, { inputs: [result("abcdefghi")] });
    await later.append(conversation_id, { inputs: "And now?" });
    await conversations.start({ agent_id: id, inputs: "Hi" });
    const own = ["own", "transfer_to_second"];
    const more = ["own", "rate", "transfer_to_second"];
    expect(first.calls.map(({ tools }) => tools)).toEqual([own, more, more, own, own]);
    const { entries } = await later.history(conversation_id);
    expect(types(entries).slice(2)).toEqual([
      "message.input",
      "function.call",
      "function.result",
      "message.output",
      "message.input",
      "message.output",
    ]);
    expect(await later.get(conversation_id)).not.toHaveProperty("run_functions");
    expect(await later.get(conversation_id)).not.toHaveProperty("functions");
  });

  it("[B144] may be given again, or others beside them, with what answers the run", async () => {
    const first = scriptedModel().tool("rate", {}, { id: "abcdefghi" }).say("done").say("new").say("newer");
    const { conversations, id } = await build(first);
    const start = { agent_id: id, inputs: "Hi", tools: [named("rate")] };
    const { conversation_id } = await conversations.start(start);
    const tools = [named("rate"), named("more")];
    await conversations.append(conversation_id, { inputs: [result("abcdefghi")], tools });
    expect(first.calls[1]?.tools).toEqual(["own", "rate", "more", "transfer_to_second"]);
    await conversations.append(conversation_id, { inputs: "once more", tools: null });
    expect(first.calls[2]?.tools).toEqual(["own", "rate", "transfer_to_second"]);
    const { entries } = await conversations.history(conversation_id);
    const from = { from_entry_id: entries.at(-2)?.id, inputs: undefined };
    const anew = await conversations.restart(conversation_id, from);
    expect(first.calls[3]?.tools).toEqual(["own", "rate", "transfer_to_second"]);
    expect(types((await conversations.history(anew.conversation_id)).entries)).toEqual(types(entries));
  });

  it("[B144] on a model alone too, kept or not", async () => {
    const model = scriptedModel().tool("rate", {}, { id: "abcdefghi" }).say("2.5%").say("unkept");
    const { conversations } = await build(model);
    const { conversation_id } = await conversations.start({ model: "m", inputs: "Hi", tools: [named("rate")] });
    expect(await conversations.get(conversation_id)).toMatchObject({ tools: [named("rate")] });
    await conversations.append(conversation_id, { inputs: [result("abcdefghi")], tools: [named("rate")] });
    await conversations.append(conversation_id, { inputs: "x", tools: [named("once")], store: false });
    expect(model.calls.map(({ tools }) => tools)).toEqual([["rate"], ["rate"], ["once", "rate"]]);
  });

  it("[B144] cannot take the name of an agent's own tool or handoff, nor be there twice: 422 names each field", async () => {
    const { conversations, id } = await build(scriptedModel().say("Hello."));
    const tools = ["own", "fine", "web_search", "transfer_to_second"].map(named);
    const refusals = [
      "422",
      'body.tools.0.function.name: The agent "first" has a tool "own" itself.',
      'body.tools.2.function.name: The agent "second" has a tool "web_search" itself.',
      'body.tools.3.function.name: "transfer_to_second" is the handoff to the agent "second".',
    ];
    expect(await refusalOf(conversations.start({ agent_id: id, inputs: "Hi", tools }))).toEqual(refusals);
    expect(await conversations.list()).toEqual([]);
    const { conversation_id } = await conversations.start({ agent_id: id, inputs: "Hi" });
    expect(await refusalOf(conversations.append(conversation_id, { inputs: "x", tools }))).toEqual(refusals);
    const twice = [named("a"), named("a")];
    const message = 'body.tools.1.function.name: The request has "a" twice.';
    expect(await refusalOf(conversations.start({ model: "m", inputs: "Hi", tools: twice }))).toEqual(["422", message]);
    expect(await refusalOf(conversations.append(conversation_id, { inputs: "x", tools: twice }))).toEqual([
      "422",
      message,
    ]);
    const { entries } = await conversations.history(conversation_id);
    expect(types(entries)).toEqual(["message.input", "message.output"]);
  });

  it("stay the client's where an agent gets a tool of that name later: then the agent's own counts", async () => {
    const first = scriptedModel().say("one").say("two");
    const { conversations, agents, id } = await build(first);
    const { conversation_id } = await conversations.start({ agent_id: id, inputs: "Hi", tools: [named("rate")] });
    await agents.update(id, { tools: [named("rate"), named("own")] });
    await conversations.append(conversation_id, { inputs: "x" });
    expect(first.calls[1]?.tools).toEqual(["rate", "own", "transfer_to_second"]);
  });
});

describe("tools of the server that a start gives", () => {
  it("stand beside those of the agent that it starts on, which keeps its own", async () => {
    const first = scriptedModel().tool("web_search", { query: "x" }).say("found");
    const { conversations, id, searches } = await build(first);
    const tools = [{ type: "web_search" as const }];
    const { outputs } = await conversations.start({ agent_id: id, inputs: "Hi", tools });
    expect(types(outputs)).toEqual(["tool.execution", "message.output"]);
    expect(first.calls[0]?.tools).toEqual(["own", "web_search", "transfer_to_second"]);
    expect(searches).toEqual(["x"]);
  });

  it("are refused where the agent has them, or where they are there twice, and cannot be added later", async () => {
    const { conversations, to } = await build(scriptedModel(), scriptedModel().say("x"));
    const search = { type: "web_search" as const };
    const connector = (connector_id: string) => ({ type: "connector" as const, connector_id });
    const start = (tools: unknown) => refusalOf(conversations.start({ agent_id: to, inputs: "Hi", tools }));
    expect(await start([search])).toEqual(["422", 'body.tools.0.type: The agent has "web_search" itself.']);
    expect(await start([connector("a"), connector("a")])).toEqual([
      "422",
      'body.tools.1.type: The request has "connector" twice.',
    ]);
    const { conversation_id } = await conversations.start({ agent_id: to, inputs: "Hi" });
    const later = conversations.append(conversation_id, { inputs: "x", tools: [named("a"), search] });
    expect(await refusalOf(later)).toEqual([
      "422",
      "body.tools.1.type: Only functions can be added to a conversation.",
    ]);
  });
});

it("[B128] a tool of the server that has finished is not run again when the client's function is answered later", async () => {
  const second = scriptedModel()
    .callAll([
      { tool: "web_search", args: { query: "once" }, id: "search001" },
      { tool: "rate", args: {}, id: "abcdefghi" },
    ])
    .say("done");
  const { options, conversations, to, searches } = await build(scriptedModel(), second);
  const { conversation_id, outputs } = await conversations.start({
    agent_id: to,
    inputs: "Hi",
    tools: [named("rate")],
  });
  expect(types(outputs)).toEqual(["tool.execution", "function.call"]);
  const { outputs: rest } = await new Conversations(options).append(conversation_id, { inputs: [result("abcdefghi")] });
  expect(types(rest)).toEqual(["message.output"]);
  expect(searches).toEqual(["once"]);
});

it("[B144] over HTTP a refused function is a 422 whose detail names the field", async () => {
  const { agents, conversations, id } = await build(scriptedModel());
  const app = createApp({ agents, conversations, apiKey: "key" });
  const response = await app.request("/v1/conversations", {
    method: "POST",
    headers: { authorization: "Bearer key", "content-type": "application/json" },
    body: JSON.stringify({ agent_id: id, inputs: "Hi", tools: [named("own")], stream: true }),
  });
  const body = (await response.json()) as MistralErrorBody;
  expect([response.status, body.code, body.detail?.[0]?.loc]).toEqual([
    422,
    "validation_error",
    ["body", "tools", 0, "function", "name"],
  ]);
});
