import { AIMessage, ChatMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage, ContentBlock } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeOpenAIResponses } from "../../src/project/encode/openai-responses.ts";
import { openAIResponsesValidator, validateOpenAIResponses } from "../../src/project/wire/openai-responses.ts";
import { startWireServer } from "../openai/wire-server.ts";
import type { WireServer } from "../openai/wire-server.ts";
import { call, conversations, lookup } from "./openai-conversations.ts";
import type { Conversation } from "./openai-conversations.ts";

const thought = { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "Tea, then." }] };
const fetched = {
  type: "function_call",
  id: "fc_1",
  call_id: "call_1",
  name: "lookup",
  arguments: '{"thing":"tea"}',
  status: "completed",
};
const said = {
  type: "message",
  id: "msg_1",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text: "Tea.", annotations: [] }],
};

function reply(output: readonly unknown[]) {
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  return { id: "resp_1", object: "response", created_at: 1, model: "gpt-5.2", status: "completed", output, usage };
}

let server: WireServer;
beforeAll(async () => {
  server = await startWireServer();
});
afterAll(() => server.close());

async function ask({ messages, tools, model = "gpt-4.1" }: Conversation, output: readonly unknown[]) {
  server.next({ json: reply(output) });
  const base = new ChatOpenAI({
    model,
    apiKey: "k",
    useResponsesApi: true,
    configuration: { baseURL: server.baseURL },
    maxRetries: 0,
  });
  const bound = tools === undefined ? base : base.bindTools([...tools]);
  const answer: BaseMessage = await bound.invoke([...messages]);
  return { answer, body: server.lastBody as Record<string, unknown> };
}

async function sent(conversation: Conversation) {
  return (await ask(conversation, [said])).body;
}

/** An assistant's message as the API's answer makes one. */
async function answered(output: readonly unknown[]): Promise<AIMessage> {
  const { answer } = await ask({ messages: [new HumanMessage("Tea?")] }, output);
  if (!AIMessage.isInstance(answer)) throw new Error("no answer of a model");
  return answer;
}

/** An answer without the items it was made of, as a history has it that was edited or stored elsewhere. */
async function edited(output: readonly unknown[]): Promise<AIMessage> {
  const { content, tool_calls: calls = [], additional_kwargs } = await answered(output);
  return new AIMessage({ content, tool_calls: calls, additional_kwargs });
}

const result = new ToolMessage({ content: "tea", tool_call_id: "call_1", id: "fc_2" });
const question = new HumanMessage("Tea?");

/** Blocks that may lack what the types demand. */
function blocks(...list: Readonly<Record<string, unknown>>[]): ContentBlock.Standard[] {
  return list as unknown as ContentBlock.Standard[];
}

/** Histories that only this API has. */
const own: Readonly<Record<string, () => Promise<readonly BaseMessage[]>>> = {
  "an answer with its own items": async () => [question, await answered([thought, fetched]), result],
  "an answer whose calls were taken away, its items not": async () => {
    const message = await answered([thought, fetched]);
    message.tool_calls = [];
    return [question, message, new HumanMessage("Well?")];
  },
  "an answer without its items": async () => [question, await edited([thought, fetched]), result],
  "an answer with text and citations": async () => {
    const annotations = [
      { type: "url_citation", url: "https://example.test", title: "T", start_index: 0, end_index: 1 },
      { type: "file_citation", file_id: "file_1", filename: "a.txt", index: 3 },
      { type: "container_file_citation", file_id: "f", filename: "b", container_id: "c", start_index: 1, end_index: 2 },
      { type: "file_path", file_id: "file_3", index: 4 },
    ];
    const content = [{ type: "output_text", text: "Tea.", annotations }];
    return [question, await edited([{ ...said, content, phase: "final_answer" }]), new HumanMessage("Well?")];
  },
  "a thought in pieces": async () => {
    const summary = ["a", "b", "c"].map((text, at) => ({ type: "summary_text", text, index: at === 0 ? 0 : 1 }));
    const reasoning = { ...thought, summary };
    return [question, new AIMessage({ content: "Tea.", id: "msg_7", additional_kwargs: { reasoning } })];
  },
  "a refusal": async () => [
    question,
    new AIMessage({ content: "", additional_kwargs: { refusal: "No." } }),
    new AIMessage({ content: [{ type: "text", text: "Well" }], additional_kwargs: { refusal: "No." } }),
  ],
  "a custom tool's call": async () => [
    question,
    await edited([{ type: "custom_tool_call", id: "ctc_1", call_id: "call_1", name: "shell", input: "ls" }]),
    new ToolMessage({ content: "a.txt", tool_call_id: "call_1", additional_kwargs: { customTool: {} } }),
  ],
  "items of the provider's own tools": async () => [
    question,
    await edited([{ type: "code_interpreter_call", id: "ci_1", code: "1", container_id: "c", status: "completed" }]),
  ],
  "a result with parts": async () => [
    question,
    new AIMessage({ content: "", tool_calls: [call("call_1"), call("call_2")] }),
    new ToolMessage({ content: [{ type: "input_text", text: "tea" }], tool_call_id: "call_1" }),
    new ToolMessage({ content: [{ type: "text", text: "tea" }], tool_call_id: "call_2" }),
  ],
  "parts of the API itself, files and approvals": async () => [
    new HumanMessage({
      content: [
        { type: "mcp_approval_response", approval_request_id: "mcpr_1", approve: true },
        { type: "input_text", text: "Look:" },
        { type: "file", source_type: "url", url: "https://example.test/a.pdf", metadata: { name: "a.pdf" } },
        { type: "file", source_type: "id", id: "file_1" },
        { type: "file", source_type: "base64", mime_type: "application/pdf", data: "aGk=", metadata: { title: "b" } },
        { type: "thinking", thinking: "Hm." },
      ],
    }),
    new HumanMessage({ content: [{ type: "thinking", thinking: "Hm." }] }),
  ],
  "standard blocks of its own": async () => [
    new HumanMessage({
      contentBlocks: blocks(
        { type: "text-plain", text: "Hi", mimeType: "text/plain" },
        { type: "text-plain", mimeType: "text/plain" },
        { type: "image", url: "https://example.test/a.png", metadata: { detail: "low" } },
        { type: "image" },
        { type: "file", url: "https://example.test/a.pdf" },
        { type: "video", data: "aGk=", metadata: { filename: "a.mp4" } },
        { type: "video" },
      ),
    }),
    new AIMessage({
      contentBlocks: blocks(
        { type: "reasoning", reasoning: "" },
        { type: "text", text: "One.", extras: { phase: "commentary" } },
        { type: "server_tool_call", id: "call_9", name: "search", args: { q: "tea" } },
        { type: "server_tool_call_result", toolCallId: "call_9", status: "success", output: "tea" },
        { type: "invalid_tool_call", id: "call_bad", name: "lookup", args: "{" },
        { type: "non_standard", value: { type: "item_reference", id: "msg_9" } },
      ),
      response_metadata: { model_provider: "openai" },
    }),
    new AIMessage({ contentBlocks: blocks({ type: "non_standard", value: { type: "x" } }) }),
  ],
};

const table = Object.entries(conversations);
const ownTable = Object.entries(own);

describe("encodeOpenAIResponses", () => {
  it.each(table)("writes %s as ChatOpenAI sends it", async (_title, conversation) => {
    // `stream` and `text` are the client's own, empty here; sampling settings are the model's.
    const { stream, text, ...body } = await sent(conversation);
    expect([stream, text]).toEqual([false, {}]);
    expect(encodeOpenAIResponses({ model: "gpt-4.1", ...conversation })).toEqual(body);
  });

  it.each(ownTable)("writes %s as ChatOpenAI sends it", async (_title, history) => {
    // The client changes the pieces of a thought that it is given, so that each gets its own.
    const body = await sent({ messages: await history() });
    expect(encodeOpenAIResponses({ messages: await history(), model: "gpt-4.1" })).toEqual({
      model: "gpt-4.1",
      input: body["input"],
    });
  });

  it("writes a provider's own tool as ChatOpenAI sends it", async () => {
    const tools = [lookup, { type: "web_search" }];
    const body = await sent({ messages: [question], tools });
    expect(encodeOpenAIResponses({ messages: [question], tools })["tools"]).toEqual(body["tools"]);
  });

  it("shows a message to the validator that ChatOpenAI leaves out", () => {
    const body = encodeOpenAIResponses({ messages: [question, new ChatMessage("Hm.", "narrator")] });
    expect(validateOpenAIResponses(body).map(({ rule, path }) => [rule, path])).toEqual([["P6", "input[1].role"]]);
  });
});

/** What the API refuses of what ChatOpenAI sends; every other conversation of the tables is taken. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  "calls whose blocks have outlived them": ["P7 input[1].content"],
  "LangChain's older data blocks": [
    "P7 input[0].content[0].type",
    "P7 input[0].content[1].type",
    "P7 input[0].content[2].type",
  ],
  "LangChain's standard blocks": ["P14 input[2].id", "P1 input[4]"],
  "standard image blocks in a message that is not marked as such": ["P5 input"],
  "an answer without its items": ["P3 input[1]", "P7 input[2].content"],
  "an answer whose calls were taken away, its items not": ["P1 input[2]"],
  "standard blocks of its own": ["P14 input[1].id"],
};

describe("what ChatOpenAI sends", () => {
  it.each(table)("judges %s", async (title, conversation) => {
    const problems = validateOpenAIResponses(await sent(conversation));
    expect(problems.map(({ rule, path }) => `${rule} ${path}`)).toEqual(REFUSED[title] ?? []);
  });

  it.each(ownTable)("judges %s", async (title, history) => {
    const problems = validateOpenAIResponses(await sent({ messages: await history() }));
    expect(problems.map(({ rule, path }) => `${rule} ${path}`)).toEqual(REFUSED[title] ?? []);
  });

  it("[P3] finds the call that comes back without its thought", async () => {
    const [message, bare] = [await edited([thought, fetched]), await edited([thought, fetched])];
    message.content = [];
    bare.content = [];
    delete bare.additional_kwargs["reasoning"];
    const validate = openAIResponsesValidator({ outputs: [[thought, fetched]] });
    expect(validate(await sent({ messages: [question, message, result] }))).toEqual([]);
    const problems = validate(await sent({ messages: [question, bare, result] }));
    expect(problems.map(({ rule, message: text }) => [rule, text])).toEqual([
      ["P3", "Item 'fc_1' of type 'function_call' was provided without its required 'reasoning' item: 'rs_1'."],
    ]);
  });
});
