import { AIMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { callsOf, lastAssistant } from "../../src/define/calls.ts";

const openai = (fn: unknown) => ({ role: "assistant", tool_calls: [{ id: "c1", type: "function", function: fn }] });

describe("callsOf", () => {
  it.each([
    ["a JSON object", '{"a":1}', { args: { a: 1 } }],
    ["an object", { a: 1 }, { args: { a: 1 } }],
    ["an empty text", " ", { args: {} }],
    ["nothing", undefined, { args: {} }],
    ["a JSON list", "[1]", { args: {}, malformed: "the arguments are not a JSON object" }],
    ["JSON null", "null", { args: {}, malformed: "the arguments are not a JSON object" }],
    ["broken JSON", '{"a":', { args: {}, malformed: expect.stringMatching(/JSON/) }],
  ])("reads OpenAI's calls whose arguments are %s", (_what, text, expected) => {
    expect(callsOf(openai({ name: "add", arguments: text }))).toEqual([{ id: "c1", name: "add", ...expected }]);
  });

  it("reads a malformed call after the others, with the reason where the provider gives one", () => {
    const message = new AIMessage({
      content: "",
      tool_calls: [{ name: "add", args: { a: 1 }, id: "c2" }],
      invalid_tool_calls: [
        { type: "invalid_tool_call", name: "add", args: "{", id: "c1", error: "cut off" },
        { type: "invalid_tool_call", name: "add", args: "{", id: "" },
      ],
    });
    expect(callsOf(message)).toEqual([
      { id: "c2", name: "add", args: { a: 1 } },
      { id: "c1", name: "add", args: {}, malformed: "cut off" },
      { id: undefined, name: "add", args: {}, malformed: "the arguments are not a JSON object" },
    ]);
  });

  it.each([
    ["no object", "text"],
    ["null", null],
    ["no list of calls", { tool_calls: "add", invalid_tool_calls: 7 }],
    ["calls that are no objects", { tool_calls: [null, "add"], invalid_tool_calls: [null, 7] }],
    ["calls without a name", { tool_calls: [{ id: "c1" }, { function: {} }], invalid_tool_calls: [{ id: "c1" }] }],
  ])("finds none, and does not throw, where a message is or has %s", (_what, message) => {
    expect(callsOf(message)).toEqual([]);
  });

  it("takes arguments that are no object for none", () => {
    expect(callsOf({ tool_calls: [{ id: "c1", name: "add", args: [1, 2] }] })).toEqual([
      { id: "c1", name: "add", args: {} },
    ]);
  });
});

describe("lastAssistant", () => {
  const assistant = openai({ name: "add", arguments: "{}" });

  it("gives the last assistant message and the calls that were answered after it", () => {
    const messages = ["noise", assistant, { role: "tool", tool_call_id: "c1" }];
    expect(lastAssistant(messages)).toEqual({ message: assistant, answered: new Set(["c1"]) });
  });

  it.each([
    ["a user message", { role: "user", content: "Hi" }],
    ["null", null],
    ["a text", "Hi"],
  ])("gives nothing where %s came last", (_what, last) => {
    expect(lastAssistant([assistant, last])).toBeUndefined();
  });
});
