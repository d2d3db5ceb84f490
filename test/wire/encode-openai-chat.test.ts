import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OpenAIChat } from "../../src/openai/index.ts";
import { encodeOpenAIChat } from "../../src/project/encode/openai-chat.ts";
import { validateOpenAIChat } from "../../src/project/wire/openai-chat.ts";
import { startWireServer } from "../openai/wire-server.ts";
import type { WireServer } from "../openai/wire-server.ts";
import { call, conversations } from "./openai-conversations.ts";
import type { Conversation } from "./openai-conversations.ts";

const REPLY = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "gpt-4.1",
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

let server: WireServer;
beforeAll(async () => {
  server = await startWireServer();
});
afterAll(() => server.close());

/** The body that a client sends for a conversation. */
async function sent({ messages, tools, model = "gpt-4.1" }: Conversation, client: "langchain" | "own" = "langchain") {
  server.next({ json: REPLY });
  const base =
    client === "own"
      ? new OpenAIChat({ model, baseURL: server.baseURL, apiKey: "k" })
      : new ChatOpenAI({ model, apiKey: "k", configuration: { baseURL: server.baseURL }, maxRetries: 0 });
  await (tools === undefined ? base : base.bindTools([...tools])).invoke([...messages]);
  return server.lastBody;
}

const table = Object.entries(conversations);

describe("encodeOpenAIChat", () => {
  it.each(table)("writes %s as ChatOpenAI sends it", async (_title, conversation) => {
    // `stream: false` is the client's own; sampling settings are the model's.
    const { stream, ...body } = await sent(conversation);
    expect(stream).toBe(false);
    expect(encodeOpenAIChat({ model: "gpt-4.1", ...conversation })).toEqual(body);
  });

  it("names a model where none is given, and no tools where there are none", () => {
    const body = encodeOpenAIChat({ messages: [new HumanMessage("Hi")], tools: [] });
    expect(body).toEqual({ model: "gpt-5.2", messages: [{ role: "user", content: "Hi" }] });
  });

  it("[O1, O20] writes the malformed calls of a reply as ChatOpenAI sends them again: raw, where no call is sound", async () => {
    const raw = { id: "call_1", type: "function", function: { name: "lookup", arguments: '{"thing": "te' } };
    const message = { role: "assistant", content: null, tool_calls: [raw] };
    server.next({ json: { ...REPLY, choices: [{ index: 0, message, finish_reason: "tool_calls" }] } });
    const model = new ChatOpenAI({ model: "gpt-4.1", apiKey: "k", configuration: { baseURL: server.baseURL } });
    const reply = await model.invoke("Tea?");
    expect([reply.tool_calls, reply.invalid_tool_calls?.length]).toEqual([[], 1]);

    const messages = [new HumanMessage("Tea?"), reply, new HumanMessage("Well?")];
    const body = await sent({ messages });
    expect(body.messages[1]).toEqual({ role: "assistant", content: "", tool_calls: [raw] });
    expect(encodeOpenAIChat({ messages, model: "gpt-4.1" })["messages"]).toEqual(body.messages);
    expect(validateOpenAIChat(body).map(({ rule }) => rule)).toEqual(["O20", "O1"]);
  });

  it("shows a call without an id to the validator where ChatOpenAI throws", async () => {
    const { id: _, ...nameless } = call("call_1");
    const messages = [new HumanMessage("Tea?"), new AIMessage({ content: "", tool_calls: [nameless] })];
    await expect(sent({ messages })).rejects.toThrow('must have an "id" field');
    expect(validateOpenAIChat(encodeOpenAIChat({ messages })).map(({ rule, path }) => [rule, path])).toEqual([
      ["O14", "messages[1].tool_calls[0].id"],
    ]);
  });
});

/** What the API refuses of what ChatOpenAI sends; every other conversation of the table is taken. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  "names, legal and not": ["O12 messages[1].name"],
  "calls whose blocks have outlived them": ["O10 messages[1].content"],
  "standard image blocks in a message that is not marked as such": ["O11 messages[0].content[0].type"],
};

/** OpenAIChat sends malformed calls, so that they need an answer, and none that only `additional_kwargs` holds. */
const REFUSED_OF_OURS: Readonly<Record<string, readonly string[]>> = {
  "a malformed call beside a good one": ["O1 messages[1]"],
  "a malformed call alone": ["O1 messages[1]"],
  "raw calls that were never parsed": ["O2 messages[2]"],
};

describe("what the clients send", () => {
  it.each(table)("judges ChatOpenAI's %s", async (title, conversation) => {
    const problems = validateOpenAIChat(await sent(conversation));
    expect(problems.map(({ rule, path }) => `${rule} ${path}`)).toEqual(REFUSED[title] ?? []);
  });

  it.each(table.filter(([title]) => !title.startsWith("LangChain's standard")))(
    "judges OpenAIChat's %s",
    async (title, conversation) => {
      const problems = validateOpenAIChat(await sent(conversation, "own"));
      expect(problems.map(({ rule, path }) => `${rule} ${path}`)).toEqual(REFUSED_OF_OURS[title] ?? []);
    },
  );

  it.each(["a plain question", "parallel calls and their results", "a history with a handoff that is answered"])(
    "has %s alike from ChatOpenAI and from OpenAIChat",
    async (title) => {
      const conversation = conversations[title] ?? { messages: [] };
      const [theirs, ours] = [await sent(conversation), await sent(conversation, "own")];
      // OpenAIChat sends no name of a tool's message, and null for the empty text beside calls.
      const alike = theirs.messages.map(({ name, ...message }) => ({
        ...message,
        ...(name !== undefined && message["role"] !== "tool" && { name }),
        ...(message["content"] === "" && { content: null }),
      }));
      expect(ours.messages).toEqual(alike);
      expect(ours["tools"]).toEqual(theirs["tools"]);
    },
  );
});
