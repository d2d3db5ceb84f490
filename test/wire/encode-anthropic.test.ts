import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { AIMessage, ChatMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatAnthropic } from "@langchain/anthropic";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { encodeAnthropic } from "../../src/project/encode/anthropic.ts";
import { validateAnthropic } from "../../src/project/wire/anthropic.ts";
import { startWireServer } from "../openai/wire-server.ts";
import type { WireServer } from "../openai/wire-server.ts";
import { call, conversations, result, tools } from "./plain-conversations.ts";

const MODEL = "claude-sonnet-4-5";

const REPLY = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: MODEL,
  content: [{ type: "text", text: "ok" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
};

let server: WireServer;
beforeAll(async () => {
  server = await startWireServer();
});
afterAll(() => server.close());

/** The client, pointed at the server. Its limit of tokens is set, for its own default depends on the model. */
function client(): ChatAnthropic {
  const anthropicApiUrl = server.baseURL.replace("/v1", "");
  return new ChatAnthropic({ model: MODEL, maxTokens: 4096, apiKey: "k", anthropicApiUrl, maxRetries: 0 });
}

/** The body that ChatAnthropic sends, but for `stream`, which the way of the call decides. */
async function sent(messages: readonly BaseMessage[], bound?: readonly BindToolsInput[]): Promise<object> {
  server.next({ json: REPLY });
  const model = client();
  await (bound === undefined ? model : model.bindTools([...bound])).invoke([...messages]);
  const { stream, ...body } = server.lastBody;
  expect(stream).toBe(false);
  return body;
}

/** The encoder's body as JSON: in memory, a schema from Zod has hidden properties. */
const encoded = (messages: readonly BaseMessage[], bound?: readonly BindToolsInput[]): object =>
  JSON.parse(JSON.stringify(encodeAnthropic({ messages, tools: bound }))) as object;

const rules = (messages: readonly BaseMessage[], bound: readonly BindToolsInput[] = tools) =>
  validateAnthropic(encodeAnthropic({ messages, tools: bound })).map(({ rule, path }) => `${rule} ${path}`);

const hi = new HumanMessage("Hi");
const use = (id: string, more: object = {}) => ({ type: "tool_use", id, name: "lookup", input: { id: 7 }, ...more });
const standard = (content: unknown[], more: object = {}) =>
  new AIMessage({
    content: content as AIMessage["content"] & object,
    response_metadata: { output_version: "v1", ...more },
  });
const png = "data:image/png;base64,AAAA";

const own: Readonly<Record<string, readonly BaseMessage[]>> = {
  "two system messages at the head": [
    new SystemMessage("One."),
    new SystemMessage({ content: [{ type: "text", text: "Two.", cache_control: { type: "ephemeral" }, index: 0 }] }),
    hi,
  ],
  "a system message in the middle": [
    hi,
    new AIMessage("Yes?"),
    new SystemMessage("Be brief."),
    new HumanMessage("So?"),
  ],
  "a system block of another kind": [new SystemMessage({ content: [{ type: "image", url: png }] }), hi],
  "nothing but a system message": [new SystemMessage("Be brief.")],
  "signed, sealed and foreign thoughts": [
    hi,
    new AIMessage({
      content: [
        { type: "thinking", thinking: "hm", signature: "c2ln", index: 0 },
        { type: "redacted_thinking", data: "eA==" },
        { type: "reasoning", reasoning: "foreign" },
        { type: "reasoning_content", reasoningText: { text: "foreign" } },
        { type: "text", text: "Look:", index: 1 },
        use("toolu_1"),
      ],
      tool_calls: [call("toolu_1")],
    }),
    result("toolu_1"),
  ],
  "a thought without a signature": [
    hi,
    new AIMessage({
      content: [
        { type: "thinking", thinking: "hm" },
        { type: "text", text: "So." },
      ],
    }),
    new HumanMessage("Go on"),
  ],
  "a call that only a block holds": [
    hi,
    new AIMessage({ content: [{ type: "text", text: "Look:" }, use("toolu_1")], tool_calls: [] }),
    new HumanMessage("Go on"),
  ],
  "a call that no block holds": [
    hi,
    new AIMessage({ content: [use("toolu_1")], tool_calls: [call("toolu_1"), call("toolu_2")] }),
    result("toolu_1"),
    result("toolu_2"),
  ],
  "a streamed call": [
    hi,
    new AIMessage({
      content: [
        use("toolu_1", { index: 1, input: "" }),
        { type: "input_json_delta", index: 1, input: '{"id":' },
        { type: "input_json_delta", index: 1, input: "8}" },
      ],
      tool_calls: [call("toolu_1")],
    }),
    result("toolu_1"),
  ],
  "a streamed call that the message lost, and one cut off": [
    hi,
    new AIMessage({
      content: [
        use("toolu_1", { index: 1, input: "" }),
        { type: "input_json_delta", index: 1, input: '{"id":' },
        { type: "input_json_delta", index: 1, input: "8}" },
        use("toolu_2", { index: 2, input: '{"id' }),
        { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: '{"query":"x"}' },
      ],
    }),
    new HumanMessage("Go on"),
  ],
  "results as texts and as blocks, and a text": [
    hi,
    new AIMessage({ content: "", tool_calls: [call("t1"), call("t2"), call("t3")] }),
    result("t1"),
    result("t2", [
      { type: "text", text: "a" },
      { type: "image_url", image_url: { url: png } },
    ]),
    result("t3"),
    new HumanMessage("And?"),
  ],
  "a result after a user's own result blocks": [
    hi,
    new AIMessage({ content: "", tool_calls: [call("t1"), call("t2")] }),
    new HumanMessage({
      content: [
        { type: "tool_result", tool_use_id: "t1", content: "a" },
        { type: "text", text: "b" },
      ],
    }),
    result("t2"),
  ],
  "an empty answer": [hi, new AIMessage(""), new HumanMessage("Go on")],
  "an answer without a block": [hi, new AIMessage({ content: [] }), new HumanMessage("Go on")],
  "images and files in every form": [
    new HumanMessage({
      content: [
        { type: "image_url", image_url: "https://example.com/a.png", cache_control: { type: "ephemeral" } },
        { type: "image_url", image_url: {} },
        { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
        { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
        { type: "image", source: { type: "file", file_id: "f" } },
        { type: "image", url: png },
        { type: "image", data: new Uint8Array([0, 0, 0]), mimeType: "image/png" },
        { type: "image", data: "AAAA" },
        { type: "image", fileId: "file_1" },
        { type: "file", url: "https://example.com/a.pdf" },
        { type: "file", data: "AAAA" },
        { type: "file", fileId: "file_1" },
        { type: "file" },
        { type: "document", source: { type: "text", data: "a", media_type: "text/plain" } },
        { type: "container_upload", file_id: "f" },
        { type: "compaction", content: "c" },
        { type: "search_result", title: "t", source: "s", content: [], citations: { enabled: true } },
        { type: "text_delta", text: "a", citations: [] },
        { type: "audio", data: "AAAA" },
      ],
    }),
  ],
  "blocks of the older form, some of them twice": [
    new HumanMessage({
      content: [
        { type: "text", source_type: "text", text: "a" },
        { type: "image", source_type: "url", url: "https://example.com/a.png" },
        { type: "image", source_type: "url", url: png },
        { type: "image", source_type: "base64", data: "AAAA", mime_type: "image/png" },
        { type: "image", source_type: "base64", data: "AAAA", metadata: { cache_control: { type: "ephemeral" } } },
        { type: "file", source_type: "url", url: "https://example.com/a.pdf", mime_type: "application/pdf" },
        { type: "file", source_type: "text", text: "a", mime_type: "text/plain", metadata: { title: "t" } },
        { type: "file", source_type: "text", text: "a" },
        { type: "file", source_type: "base64", data: "AAAA", mime_type: "application/pdf" },
        { type: "file", source_type: "base64", data: "AAAA", mime_type: "image/png" },
      ],
    }),
  ],
  "standard blocks of Anthropic's own": [
    hi,
    standard(
      [
        { type: "reasoning", reasoning: "hm", signature: "c2ln" },
        { type: "text", text: "Look:" },
        { type: "tool_call", id: "t1", name: "lookup", args: { id: 7 } },
        { type: "non_standard", value: { type: "redacted_thinking", data: "eA==" } },
      ],
      { model_provider: "anthropic" },
    ),
    result("t1"),
  ],
  "standard blocks of another provider": [
    hi,
    standard([
      { type: "reasoning", reasoning: "hm" },
      { type: "text", text: "Look:" },
      { type: "tool_call", name: "lookup", args: {} },
      { type: "non_standard", value: { type: "x" } },
      { type: "server_tool_call", id: "s1", name: "web_search", args: {} },
    ]),
    new HumanMessage("Go on"),
  ],
};

describe("encodeAnthropic", () => {
  it.each(Object.entries({ ...conversations, ...own }))("writes %s as ChatAnthropic sends it", async (_, messages) => {
    expect(encoded(messages)).toEqual(await sent(messages));
  });

  it("writes bound tools of every form as ChatAnthropic sends them", async () => {
    const bound: BindToolsInput[] = [
      ...tools,
      { type: "function", function: { name: "strict", parameters: { type: "object" }, strict: true } },
      { name: "own", input_schema: { type: "object" } },
      { type: "web_search_20250305", name: "web_search" },
      {
        name: "described",
        extras: { providerToolDefinition: { type: "memory_20250818", name: "memory" } },
        schema: { type: "object" },
      } as BindToolsInput,
      tool(() => "", {
        name: "cached",
        description: "c",
        schema: { type: "object" },
        extras: { cache_control: { type: "ephemeral" } },
      }),
    ];
    expect(encoded([hi], bound)).toEqual(await sent([hi], bound));
    expect(rules([hi], bound)).toEqual([]);
  });

  it("drops a tool whose schema is a union at its root, as ChatAnthropic does", async () => {
    const union = z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]);
    const bound = [...tools, tool(() => "", { name: "either", description: "e", schema: union })];
    const body = encoded([hi], bound);
    expect(body).toEqual(await sent([hi], bound));
    expect(JSON.stringify(body)).not.toContain("either");
  });

  it("sends no tools where none are bound, and an empty list where an empty list is", async () => {
    expect(encoded([hi])).not.toHaveProperty("tools");
    expect(encoded([hi], [])).toEqual(await sent([hi], []));
  });

  it("leaves the messages as they were, also those that a result joins", () => {
    const own = new HumanMessage({ content: [{ type: "tool_result", tool_use_id: "t1", content: "a" }] });
    encodeAnthropic({ messages: [own, result("t2")] });
    expect(own.content).toHaveLength(1);
  });

  const thrownAt: [string, BaseMessage[], string][] = [
    [
      "a call without an id",
      [hi, new AIMessage({ content: "", tool_calls: [{ name: "lookup", args: {} }] }), result("")],
      "A12 messages[1].content[0].id",
    ],
    [
      "an image that is no URL",
      [new HumanMessage({ content: [{ type: "image_url", image_url: "a.png" }] })],
      "A11 messages[0].content[0].type",
    ],
    [
      "an image by an odd protocol",
      [new HumanMessage({ content: [{ type: "image", url: "ftp://example.com/a.png" }] })],
      "A11 messages[0].content[0].source",
    ],
    [
      "a result after a message without blocks",
      [new HumanMessage({ content: [] }), result("t1")],
      "A10 messages[0].content",
    ],
    ["a message of another role", [new ChatMessage("Hi", "critic")], "A9 messages[0].role"],
  ];
  it.each(thrownAt)("writes %s, which ChatAnthropic throws at, so that it is refused", async (_, messages, problem) => {
    await expect(client().invoke(messages)).rejects.toThrow(/Anthropic requires|image URL|not supported|Cannot use/);
    expect(rules(messages)).toContain(problem);
  });

  const refused: [string, readonly BaseMessage[], string[]][] = [
    ["a call that only a block holds", own["a call that only a block holds"] ?? [], ["A1 messages[1]"]],
    ["a system message in the middle", own["a system message in the middle"] ?? [], ["A9 messages[2].role"]],
    ["an empty answer", own["an empty answer"] ?? [], ["A10 messages[1].content"]],
    [
      "a thought without a signature",
      own["a thought without a signature"] ?? [],
      ["A16 messages[1].content[0].signature"],
    ],
    [
      "a malformed call and its result",
      [
        hi,
        new AIMessage({ content: "Look:", invalid_tool_calls: [{ id: "t1", name: "lookup", args: "{" }] }),
        result("t1"),
      ],
      ["A2 messages[2].content[0]"],
    ],
    ["nothing but a system message", own["nothing but a system message"] ?? [], ["A7 messages"]],
  ];
  it.each(refused)("shows what Anthropic would refuse in %s", (_, messages, problems) => {
    expect(rules(messages)).toEqual(problems);
  });

  it.each([
    "a plain turn",
    "a system prompt",
    "parallel calls",
    "an error as result",
    "a handoff whose call is answered",
  ])("finds nothing to refuse in %s", (name) => {
    expect(rules(conversations[name] ?? [])).toEqual([]);
  });
});
