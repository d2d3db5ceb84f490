import { InMemoryStore } from "@langchain/langgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { Agents } from "../src/agents/agents.ts";
import { Conversations } from "../src/conversations/conversations.ts";
import { createApp } from "../src/http/app.ts";
import { inputEntrySchema } from "../src/wire/entries.ts";
import { MistralError } from "../src/wire/errors.ts";

describe("a MistralError", () => {
  it("without options is a 400", () => {
    expect(new MistralError("no").toBody()).toMatchObject({
      message: "no",
      type: "invalid_request_error",
      code: "invalid_request",
    });
  });
});

describe("entries of a request", () => {
  it("need no arguments for a tool of the server", () => {
    expect(inputEntrySchema.parse({ type: "tool.execution", name: "web_search" })).toMatchObject({ arguments: "{}" });
  });
});

describe("a request over HTTP", () => {
  const app = createApp({ agents: new Agents(), apiKey: "secret" });
  const post = (headers: Record<string, string>, body?: string) =>
    app.request("/v1/agents", {
      method: "POST",
      headers: { authorization: "Bearer secret", ...headers },
      ...(body !== undefined && { body }),
    });

  it("without a content type is refused with 415", async () => {
    const response = await post({ "content-type": "" }, "{}");
    expect(response.status).toBe(415);
  });

  it("without a body is refused with 422: it is no JSON", async () => {
    const response = await post({ "content-type": "application/json" });
    expect([response.status, await response.text()]).toEqual([422, expect.stringContaining("not valid JSON")]);
  });
});

describe("aliases", () => {
  it("are listed by name, and choose the version that a conversation runs", async () => {
    const agents = new Agents();
    const { id } = await agents.create({ model: "old", name: "one" });
    await agents.update(id, { model: "new" });
    for (const [alias, version] of [
      ["prod", 0],
      ["next", 1],
      ["old", 0],
    ] as const)
      await agents.putAlias(id, alias, version);
    expect((await agents.aliases(id)).map(({ alias }) => alias)).toEqual(["next", "old", "prod"]);
    const asked: string[] = [];
    const modelFor = (name: string) => {
      asked.push(name);
      return scriptedModel().say("x").repeat();
    };
    const conversations = new Conversations({ agents, modelFor });
    for (const agent_version of ["prod", 1, null])
      await conversations.start({ agent_id: id, agent_version, inputs: "Hi" });
    expect(asked).toEqual(["old", "new", "new"]);
    await expect(conversations.start({ agent_id: id, agent_version: "", inputs: "Hi" })).rejects.toMatchObject({
      status: 422,
    });
  });
});

describe("what the client sent", () => {
  it("is no output of the run that it is sent with, but stays in the history", async () => {
    const agents = new Agents();
    const conversations = new Conversations({ agents, modelFor: () => scriptedModel().say("a").repeat() });
    const { conversation_id: id } = await conversations.start({ model: "m", inputs: "Hi" });
    const inputs = [
      { type: "function.call", name: "f", tool_call_id: "abcdefghi", arguments: "{}" },
      { type: "function.result", tool_call_id: "abcdefghi", result: "1" },
      { type: "message.output", content: "from elsewhere" },
      { role: "user", content: "And now?" },
    ];
    const types = [];
    for await (const { type } of conversations.appendStream(id, { inputs })) types.push(type);
    expect(types).toEqual(["conversation.response.started", "message.output.delta", "conversation.response.done"]);
    const { entries } = await conversations.history(id);
    expect(
      entries.filter((entry) => "content" in entry).map((entry) => (entry as { content: unknown }).content),
    ).toEqual(["Hi", "a", "from elsewhere", "And now?", "a"]);
  });
});

describe("a store without order", () => {
  it("is not needed for the agents to be listed oldest first", async () => {
    const { langGraphAgentStore } = await import("../src/agents/langgraph-agent-store.ts");
    const store = new InMemoryStore();
    const agents = new Agents({ store: langGraphAgentStore(store) });
    for (const name of ["a", "b", "c"]) await agents.create({ model: "m", name });
    await agents.update((await agents.list())[0]?.id ?? "", { description: "touched last" });
    expect((await agents.list()).map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });
});
