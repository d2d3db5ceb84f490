import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { AIMessage, ChatMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { ChatBedrockConverse } from "@langchain/aws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeBedrock } from "../../src/project/encode/bedrock.ts";
import { validateBedrock } from "../../src/project/wire/bedrock.ts";
import { startHttp2Server } from "./http2-server.ts";
import type { Http2Server } from "./http2-server.ts";
import { call, conversations, result, tools } from "./plain-conversations.ts";

const REPLY = {
  output: { message: { role: "assistant", content: [{ text: "ok" }] } },
  stopReason: "end_turn",
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  metrics: { latencyMs: 1 },
};

let server: Http2Server;
beforeAll(async () => {
  server = await startHttp2Server(REPLY);
});
afterAll(() => server.close());

/** The client, pointed at the server. The adapter itself can only be pointed at an `https` host: its SDK client is made here. */
function client(): ChatBedrockConverse {
  const fields = {
    model: "anthropic.claude-3-5-sonnet-20240620-v1:0",
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
    maxRetries: 0,
  };
  const { client: sdk } = new ChatBedrockConverse(fields);
  const Client = sdk.constructor as new (config: object) => typeof sdk;
  const config = { ...fields, endpoint: server.url, maxAttempts: 1 };
  return new ChatBedrockConverse({ ...fields, client: new Client(config) });
}

/** The body that ChatBedrockConverse sends. */
async function sent(messages: readonly BaseMessage[], bound?: readonly BindToolsInput[]): Promise<object> {
  const model = client();
  await (bound === undefined ? model : model.bindTools([...bound])).invoke([...messages]);
  return server.bodies.at(-1) ?? {};
}

/** The encoder's body as JSON: in memory, a schema from Zod has hidden properties. */
const encoded = (messages: readonly BaseMessage[], bound?: readonly BindToolsInput[]): object =>
  JSON.parse(JSON.stringify(encodeBedrock({ messages, tools: bound }))) as object;

const rules = (messages: readonly BaseMessage[], bound: readonly BindToolsInput[] = tools) =>
  validateBedrock(encodeBedrock({ messages, tools: bound })).map(({ rule, path }) => `${rule} ${path}`);

const hi = new HumanMessage("Hi");
const standard = (content: unknown[], more: object = {}) =>
  new AIMessage({
    content: content as AIMessage["content"] & object,
    response_metadata: { output_version: "v1", ...more },
  });
const png = "data:image/png;base64,AAAA";
const text = (value: string) => ({ type: "text", text: value });
const sealed = (redactedContent: string) => ({ type: "reasoning_content", redactedContent });
const part = (value: string, signature?: string) => ({
  type: "reasoning_content",
  reasoningText: { text: value, ...(signature !== undefined && { signature }) },
});
const said = (...content: object[]) => [hi, new AIMessage({ content: content as AIMessage["content"] & object })];

const own: Readonly<Record<string, readonly BaseMessage[]>> = {
  "system messages from anywhere": [
    new SystemMessage("One."),
    hi,
    new SystemMessage({ content: [text("Two."), { type: "cache_point", cachePoint: { type: "default", ttl: "1h" } }] }),
  ],
  "thoughts in both forms": said(
    { type: "reasoning", reasoning: "hm", signature: "c2ln", index: 0 },
    part("ha", "c2ln"),
    sealed("eA=="),
    text("So."),
  ),
  "thoughts without a signature, and empty ones": said(
    { type: "reasoning", reasoning: "hm" },
    { type: "reasoning", reasoning: "" },
    part(""),
    sealed(""),
    { type: "reasoning_content" },
    text("So."),
  ),
  "thoughts in parts": said(
    part("h"),
    part("m", "c2ln"),
    part("ha"),
    sealed("eA=="),
    sealed("eQ=="),
    part("he"),
    text("So."),
  ),
  "a signature alone at the end of a thought": said(
    part("hm"),
    { type: "reasoning_content", reasoningText: { signature: "c2ln" } },
    text("So."),
  ),
  "blank texts": said(text("\n"), text("a"), text(" \n")),
  "a blank text after a thought": said(
    { type: "reasoning", reasoning: "hm", signature: "c2ln" },
    text("\n"),
    text("a"),
  ),
  "a mark for the cache": said(text("a"), { type: "cache_point", cachePoint: { type: "default" } }),
  "an empty answer": [hi, new AIMessage(""), new HumanMessage("Go on")],
  "an empty result": [hi, new AIMessage({ content: "", tool_calls: [call("t1")] }), result("t1", "")],
  "results as texts and as blocks, and a text": [
    hi,
    new AIMessage({ content: [text("Look:")], tool_calls: [call("t1"), call("t2")] }),
    result("t1"),
    result("t2", [
      text("a"),
      { type: "image_url", image_url: png },
      { type: "search", hits: 2 },
      { type: "cache_point", cachePoint: { type: "default" } },
    ]),
    new HumanMessage("And?"),
  ],
  "a call without an id": [hi, new AIMessage({ content: "", tool_calls: [{ name: "lookup", args: {} }] })],
  "a message of another role": [new ChatMessage("Hi", "critic")],
  "a message without blocks": [new HumanMessage({ content: [] })],
  "media in Bedrock's and in LangChain's forms": [
    new HumanMessage({
      content: [
        text("See:"),
        { type: "image_url", image_url: { url: "data:image/GIF;base64,AAAA" } },
        { type: "image_url", image_url: "data:image/tiff;base64,AAAA" },
        { type: "document", document: { name: "d", format: "txt", source: { text: "a" } } },
        { type: "video", data: "AAAA", mimeType: "video/mp4" },
        { type: "video", fileId: "s3://bucket/a.mp4" },
        { type: "audio", data: new Uint8Array([0, 0, 0]), mimeType: "audio/wav; rate=8" },
        { type: "audio", url: "data:audio/mpeg;base64,AAAA", mimeType: "audio/mpeg" },
        { type: "cache_point", cachePoint: { type: "default" } },
      ],
    }),
  ],
  "blocks of the older form": [
    new HumanMessage({
      content: [
        { type: "text", source_type: "text", text: "a" },
        { type: "image", source_type: "url", url: png },
        { type: "image", source_type: "base64", data: "AAAA", mime_type: "image/png" },
        { type: "image", source_type: "base64", data: "AAAA" },
        { type: "file", source_type: "text", text: "a", metadata: { name: "n" } },
        { type: "file", source_type: "url", url: "data:text/csv;base64,AAAA", metadata: { filename: "f" } },
        { type: "file", source_type: "base64", data: "AAAA", mime_type: "application/pdf", metadata: { title: "t" } },
        { type: "file", source_type: "base64", data: "AAAA", metadata: { title: "t" } },
      ],
    }),
  ],
  "standard blocks of Bedrock's own": [
    hi,
    standard(
      [
        { type: "reasoning", reasoning: "hm", signature: "c2ln" },
        { type: "non_standard", value: sealed("eA==") },
        text("Look:"),
        { type: "tool_call", id: "t1", name: "lookup", args: { id: 7 } },
      ],
      { model_provider: "bedrock-converse" },
    ),
    result("t1"),
  ],
  "standard blocks of another provider": [
    hi,
    standard([
      { type: "reasoning", reasoning: "hm" },
      { type: "non_standard", value: sealed("eA==") },
      { type: "server_tool_call", id: "s1", name: "search", args: {} },
      text("So."),
    ]),
  ],
};

/** What the adapter says of a block that it has no form for, or trips over. */
const THROWN =
  /nsupported|not supported|Only base64|non-empty|must (be|include)|[Ii]nvalid character|correctly encoded|Cannot read/;

describe("encodeBedrock", () => {
  it.each(Object.entries({ ...conversations, ...own }))(
    "writes %s as ChatBedrockConverse sends it",
    async (_, messages) => {
      expect(encoded(messages)).toEqual(await sent(messages));
    },
  );

  it("writes bound tools of every form as ChatBedrockConverse sends them", async () => {
    const bound: BindToolsInput[] = [
      ...tools,
      { type: "function", function: { name: "bare", parameters: { type: "object" } } },
      { toolSpec: { name: "own", inputSchema: { json: { type: "object" } } } },
    ];
    expect(encoded([hi], bound)).toEqual(await sent([hi], bound));
    expect(rules([hi], bound)).toEqual([]);
  });

  it("sends no tools where none are bound, nor an empty list", async () => {
    expect(encoded([hi])).toEqual({ messages: [{ role: "user", content: [{ text: "Hi" }] }] });
    expect(encoded([hi], [])).toEqual(await sent([hi], []));
  });

  it("gives a document a name of its own where the adapter makes one up for every request", async () => {
    const messages = [new HumanMessage({ content: [{ type: "file", source_type: "text", text: "a" }] })];
    const named = (body: object): unknown => JSON.parse(JSON.stringify(body).replace(/"name":"[^"]+"/, '"name":"x"'));
    expect(named(encoded(messages))).toEqual(named(await sent(messages)));
  });

  const thrownAt: [string, BaseMessage[], string][] = [
    ["an empty text", [new HumanMessage("")], "B9 messages[0].content[0].text"],
    ["an empty text block of the assistant", said(text(""), text("a")), "B13 messages[1].content[0]"],
    [
      "another provider's thought",
      said({ type: "thinking", thinking: "hm", signature: "x" }),
      "B13 messages[1].content[0]",
    ],
    [
      "another provider's call block",
      said({ type: "tool_use", id: "t1", name: "lookup", input: {} }),
      "B13 messages[1].content[0]",
    ],
    [
      "an image by its address",
      [new HumanMessage({ content: [{ type: "image_url", image_url: "https://example.com/a.png" }] })],
      "B13 messages[0].content[0]",
    ],
    [
      "a standard image",
      [new HumanMessage({ content: [{ type: "image", data: "AAAA", mimeType: "image/png" }] })],
      "B13 messages[0].content[0]",
    ],
    [
      "an image without data",
      [new HumanMessage({ content: [{ type: "image_url", image_url: {} }] })],
      "B13 messages[0].content[0]",
    ],
    [
      "a recording by its address",
      [new HumanMessage({ content: [{ type: "audio", url: "https://example.com/a.mp3" }] })],
      "B13 messages[0].content[0]",
    ],
    [
      "a file by its address",
      [new HumanMessage({ content: [{ type: "file", source_type: "url", url: "https://example.com/a.pdf" }] })],
      "B13 messages[0].content[0]",
    ],
    [
      "an older image by its id",
      [new HumanMessage({ content: [{ type: "image", source_type: "id", id: "i" }] })],
      "B13 messages[0].content[0]",
    ],
    [
      "an image in the system prompt",
      [new SystemMessage({ content: [{ type: "image_url", image_url: png }] }), hi],
      "B9 system[0].text",
    ],
    [
      "a result with an image by its address",
      [
        hi,
        new AIMessage({ content: "", tool_calls: [call("t1")] }),
        result("t1", [{ type: "image_url", image_url: "https://example.com/a.png" }]),
      ],
      "B16 messages[2].content[0].toolResult.content[0]",
    ],
  ];
  it.each(thrownAt)(
    "writes %s, which ChatBedrockConverse throws at, so that it is refused",
    async (_, messages, problem) => {
      const before = server.bodies.length;
      await expect(client().invoke(messages)).rejects.toThrow(THROWN);
      expect(server.bodies).toHaveLength(before);
      expect(rules(messages)).toContain(problem);
    },
  );

  const refused: [string, readonly BaseMessage[], string[]][] = [
    ["an empty answer", own["an empty answer"] ?? [], ["B8 messages[1].content"]],
    ["an empty result", own["an empty result"] ?? [], ["B16 messages[2].content[0].toolResult.content[0].text"]],
    ["a text after the results", own["results as texts and as blocks, and a text"] ?? [], ["B6 messages[3].role"]],
    ["two messages of the user", [hi, hi], ["B6 messages[1].role"]],
    [
      "a malformed call and its result",
      [
        hi,
        new AIMessage({ content: "Look:", invalid_tool_calls: [{ id: "t1", name: "lookup", args: "{" }] }),
        result("t1"),
      ],
      ["B2 messages[2].content"],
    ],
  ];
  it.each(refused)("shows what Bedrock would refuse in %s", (_, messages, problems) => {
    expect(rules(messages)).toEqual(problems);
  });

  it("shows that a history with calls is refused where the next agent has no tools", () => {
    expect(rules(conversations["parallel calls"] ?? [], [])).toEqual(["B3 toolConfig"]);
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
