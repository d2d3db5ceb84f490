import { AIMessage, ChatMessage, FunctionMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { ChatMistralAI } from "@langchain/mistralai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeMistral } from "../../src/project/encode/mistral.ts";
import { validateMistral } from "../../src/project/wire/mistral.ts";
import { startWireServer } from "../openai/wire-server.ts";
import type { WireServer } from "../openai/wire-server.ts";
import { call, conversations, result, tools } from "./plain-conversations.ts";

const REPLY = {
  id: "1",
  object: "chat.completion",
  created: 1,
  model: "mistral-large-latest",
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

let server: WireServer;
beforeAll(async () => {
  server = await startWireServer();
});
afterAll(() => server.close());

/** The body that ChatMistralAI sends, without its sampling defaults, which are the model's. */
async function sent(messages: readonly BaseMessage[], bound?: readonly BindToolsInput[]): Promise<object> {
  server.next({ json: REPLY });
  await ask(messages, bound);
  const { temperature, top_p, safe_prompt, ...body } = server.lastBody;
  expect({ temperature, top_p, safe_prompt }).toEqual({ temperature: 0.7, top_p: 1, safe_prompt: false });
  return body;
}

async function ask(messages: readonly BaseMessage[], bound?: readonly BindToolsInput[]): Promise<void> {
  const model = new ChatMistralAI({
    model: "mistral-large-latest",
    apiKey: "k",
    serverURL: server.baseURL.replace("/v1", ""),
    maxRetries: 0,
  });
  await (bound === undefined ? model : model.bindTools([...bound])).invoke([...messages]);
}

const rules = (messages: readonly BaseMessage[]) =>
  validateMistral(encodeMistral({ messages })).map(({ rule, path }) => `${rule} ${path}`);

const own: Readonly<Record<string, readonly BaseMessage[]>> = {
  "two system messages": [new SystemMessage("One."), new SystemMessage("Two."), new HumanMessage("Hi")],
  "calls without ids": [
    new HumanMessage("Hi"),
    new AIMessage({ content: "", tool_calls: [{ name: "lookup", args: {} }] }),
    result(""),
  ],
  "a call that is left out behind text blocks": [
    new HumanMessage("Hi"),
    new AIMessage({ content: [{ type: "text", text: "Over." }], tool_calls: [call("call_1")] }),
    new HumanMessage("Go on"),
  ],
  "a call that is left out of no content": [
    new HumanMessage("Hi"),
    new AIMessage({ content: [], tool_calls: [call("call_1")] }),
  ],
  "an image by its address": [
    new HumanMessage({ content: [{ type: "image_url", image_url: "https://example.com/a.png" }] }),
  ],
};

describe("encodeMistral", () => {
  it.each(Object.entries({ ...conversations, ...own }))("writes %s as ChatMistralAI sends it", async (_, messages) => {
    expect(encodeMistral({ messages })).toEqual(await sent(messages));
  });

  it("writes bound tools as ChatMistralAI sends them", async () => {
    const bound = [...tools, { name: "bare", schema: { type: "object", properties: {} } } as BindToolsInput];
    const messages = [new HumanMessage("Hi")];
    const body = encodeMistral({ messages, tools: bound });
    // In memory, a schema from Zod has hidden properties.
    expect(JSON.parse(JSON.stringify(body))).toEqual(await sent(messages, bound));
    expect(validateMistral(body)).toEqual([]);
  });

  it("leaves out calls that nothing answers, as ChatMistralAI does, and the text beside an answered one", () => {
    expect(encodeMistral({ messages: conversations["a message with nothing but a dropped call"] ?? [] })).toMatchObject(
      {
        messages: [{ role: "user" }],
      },
    );
    expect(encodeMistral({ messages: conversations["text before a call"] ?? [] })).toMatchObject({
      messages: [
        { role: "user" },
        { role: "assistant", tool_calls: [{ id: "Ab3dEf9hI" }] },
        { role: "tool", tool_call_id: "Ab3dEf9hI" },
      ],
    });
  });

  it.each([
    [
      "a block that is neither",
      new HumanMessage({ content: [{ type: "thinking", thinking: "…" }] }),
      "only supports types",
    ],
    [
      "a call's own block",
      new AIMessage({ content: [{ type: "tool_use", id: "1", name: "f", input: {} }] }),
      "only supports types",
    ],
    [
      "an image in a result",
      result("call_1", [{ type: "image_url", image_url: "https://a.b/c" }]),
      "only supports messages of",
    ],
    ["a role of its own", new ChatMessage({ content: "Hi", role: "critic" }), "Unknown message type: generic"],
  ])("throws for %s, as ChatMistralAI does", async (_title, message, words) => {
    await expect(ask([message])).rejects.toThrow(words);
    expect(() => encodeMistral({ messages: [message] })).toThrow(TypeError);
  });

  it("throws for a tool of unknown form, as ChatMistralAI does", async () => {
    await expect(ask([new HumanMessage("Hi")], [{ name: "x" }])).rejects.toThrow("Unknown tool type");
    expect(() => encodeMistral({ messages: [], tools: [{ name: "x" }] })).toThrow(TypeError);
  });

  it("[M9] shows that two ids may become one in ChatMistralAI's hands", async () => {
    const messages = [
      new HumanMessage("Hi"),
      new AIMessage({ content: "", tool_calls: [call("call_Aa"), call("call_BB")] }),
      result("call_Aa"),
      result("call_BB"),
    ];
    expect(encodeMistral({ messages })).toEqual(await sent(messages));
    expect(rules(messages)).toEqual(["M9 messages[1].tool_calls[1].id", "M9 messages[3].tool_call_id"]);
  });

  it("[M4] [M6] shows what the adapter itself sends and Mistral refuses", async () => {
    const cases: [string[], BaseMessage[]][] = [
      [["M6 messages[1]"], [new HumanMessage("Hi"), new AIMessage(""), new HumanMessage("Hi?")]],
      [["M4 messages[1].role"], [new HumanMessage("Hi"), new AIMessage("Yes?")]],
      [["M1 messages[3].role"], [...(conversations["an answered call"] ?? []), new HumanMessage("Hi?")]],
      [
        ["M8 messages[2].role"],
        [new HumanMessage("a"), new AIMessage("b"), new SystemMessage("c"), new HumanMessage("d")],
      ],
      [["M2 messages[1].role"], [new HumanMessage("Hi"), result("call_1")]],
      [["M15 messages[1].name"], [new HumanMessage("Hi"), result("call_1", "", { name: "a b" })]],
      [
        ["M6 messages[1]"],
        [new HumanMessage("Hi"), new FunctionMessage({ name: "f", content: "" }), new HumanMessage("a")],
      ],
    ];
    for (const [expected, messages] of cases) {
      expect(rules(messages)).toEqual(expect.arrayContaining(expected));
      expect(validateMistral(await sent(messages)).map(({ rule, path }) => `${rule} ${path}`)).toEqual(rules(messages));
    }
  });
});
