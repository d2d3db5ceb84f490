import {
  AIMessage,
  ChatMessage,
  HumanMessage,
  RemoveMessage,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import type { BaseMessage, ContentBlock } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { encodeOpenAIChat } from "../../../src/project/encode/openai-chat.ts";
import { validateOpenAIChat } from "../../../src/project/wire/openai-chat.ts";
import { conversations, lookup } from "../../wire/openai-conversations.ts";

/** The messages of a body, as JSON carries them. */
function encoded(...messages: BaseMessage[]): unknown {
  const body = encodeOpenAIChat({ messages, model: "gpt-4.1" });
  expect(JSON.parse(JSON.stringify(body))).toEqual(body);
  return body["messages"];
}

function standard(...blocks: Readonly<Record<string, unknown>>[]): ContentBlock.Standard[] {
  return blocks as unknown as ContentBlock.Standard[];
}

/** The parts of a user's message with these blocks. */
function parts(...blocks: Readonly<Record<string, unknown>>[]): unknown {
  const [message] = encoded(new HumanMessage({ content: blocks as ContentBlock[] })) as { content: unknown }[];
  return message?.content;
}

function standardParts(...blocks: Readonly<Record<string, unknown>>[]): unknown {
  const [message] = encoded(new HumanMessage({ contentBlocks: standard(...blocks) })) as { content: unknown }[];
  return message?.content;
}

describe("encodeOpenAIChat", () => {
  it.each(Object.values(conversations).map((conversation, index) => [index, conversation] as const))(
    "is pure: conversation %i is written alike again, and unchanged",
    (_index, conversation) => {
      const before = JSON.stringify(conversation.messages);
      expect(encodeOpenAIChat(conversation)).toEqual(encodeOpenAIChat(conversation));
      expect(JSON.stringify(conversation.messages)).toBe(before);
    },
  );

  it.each([
    ["gpt-4.1", "system"],
    ["gpt-5.2", "developer"],
    ["gpt-5-chat-latest", "system"],
    ["o4-mini", "developer"],
  ])("has the system prompt of %s said by the %s", (model, role) => {
    expect(encodeOpenAIChat({ messages: [new SystemMessage("Be brief.")], model })["messages"]).toEqual([
      { role, content: "Be brief." },
    ]);
  });

  it("converts tools of LangChain and leaves definitions as they are", () => {
    const definition = { type: "function", function: { name: "f" } };
    const body = encodeOpenAIChat({ messages: [new HumanMessage("Hi")], tools: [lookup, definition] });
    expect(body["tools"]).toMatchObject([{ type: "function", function: { name: "lookup" } }, definition]);
    expect(validateOpenAIChat(body)).toEqual([]);
  });

  it("writes calls as text, and leaves out the blocks that hold them, and thoughts", () => {
    const thinking = { type: "thinking", thinking: "Hm.", signature: "c2ln" };
    const message = new AIMessage({
      content: [thinking, { type: "text", text: "Wait." }, { type: "tool_use", id: "a", name: "lookup", input: {} }],
      tool_calls: [{ id: "a", name: "lookup", args: { thing: "tea" } }],
    });
    expect(encoded(message, new ToolMessage({ content: "ok", tool_call_id: "a", status: "error" }))).toEqual([
      {
        role: "assistant",
        content: [{ type: "text", text: "Wait." }],
        tool_calls: [{ id: "a", type: "function", function: { name: "lookup", arguments: '{"thing":"tea"}' } }],
      },
      { role: "tool", content: "ok", tool_call_id: "a" },
    ]);
  });

  it("repeats what additional_kwargs hold: a function's call and an audio", () => {
    const call = { name: "f", arguments: "{}" };
    const message = new AIMessage({
      content: "",
      additional_kwargs: { function_call: call, audio: { id: "audio_1" } },
    });
    expect(encoded(message)).toEqual([
      { role: "assistant", content: "", function_call: call },
      { role: "assistant", audio: { id: "audio_1" } },
    ]);
  });

  it("shows messages to the validator that the client throws at", () => {
    expect(encoded(new RemoveMessage({ id: "1" }))).toEqual([{ role: "remove", content: [] }]);
    expect(encoded(new ChatMessage("Hi", "narrator"))).toEqual([{ role: "narrator", content: "Hi" }]);
  });

  it("writes LangChain's older data blocks as parts, and leaves those that it cannot write", () => {
    const file = { type: "file", source_type: "base64", mime_type: "application/pdf", data: "aGk=" };
    const left = [
      { type: "file", source_type: "text", text: "Hi" },
      { type: "image", source_type: "id", id: "file_1" },
      { type: "video", source_type: "url", url: "https://x.test" },
    ];
    expect(
      parts(
        { type: "image", source_type: "base64", data: "aGk=" },
        { type: "audio", source_type: "base64", mime_type: "audio/mp3", data: "aGk=" },
        { type: "audio", source_type: "url", url: "https://x.test/a.mp3" },
        { ...file, metadata: { filename: "a.pdf" } },
        file,
        { type: "file", source_type: "id", id: "file_1" },
        ...left,
      ),
    ).toEqual([
      { type: "image_url", image_url: { url: "data:;base64,aGk=" } },
      { type: "input_audio", input_audio: { format: "mp3", data: "aGk=" } },
      { type: "input_audio", input_audio: { format: "", data: "" } },
      { type: "file", file: { file_data: "data:application/pdf;base64,aGk=", filename: "a.pdf" } },
      { type: "file", file: { file_data: "data:application/pdf;base64,aGk=", filename: "LC_AUTOGENERATED" } },
      { type: "file", file: { file_id: "file_1" } },
      ...left,
    ]);
  });

  it("writes standard blocks of a user as parts, and leaves out those that it cannot write", () => {
    const bytes = new Uint8Array([104, 105]);
    expect(
      standardParts(
        { type: "text", text: "Hi", id: "t" },
        { type: "image", data: bytes, mimeType: "image/png" },
        { type: "image", fileId: "file_1" },
        { type: "audio", data: "aGk=", mimeType: "audio/mp3" },
        { type: "audio", data: "aGk=", mimeType: "audio/ogg" },
        { type: "audio", url: "https://x.test" },
        { type: "file", fileId: "file_1" },
        { type: "file", url: "https://x.test" },
      ),
    ).toEqual([
      { type: "text", text: "Hi" },
      { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } },
      { type: "input_audio", input_audio: { data: "aGk=", format: "mp3" } },
      { type: "input_audio", input_audio: { data: "aGk=", format: "wav" } },
      { type: "file", file: { file_id: "file_1" } },
    ]);
  });

  it("writes of everybody else's standard blocks the text alone", () => {
    const text = { type: "text", text: "Hi" };
    const blocks = standard({ type: "reasoning", reasoning: "Hm." }, text);
    const calling = standard(text, { type: "tool_call", id: "a", name: "f", args: {} });
    expect(
      encoded(
        new SystemMessage({ contentBlocks: blocks }),
        new AIMessage({ contentBlocks: calling, name: "Ann" }),
        new ToolMessage({ contentBlocks: blocks, tool_call_id: "a" }),
      ),
    ).toEqual([
      { role: "system", content: [text] },
      {
        role: "assistant",
        content: [text],
        tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }],
      },
      { role: "tool", content: [text], tool_call_id: "a" },
    ]);
  });
});
