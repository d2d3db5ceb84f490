import { AIMessageChunk } from "@langchain/core/messages";
import type { AIMessageFields } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { CallAssembly } from "../../src/observe/read-calls.ts";
import { MessageReader } from "../../src/observe/read-messages.ts";
import { reasoningOf } from "../../src/observe/reasoning.ts";

type Piece = Parameters<CallAssembly["push"]>[0][number];

/** The calls that pieces come to. */
function assembled(pieces: readonly Piece[]): Record<string, string> {
  const assembly = new CallAssembly();
  const calls: Record<string, string> = {};
  for (const piece of pieces) {
    for (const { callId, tool, args } of assembly.push([piece])) {
      calls[`${callId} ${tool}`] = (calls[`${callId} ${tool}`] ?? "") + args;
    }
  }
  return calls;
}

describe("the calls of a streamed message", () => {
  it.each<{ name: string; pieces: Piece[]; calls: Record<string, string> }>([
    {
      name: "[B135] id and name in the first piece alone",
      pieces: [
        { index: 0, id: "1", name: "add", args: "" },
        { index: 0, args: '{"a"' },
        { index: 0, args: ":1}" },
      ],
      calls: { "1 add": '{"a":1}' },
    },
    {
      name: "[B135] two calls whose pieces are mixed",
      pieces: [
        { index: 0, id: "1", name: "add", args: "" },
        { index: 1, id: "2", name: "echo", args: "" },
        { index: 0, args: "{}" },
        { index: 1, args: '{"t":2}' },
      ],
      calls: { "1 add": "{}", "2 echo": '{"t":2}' },
    },
    {
      name: "[B136] no index: by id",
      pieces: [
        { id: "1", name: "add", args: '{"a"' },
        { id: "2", name: "echo", args: "{" },
        { id: "1", args: ":1}" },
        { id: "2", args: "}" },
      ],
      calls: { "1 add": '{"a":1}', "2 echo": "{}" },
    },
    {
      name: "[B136] neither index nor id: onto the last",
      pieces: [{ id: "1", name: "add", args: "{" }, { args: "}" }],
      calls: { "1 add": "{}" },
    },
    {
      name: "the same index for each call, as Gemini has it",
      pieces: [
        { index: 0, id: "1", name: "add", args: "{}" },
        { index: 0, id: "2", name: "echo", args: "{}" },
      ],
      calls: { "1 add": "{}", "2 echo": "{}" },
    },
    {
      name: "a name that comes after the arguments have begun",
      pieces: [
        { index: 0, id: "1", args: "{" },
        { index: 0, name: "add", args: "}" },
      ],
      calls: { "1 add": "{}" },
    },
  ])("$name", ({ pieces, calls }) => {
    expect(assembled(pieces)).toEqual(calls);
  });

  it("are told as a whole where nothing was streamed, and only the rest where a piece is missing", () => {
    const assembly = new CallAssembly();
    assembly.push([{ index: 0, id: "1", name: "add", args: '{"a"' }]);
    const said = [
      { id: "1", name: "add", args: { a: 1 } },
      { id: "2", name: "echo", rawArgs: "{oops" },
    ];
    expect(assembly.complete(said)).toEqual([
      { callId: "1", tool: "add", args: ":1}" },
      { callId: "2", tool: "echo", args: "{oops" },
    ]);
    expect(assembly.complete(said)).toEqual([]);
  });
});

/** Reads messages that hand off to nobody into events. */
function readerInto(told: unknown[]): MessageReader {
  return new MessageReader({ withDeltas: true, isHandoff: () => false, tell: (body) => told.push(body) });
}

describe("reasoning", () => {
  it.each<[string, AIMessageFields, string]>([
    ["Anthropic's", { content: [{ type: "thinking", thinking: "hm" }] }, "hm"],
    ["Mistral's", { content: [{ type: "thinking", thinking: [{ type: "text", text: "hm" }] }] }, "hm"],
    ["the standard block", { content: [{ type: "reasoning", reasoning: "hm" }] }, "hm"],
    ["OpenAI's summary", { content: [{ type: "reasoning", summary: [{ type: "summary_text", text: "hm" }] }] }, "hm"],
    ["Amazon's", { content: [{ type: "reasoning_content", reasoningText: { text: "hm" } }] }, "hm"],
    ["the field beside", { content: "yes", additional_kwargs: { reasoning_content: "hm" } }, "hm"],
    ["none", { content: "yes" }, ""],
  ])("is found: %s", (_name, fields, expected) => {
    expect(reasoningOf(new AIMessageChunk(fields))).toBe(expected);
  });

  it("is told beside the text", () => {
    const told: unknown[] = [];
    const reader = readerInto(told);
    reader.begin(false);
    const content = [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "yes" },
    ];
    reader.chunk(new AIMessageChunk({ id: "m", content }));
    expect(told).toEqual([
      { type: "message.started", id: "m" },
      { type: "reasoning.delta", id: "m", text: "hm" },
      { type: "message.delta", id: "m", text: "yes" },
    ]);
  });
});

describe("a message whose text is another one than was streamed", () => {
  it("[I17] is told anew, so that the pieces joined are the message", () => {
    const told: unknown[] = [];
    const reader = readerInto(told);
    reader.begin(false);
    reader.chunk(new AIMessageChunk({ id: "m", content: "no" }));
    told.length = 0;
    reader.done({ type: "message.done", agent: "a", id: "m", text: "yes" });
    reader.chunk(new AIMessageChunk({ id: "m", content: "late" }));
    expect(told).toEqual([
      { type: "message.error", id: "m", reason: "replaced" },
      { type: "message.started", id: "m~" },
      { type: "message.delta", id: "m~", text: "yes" },
      { type: "message.done", id: "m~", messageId: "m", text: "yes", calls: [] },
    ]);
  });
});
