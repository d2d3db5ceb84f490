import { AIMessage, ChatMessage, FunctionMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { tool } from "@langchain/core/tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { encodeGemini } from "../../src/project/encode/gemini.ts";
import { validateGemini } from "../../src/project/wire/gemini.ts";
import { startWireServer } from "../openai/wire-server.ts";
import type { WireServer } from "../openai/wire-server.ts";
import { call, conversations, result, tools } from "./plain-conversations.ts";

const reply = (parts: readonly object[] = [{ text: "ok" }]) => ({
  json: { candidates: [{ content: { role: "model", parts }, finishReason: "STOP", index: 0 }] },
});

let server: WireServer;
beforeAll(async () => {
  server = await startWireServer();
});
afterAll(() => server.close());

interface Request {
  readonly messages: readonly BaseMessage[];
  readonly tools?: readonly BindToolsInput[];
  readonly model?: string;
  readonly parts?: readonly object[];
}

/** What ChatGoogleGenerativeAI answers, with the body that it sent. */
async function run({ parts, ...request }: Request) {
  server.next(reply(parts));
  const answer = await ask(request);
  const last = server.requests.at(-1);
  // The generation's settings are the model's, and the model is named in the address.
  const { generationConfig, safetySettings, ...body } = server.lastBody as Record<string, unknown>;
  expect({ generationConfig, safetySettings }).toEqual({ generationConfig: { stopSequences: [] }, safetySettings: [] });
  expect(last?.path).toBe(`/v1beta/models/${request.model ?? "gemini-2.5-flash"}:generateContent`);
  return { answer, body };
}

async function ask({ messages, tools, model = "gemini-2.5-flash" }: Request) {
  const chat = new ChatGoogleGenerativeAI({
    model,
    apiKey: "k",
    baseUrl: server.baseURL.replace("/v1", ""),
    maxRetries: 0,
  });
  return (tools === undefined ? chat : chat.bindTools([...tools])).invoke([...messages]);
}

/** A body as JSON, without the model, which the client names in the address only. */
function encoded(request: Request): unknown {
  const { model, ...body } = encodeGemini({ model: "gemini-2.5-flash", ...request });
  expect(model).toBe(`models/${request.model ?? "gemini-2.5-flash"}`);
  return JSON.parse(JSON.stringify(body));
}

const rules = (body: unknown) => validateGemini(body).map(({ rule, path }) => `${rule} ${path}`);

const png = "data:image/png;base64,AAAA";
const hi = new HumanMessage("Hi");

const own: Readonly<Record<string, readonly BaseMessage[]>> = {
  "an empty system prompt": [new SystemMessage(""), hi],
  "an empty assistant message": [hi, new AIMessage(""), hi],
  "the model's own blocks": [
    hi,
    new AIMessage({
      content: [
        { type: "thinking", thinking: "Hm.", signature: "c2ln" },
        { type: "thinking", thinking: "Hm." },
        { type: "text", text: "I look." },
        { type: "functionCall", functionCall: { name: "lookup", args: { id: 7 } } },
        { type: "executableCode", executableCode: { language: "PYTHON", code: "1" } },
        { type: "codeExecutionResult", codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } },
      ],
      tool_calls: [call("call_1")],
      additional_kwargs: { __gemini_function_call_thought_signatures__: { call_1: "c2lnMg==" } },
    }),
    result("call_1"),
  ],
  "another provider's blocks of calls": [
    hi,
    new AIMessage({
      content: [
        { type: "tool_use", id: "call_1", name: "lookup", input: { id: 7 } },
        { type: "tool_call", id: "call_2", name: "lookup", args: { id: 8 } },
      ],
      tool_calls: [],
    }),
    hi,
  ],
  "media of all kinds": [
    new HumanMessage({
      content: [
        { type: "image_url", image_url: png },
        { type: "image", data: "AAAA" },
        { type: "image", url: png },
        { type: "image", url: "https://example.com/a.png" },
        { type: "video", data: new Uint8Array([0, 0, 0]), mimeType: "video/webm" },
        { type: "audio", data: "AAAA" },
        { type: "file", url: "https://example.com/a.pdf", mimeType: "application/pdf" },
        { type: "text-plain", text: "plain" },
        { type: "text-plain", data: "AAAA" },
        { type: "media", mimeType: "image/png", data: "AAAA" },
        { type: "media", mimeType: "image/png", fileUri: "files/1" },
        { type: "image/webp", data: "AAAA" },
        { type: "image", source_type: "url", url: png },
        { type: "image", source_type: "url", url: "https://example.com/a.png" },
        { type: "audio", source_type: "base64", data: "AAAA", mime_type: "audio/wav" },
        { type: "file", source_type: "text", text: "plain" },
        { type: "text", source_type: "text", text: "plain" },
      ],
    }),
  ],
  "ids that are used twice or not at all": [
    hi,
    new AIMessage({ content: "", tool_calls: [call("1"), call("1", "ping"), { name: "ping", args: {} }] }),
    result("1"),
  ],
  "messages of other types": [
    new ChatMessage({ content: "Hi", role: "human" }),
    new ChatMessage({ content: "Yes?", role: "supervisor" }),
    new ChatMessage({ content: "So?", role: "model" }),
    new FunctionMessage({ name: "f", content: "1" }),
  ],
};

describe("encodeGemini", () => {
  it.each(Object.entries({ ...conversations, ...own }))(
    "writes %s as ChatGoogleGenerativeAI sends it",
    async (_title, messages) => {
      expect(encoded({ messages })).toEqual((await run({ messages })).body);
    },
  );

  it.each([
    ["LangChain's and OpenAI's", tools],
    ["Gemini's own", [{ functionDeclarations: [{ name: "own" }] }, { googleSearch: {} }]],
    [
      "all together",
      [{ googleSearch: {} }, { functionDeclarations: [{ name: "own" }] }, { functionDeclarations: [] }, ...tools],
    ],
    ["without a description", [{ type: "function", function: { name: "bare", parameters: { type: "object" } } }]],
    ["built in, beside LangChain's", [{ googleSearch: {} }, ...tools]],
    [
      "with a schema of its own",
      [
        tool(() => "", {
          name: "json",
          description: "d",
          schema: { type: "object", anyOf: [{ $schema: "x", type: "string" }] },
        }),
      ],
    ],
  ] as [string, BindToolsInput[]][])(
    "writes tools that are %s as ChatGoogleGenerativeAI sends them",
    async (_, bound) => {
      const messages = [hi];
      expect(encoded({ messages, tools: bound })).toEqual((await run({ messages, tools: bound })).body);
    },
  );

  it("[G3] signs calls of other models with a filler where ChatGoogleGenerativeAI does", async () => {
    const messages = conversations["parallel calls"] ?? [];
    const model = "gemini-3-pro-preview";
    const { body } = await run({ messages, model });
    const text = JSON.stringify(body);
    const filler = /"thoughtSignature":"([^"]+)"/.exec(text)?.[1] ?? "";
    // The client's filler is an old signature of its own; ours is the documented one.
    expect(encoded({ messages, model })).toEqual(
      JSON.parse(text.replaceAll(filler, "skip_thought_signature_validator")),
    );
  });

  it("[G3] gives a signature back where ChatGoogleGenerativeAI has put it", async () => {
    const model = "gemini-3-pro-preview";
    const functionCall = { name: "lookup", args: { id: 7 } };
    const { answer } = await run({
      messages: [hi],
      model,
      parts: [
        { text: "Hm.", thought: true },
        { functionCall, thoughtSignature: "c2ln" },
      ],
    });
    expect(answer.content).toEqual([
      { type: "thinking", thinking: "Hm." },
      { type: "functionCall", functionCall },
    ]);
    const messages = [hi, answer, result(answer.tool_calls?.[0]?.id ?? "")];
    const { body } = await run({ messages, model });
    expect(encoded({ messages, model })).toEqual(body);
    expect(JSON.stringify(body)).toContain('"thoughtSignature":"c2ln"');
    expect(validateGemini({ ...body, model })).toEqual([]);
  });

  it.each([
    [
      "a second system message",
      "System message should be the first one",
      [new SystemMessage("a"), new SystemMessage("b"), hi],
    ],
    ["a role of its own", "Unknown / unsupported author: critic", [new ChatMessage({ content: "Hi", role: "critic" })]],
    ["a result that nothing has called", "Google requires a tool name", [hi, result("call_1")]],
    [
      "a block of reasoning",
      "Unknown content type reasoning",
      [hi, new AIMessage({ content: [{ type: "reasoning", reasoning: "…" }] })],
    ],
    [
      "redacted thinking",
      "Unknown content type redacted_thinking",
      [hi, new AIMessage({ content: [{ type: "redacted_thinking", data: "…" }] })],
    ],
    [
      "the model's own image",
      "Unknown content type inlineData",
      [hi, new AIMessage({ content: [{ type: "inlineData", inlineData: {} }] })],
    ],
    [
      "an image by its address",
      "base64 encoded data URL",
      [new HumanMessage({ content: [{ type: "image_url", image_url: "https://a.b/c" }] })],
    ],
    [
      "an image_url without a url",
      "base64 encoded data URL",
      [new HumanMessage({ content: [{ type: "image_url", image_url: {} }] })],
    ],
    ["a file by its id", "fileId is not supported", [new HumanMessage({ content: [{ type: "file", fileId: "1" }] })]],
    [
      "media without data",
      "Invalid media content",
      [new HumanMessage({ content: [{ type: "media", mimeType: "image/png" }] })],
    ],
    [
      "an image by its id",
      "Unsupported source type: id",
      [new HumanMessage({ content: [{ type: "image", source_type: "id", id: "1" }] })],
    ],
  ] as [string, string, BaseMessage[]][])(
    "throws for %s, as ChatGoogleGenerativeAI does",
    async (_, words, messages) => {
      await expect(ask({ messages })).rejects.toThrow(words);
      expect(() => encodeGemini({ messages })).toThrow(TypeError);
    },
  );

  it("names a model where none is given, and no tools where there are none", () => {
    expect(encodeGemini({ messages: [hi], tools: [] })).toEqual({
      model: "models/gemini-3-pro-preview",
      contents: [{ role: "user", parts: [{ text: "Hi" }] }],
    });
    expect(encodeGemini({ messages: [hi], model: "models/gemini-2.5-pro" })["model"]).toBe("models/gemini-2.5-pro");
  });

  it("[G1] [G4] [G5] [G6] [G7] shows what the adapter itself sends and Gemini refuses", async () => {
    const cases: [string[], readonly BaseMessage[]][] = [
      [["G1 contents[3]", "G5 contents[1]"], conversations["parallel calls"] ?? []],
      [["G4 contents[1].role"], [hi, new AIMessage("Yes?")]],
      [["G6 contents[1].parts"], [hi, new AIMessage(""), hi]],
      [["G7 contents[1].parts[0]"], [hi, new AIMessage({ content: [{ type: "text", text: "" }] }), hi]],
      [["G5 contents[1]"], own["another provider's blocks of calls"] ?? []],
      [
        ["G1 contents[2]"],
        [hi, new AIMessage("a"), new AIMessage({ content: "", tool_calls: [call("1")] }), result("1")],
      ],
      [
        ["G5 contents[1]"],
        [
          hi,
          new AIMessage({
            content: [{ type: "tool_use", id: "1", name: "lookup", input: {} }],
            tool_calls: [call("1", "lookup", {})],
          }),
          result("1"),
        ],
      ],
    ];
    for (const [expected, messages] of cases) {
      const { body } = await run({ messages });
      expect(rules(body).toSorted()).toEqual(expected);
      expect(rules(encodeGemini({ messages, model: "gemini-2.5-flash" }))).toEqual(rules(body));
    }
  });

  it("[G5] parallel calls are taken from the adapter where each has a message of its own", async () => {
    const steps = ["1", "2"].flatMap((id) => [new AIMessage({ content: "", tool_calls: [call(id)] }), result(id)]);
    for (const model of ["gemini-2.5-flash", "gemini-3-pro-preview"]) {
      const { body } = await run({ messages: [hi, ...steps], model });
      expect(validateGemini({ ...body, model })).toEqual([]);
    }
  });

  it("[G14] [G16] shows which schemas the adapter sends and Gemini refuses", async () => {
    const schema = z.object({
      kind: z.literal("refund"),
      more: z.object({}),
      why: z.string().nullable(),
      n: z.int().positive(),
    });
    const bound = [tool(() => "", { name: "transfer_to_billing", description: "d", schema })];
    const { body } = await run({ messages: [hi], tools: bound });
    const at = "tools[0].functionDeclarations[0].parameters.properties";
    expect(rules(body)).toEqual([`G14 ${at}.kind`, `G16 ${at}.more.properties`, `G14 ${at}.why.type`, `G14 ${at}.n`]);
  });
});
