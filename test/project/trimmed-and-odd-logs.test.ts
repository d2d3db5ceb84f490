import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { createRegistry, history, project } from "../../src/index.ts";
import type { HandoffRecord, ProjectOptions } from "../../src/index.ts";
import { shape, toolMessages } from "../support.ts";

const user = (content = "Hello") => new HumanMessage({ content, id: `u-${content}` });
const ai = (id: string, content: AIMessage["content"], ...names: string[]) =>
  new AIMessage({ id, content, tool_calls: names.map((name) => ({ name, args: {}, id: `${id}-${name}` })) });
const result = (id: string, content = "ok") => new ToolMessage({ content, tool_call_id: id, id: `r-${id}` });
const handoff = (more: Partial<HandoffRecord> = {}): HandoffRecord => ({
  id: "m1:m1-transfer_to_b",
  messageId: "m1",
  callId: "m1-transfer_to_b",
  from: "a",
  to: "b",
  status: "done",
  at: "2026-01-01T00:00:00.000Z",
  ...more,
});

const see = (messages: BaseMessage[], options: Partial<ProjectOptions> = {}) =>
  shape(project(messages, { agent: "b", ...options }).messages);

describe("a log from which messages were removed", () => {
  it("leaves the agent active, and its brief with it, when the handoff's message is gone", () => {
    const { messages, brief } = project([user()], { agent: "b", handoffs: [handoff({ reason: "a refund" })] });
    expect(shape(messages)).toEqual(["human: Hello"]);
    expect(brief).toBe('Handed over by "a". The conversation is now yours.\nReason: "a refund"');
  });

  it("tells the caller that the other has finished when its answer is gone, and hides nothing", () => {
    const log = [user(), ai("m1", "", "transfer_to_b"), ai("m2", "Working on it."), user("Well?")];
    const handoffs = [handoff({ returned: "gone" })];
    const { messages, brief } = project(log, { agent: "a", handoffs });
    expect(shape(messages)).toEqual([
      "human: Hello",
      "ai: [transfer_to_b]",
      "tool: b has finished.",
      "ai: Working on it.",
      "human: Well?",
    ]);
    expect(brief).toBeUndefined();
    expect(project([user()], { agent: "b", handoffs }).handoff).toBeUndefined();
  });

  it("hides nothing when the message of a handoff that has come back is gone", () => {
    const log = [user(), ai("m2", "Your money is on its way."), user("Thanks")];
    expect(see(log, { agent: "a", handoffs: [handoff({ returned: "m2" })] })).toEqual([
      "human: Hello",
      "ai: Your money is on its way.",
      "human: Thanks",
    ]);
  });
});

describe("the brief", () => {
  it.each([
    ["a text", "order 42", 'Input: "order 42"'],
    ["a number", 0, "Input: 0"],
    ["a list", [1], "Input: [1]"],
    ["null", null, undefined],
    ["an empty object", {}, undefined],
  ])("shows an input that the schema made %s of", (_what, input, line) => {
    const { brief } = project([user()], { agent: "b", handoffs: [handoff({ input })] });
    expect(brief?.split("\n")[1]).toBe(line);
  });
});

describe("history.withoutTools", () => {
  const past = [
    user(),
    new AIMessage({
      id: "m0",
      name: "a",
      content: "I look it up.",
      tool_calls: [{ name: "search", args: {}, id: "s1" }],
    }),
    result("s1", "private"),
    ai("m1", "", "transfer_to_b"),
  ];

  it("keeps what was said beside the calls, with its author", () => {
    const log = [...past.slice(0, 3), user("And?"), ...past.slice(3)];
    const { messages } = project(log, { agent: "b", handoffs: [handoff()], history: history.withoutTools() });
    expect(messages.map(({ type, text, name }) => [type, text, name])).toEqual([
      ["human", "Hello", undefined],
      ["ai", "I look it up.", "a"],
      ["human", "And?", undefined],
    ]);
  });

  it("leaves malformed calls out as well", () => {
    const malformed = new AIMessage({
      id: "m0",
      content: "",
      invalid_tool_calls: [{ type: "invalid_tool_call", name: "search", args: "{", id: "s1" }],
    });
    const log = [user(), malformed, result("s1", "Error: not JSON"), ai("m1", "", "transfer_to_b")];
    expect(see(log, { handoffs: [handoff()], history: history.withoutTools() })).toEqual(["human: Hello"]);
  });

  it("hands the brief over as the user turn where its base does", () => {
    const policy = history.withoutTools(history.briefOnly());
    expect(policy.name).toBe("withoutTools(briefOnly)");
    const { messages, brief } = project(past, { agent: "b", handoffs: [handoff()], history: policy });
    expect(shape(messages)).toEqual(['human: Handed over by "a". The conversation is now yours.']);
    expect(brief).toBeUndefined();
  });
});

describe("messages as providers give them", () => {
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } };
  it.each([
    ["reasoning alone", [{ type: "thinking", thinking: "Hm.", signature: "s" }], 0],
    ["a call block that repeats no call", [{ type: "tool_use", id: "x", name: "search", input: {} }], 0],
    ["blank text", [{ type: "text", text: " " }], 0],
    ["nothing", [], 0],
    [
      "text",
      [
        { type: "thinking", thinking: "Hm." },
        { type: "text", text: "Hi" },
      ],
      1,
    ],
    ["an image", [image], 1],
  ])("go to the next model only if they say something: %s", (_what, content, count) => {
    const log = [user(), ai("m1", content as AIMessage["content"]), user("Go on")];
    const { messages } = project(log, { agent: "b" });
    expect(messages.filter(({ type }) => type === "ai")).toHaveLength(count);
  });

  it("keep a result's status and name where a call's id is too long for the provider", () => {
    const id = "call-".repeat(20);
    const message = new AIMessage({ id: "m1", content: "", tool_calls: [{ name: "search", args: {}, id }] });
    const answer = new ToolMessage({ content: "Error: no", tool_call_id: id, status: "error", name: "search" });
    const [wire] = toolMessages(project([user(), message, answer], { agent: "b" }).messages);
    expect(wire).toMatchObject({ status: "error", name: "search", content: "Error: no" });
    expect(wire?.tool_call_id.length).toBeLessThanOrEqual(40);
  });

  it("keep a result without a status when its id is shortened", () => {
    const id = "call-".repeat(20);
    const message = new AIMessage({ id: "m1", content: "", tool_calls: [{ name: "search", args: {}, id }] });
    expect(see([user(), message, result(id, "found")])).toEqual(["human: Hello", "ai: [search]", "tool: found"]);
  });

  it("need no ids: a handoff is left out, and a call that nobody ran is answered", () => {
    const message = new AIMessage({
      content: "",
      tool_calls: [
        { name: "transfer_to_b", args: {} },
        { name: "search", args: {} },
      ],
    });
    const { messages } = project([user(), message], { agent: "b", registry: createRegistry(["a", "b"]) });
    expect(shape(messages)).toEqual(["human: Hello", "ai: [search]", "tool: Error: this call was not executed."]);
    expect(toolMessages(messages)[0]?.tool_call_id).toBe((messages[1] as AIMessage).tool_calls?.[0]?.id);
  });

  it("show a refusal by its code where the ledger gives no reason", () => {
    const log = [user(), ai("m1", "", "transfer_to_b")];
    const handoffs = [handoff({ status: "refused", code: "HANDOFF_NOT_ALLOWED" })];
    expect(see(log, { agent: "a", handoffs }).at(-1)).toBe("tool: Error: HANDOFF_NOT_ALLOWED");
  });
});
