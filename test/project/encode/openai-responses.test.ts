import { AIMessage, HumanMessage, RemoveMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage, ContentBlock } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { encodeOpenAIResponses } from "../../../src/project/encode/openai-responses.ts";
import { conversations, lookup } from "../../wire/openai-conversations.ts";

/** The input of a body, as JSON carries it. */
function encoded(...messages: BaseMessage[]): unknown {
  const body = encodeOpenAIResponses({ messages, model: "gpt-4.1" });
  expect(JSON.parse(JSON.stringify(body))).toEqual(body);
  return body["input"];
}

function content(...blocks: Readonly<Record<string, unknown>>[]): ContentBlock[] {
  return blocks as ContentBlock[];
}

function standard(...blocks: Readonly<Record<string, unknown>>[]): ContentBlock.Standard[] {
  return blocks as unknown as ContentBlock.Standard[];
}

const said = (text: unknown, fields: Record<string, unknown> = {}) => ({
  type: "message",
  role: "assistant",
  content: text,
  ...fields,
});
const spoken = (text: string, annotations: unknown[] = []) => ({ type: "output_text", text, annotations });
const call = { id: "call_1", name: "lookup", args: { thing: "tea" }, type: "tool_call" as const };
const written = { type: "function_call", name: "lookup", arguments: '{"thing":"tea"}', call_id: "call_1" };

describe("encodeOpenAIResponses", () => {
  it.each(Object.values(conversations).map((conversation, index) => [index, conversation] as const))(
    "is pure: conversation %i is written alike again, and unchanged",
    (_index, conversation) => {
      const before = JSON.stringify(conversation.messages);
      expect(encodeOpenAIResponses(conversation)).toEqual(encodeOpenAIResponses(conversation));
      expect(JSON.stringify(conversation.messages)).toBe(before);
    },
  );

  it("names a model where none is given, and no tools where there are none", () => {
    expect(encodeOpenAIResponses({ messages: [] })).toEqual({ model: "gpt-5.2", input: [] });
  });

  it("takes tools out of the envelope of Chat Completions, and leaves the provider's own", () => {
    const bare = { type: "function", function: { name: "f" }, defer_loading: true };
    const custom = { type: "function", name: "flat" };
    const tools = [lookup, bare, { type: "web_search" }, custom];
    expect(encodeOpenAIResponses({ messages: [], tools })["tools"]).toEqual([
      expect.objectContaining({ type: "function", name: "lookup", description: "Looks a thing up.", strict: null }),
      { type: "function", name: "f", strict: null, defer_loading: true },
      { type: "web_search" },
      custom,
    ]);
  });

  it("sends a response's own items, whatever became of the message", () => {
    const output = [{ type: "reasoning", id: "rs_1", summary: [] }, written];
    const message = new AIMessage({ content: "Other.", tool_calls: [], response_metadata: { output } });
    expect(encoded(message)).toEqual(output);
    const mixed = new AIMessage({ content: "Other.", response_metadata: { output: [{ type: "mcp_call" }, {}] } });
    expect(encoded(mixed)).toEqual([said("Other."), { type: "mcp_call" }]);
  });

  it("puts the thought first, then the text, then the calls with the ids of their items", () => {
    const reasoning = { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "Tea." }] };
    const message = new AIMessage({
      id: "msg_1",
      content: "Wait.",
      tool_calls: [call],
      additional_kwargs: {
        reasoning,
        __openai_function_call_ids__: { call_1: "fc_1" },
        tool_outputs: [{ type: "shell_call" }],
      },
    });
    const items = [reasoning, said("Wait.", { id: "msg_1" }), { ...written, id: "fc_1" }, { type: "shell_call" }];
    expect(encoded(message)).toEqual(items);
  });

  it("puts the pieces of a thought together as the client does, the first one twice", () => {
    const piece = (text: string, index: number) => ({ type: "summary_text", text, index });
    const reasoning = { type: "reasoning", id: "rs_1", summary: [piece("a", 0), piece("b", 1), piece("c", 1)] };
    const [thought] = encoded(new AIMessage({ content: "", additional_kwargs: { reasoning } })) as unknown[];
    expect(thought).toEqual({
      ...reasoning,
      summary: [
        { type: "summary_text", text: "aa" },
        { type: "summary_text", text: "bc" },
      ],
    });
  });

  it("leaves out an empty list of blocks, but not one that is emptied", () => {
    expect(encoded(new AIMessage({ content: [], tool_calls: [call] }))).toEqual([written]);
    const emptied = new AIMessage({
      content: content({ type: "tool_use", id: "a", name: "f", input: {} }),
      tool_calls: [],
    });
    expect(encoded(emptied)).toEqual([said([])]);
  });

  it("writes texts with their phase, refusals and annotations", () => {
    const span = { start_index: 0, end_index: 0 };
    const annotations = [
      { type: "citation", source: "url_citation" },
      { type: "citation", source: "file_citation" },
      { type: "citation", source: "container_file_citation" },
      { type: "citation", source: "file_path" },
      { type: "citation" },
      { type: "non_standard", value: "x" },
      { type: "url_citation", url: "https://x.test" },
    ];
    const blocks = content({ type: "text", text: "Hi", phase: "commentary", annotations }, { type: "thinking" });
    const message = new AIMessage({ content: blocks, additional_kwargs: { refusal: "No." } });
    const wire = [
      { type: "url_citation", url: "", title: "", ...span },
      { type: "file_citation", file_id: "", filename: "", index: 0 },
      { type: "container_file_citation", file_id: "", filename: "", container_id: "", ...span },
      { type: "file_path", file_id: "", index: 0 },
      { type: "citation" },
      "x",
      { type: "url_citation", url: "https://x.test" },
    ];
    const refusal = { type: "refusal", refusal: "No." };
    expect(encoded(message)).toEqual([said([spoken("Hi", wire), refusal], { phase: "commentary" })]);
    expect(encoded(new AIMessage({ content: "Hi", additional_kwargs: { refusal: "No." } }))).toEqual([
      said([spoken("Hi"), refusal]),
    ]);
  });

  it("writes custom tools' calls by their flag or their item's id, and raw calls", () => {
    const kwargs = { __openai_custom_tool_call_ids__: { call_1: "ctc_1" } };
    const custom = { type: "custom_tool_call", name: "lookup", call_id: "call_1", input: "ls" };
    const args = { input: "ls" };
    const flagged = { ...call, args, isCustomTool: true };
    const own = { ...flagged, call_id: "ctc_9" };
    const text = (calls: object[], additional_kwargs = {}) =>
      encoded(new AIMessage({ content: [], tool_calls: calls as (typeof call)[], additional_kwargs }));
    expect(text([{ ...call, args }], kwargs)).toEqual([{ ...custom, id: "ctc_1" }]);
    expect(text([flagged])).toEqual([{ ...custom, id: "" }]);
    expect(text([own])).toEqual([{ ...custom, id: "ctc_9" }]);

    const raw = new AIMessage([]);
    raw.additional_kwargs["tool_calls"] = [
      { id: "call_1", type: "function", function: { name: "f", arguments: "{}" } },
    ];
    expect(encoded(raw)).toEqual([{ type: "function_call", name: "f", call_id: "call_1", arguments: "{}" }]);
  });

  it("writes results as text, or of the API's own parts, with an id of the API's own", () => {
    const result = (fields: object) => new ToolMessage({ content: "", tool_call_id: "call_1", ...fields });
    const own = content({ type: "input_text", text: "tea" });
    const wire = { type: "function_call_output", call_id: "call_1" };
    expect(
      encoded(
        result({ content: "tea", status: "error", id: "fc_1" }),
        result({ content: own, id: "run-1" }),
        result({ content: content({ type: "text", text: "tea" }) }),
        result({ content: "tea", additional_kwargs: { customTool: {} } }),
      ),
    ).toEqual([
      { ...wire, id: "fc_1", output: "tea" },
      { ...wire, output: own },
      { ...wire, output: '[{"type":"text","text":"tea"}]' },
      { type: "custom_tool_call_output", call_id: "call_1", output: "tea" },
    ]);
  });

  it("writes a user's blocks as parts, and leaves out what it does not know", () => {
    const approval = { type: "mcp_approval_response", approval_request_id: "mcpr_1", approve: true };
    const blocks = content(
      approval,
      { type: "input_text", text: "Hi" },
      { type: "image", source_type: "url", url: "https://x.test" },
      { type: "file", source_type: "id", id: "file_1" },
      { type: "image_url", image_url: "https://x.test" },
      { type: "image_url", image_url: { url: "https://x.test", detail: "low" } },
      { type: "file", source_type: "url", url: "https://x.test" },
      { type: "file", source_type: "base64", data: "aGk=" },
      { type: "file", source_type: "text", text: "Hi" },
      { type: "thinking" },
    );
    expect(encoded(new HumanMessage({ content: blocks }))).toEqual([
      approval,
      {
        type: "message",
        role: "user",
        content: [
          { type: "input_text", text: "Hi" },
          { type: "image_url", image_url: { url: "https://x.test" } },
          { type: "input_file", file_id: "file_1" },
          { type: "input_image", image_url: "https://x.test", detail: "auto" },
          { type: "input_image", image_url: "https://x.test", detail: "low" },
          { type: "input_file", file_url: "https://x.test" },
          { type: "input_file", file_data: "data:;base64,aGk=", filename: "LC_AUTOGENERATED" },
          { type: "file", source_type: "text", text: "Hi" },
        ],
      },
    ]);
  });

  it("shows messages to the validator that the client throws at", () => {
    expect(encoded(new RemoveMessage({ id: "1" }))).toEqual([{ type: "message", role: "remove", content: [] }]);
  });

  it("writes standard blocks in their order, parts that follow each other as one message", () => {
    const blocks = standard(
      { type: "text", text: "One." },
      { type: "text", text: "Two.", extras: { phase: "final_answer" } },
      { type: "invalid_tool_call", id: "call_bad", name: "f", args: "{" },
      { type: "text-plain", text: "Three.", mimeType: "text/plain" },
      { type: "text-plain", mimeType: "text/plain" },
      { type: "tool_call", args: undefined },
      { type: "text", text: "Four.", extras: { phase: "commentary" } },
      { type: "reasoning", id: "rs_1", reasoning: "Hm.", summary: [{ text: "a" }, {}, { text: "b" }] },
      { type: "reasoning", reasoning: "Hm.", summary: [] },
      { type: "server_tool_call_result", status: "other", output: { a: 1 } },
      { type: "server_tool_call_result", toolCallId: "s", status: "error", output: undefined },
      { type: "non_standard", value: { type: "item_reference", id: "msg_1" } },
    );
    const summary = (...texts: string[]) => texts.map((text) => ({ type: "summary_text", text }));
    const wire = [
      said([spoken("One."), spoken("Two."), spoken("Three.")]),
      { type: "function_call", name: "", call_id: "", arguments: "{}" },
      said([spoken("Four.")], { phase: "commentary" }),
      { type: "reasoning", id: "rs_1", summary: summary("a", "b") },
      { type: "reasoning", summary: summary("Hm.") },
      { type: "function_call_output", call_id: "", output: '{"a":1}' },
      { type: "function_call_output", call_id: "s", output: "{}", status: "incomplete" },
    ];
    const response_metadata = { model_provider: "openai" };
    expect(encoded(new AIMessage({ contentBlocks: blocks }))).toEqual(wire);
    expect(encoded(new AIMessage({ contentBlocks: blocks, response_metadata }))).toEqual([
      ...wire,
      { type: "item_reference", id: "msg_1" },
    ]);
  });

  it("writes a user's standard images and files, whole ones only", () => {
    const blocks = standard(
      { type: "image", fileId: "file_1", metadata: { detail: "high" } },
      { type: "image", url: "https://x.test" },
      { type: "image", data: "aGk=" },
      { type: "image" },
      { type: "file", fileId: "file_1", metadata: { title: "a" } },
      { type: "file", data: "aGk=", metadata: { name: "a" } },
      { type: "video", url: "https://x.test" },
      { type: "video" },
    );
    expect(encoded(new HumanMessage({ contentBlocks: blocks }))).toEqual([
      {
        type: "message",
        role: "user",
        content: [
          { type: "input_image", detail: "high", file_id: "file_1" },
          { type: "input_image", detail: "auto", image_url: "https://x.test" },
          { type: "input_image", detail: "auto", image_url: "data:image/png;base64,aGk=" },
          { type: "input_file", filename: "a", file_id: "file_1" },
          { type: "input_file", filename: "a", file_data: "data:application/octet-stream;base64,aGk=" },
          { type: "input_file", file_url: "https://x.test" },
        ],
      },
    ]);
  });

  it("writes a tool's standard blocks as an assistant's text, as the client does", () => {
    const message = new ToolMessage({ contentBlocks: standard({ type: "text", text: "ok" }), tool_call_id: "call_1" });
    expect(encoded(message)).toEqual([said([spoken("ok")])]);
  });
});
