import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { createRegistry } from "../../src/index.ts";
import type { HandoffRecord } from "../../src/index.ts";
import { positionsOf } from "../../src/project/activation.ts";
import { recordId, viewOf } from "../../src/project/view.ts";
import type { ViewOptions } from "../../src/project/view.ts";

const call = (id: string, name: string) => ({ id, name, args: {} });
const user = (id: string) => new HumanMessage({ id, content: id });
const ai = (id: string, text: string, ...calls: ReturnType<typeof call>[]) =>
  new AIMessage({ id, content: text, tool_calls: calls });
const result = (id: string, text: string) => new ToolMessage({ id: `${id}r`, tool_call_id: id, content: text });

const record = (messageId: string, change: Partial<HandoffRecord> = {}): HandoffRecord => ({
  id: `${messageId}:h`,
  from: "a",
  to: "b",
  status: "done",
  callId: "h",
  messageId,
  at: "",
  ...change,
});

/** What an agent sees: type, text and calls of each message, with its place in the log. */
function seen(log: readonly BaseMessage[], options: Partial<ViewOptions> = {}): string[] {
  const all: ViewOptions = {
    agent: "a",
    handoffs: [],
    view: "drop",
    registry: createRegistry(["a", "b", "c"]),
    isSealed: () => false,
    ...options,
  };
  return viewOf(log, positionsOf(log), all).map(({ message, position }) => {
    const calls = AIMessage.isInstance(message) ? (message.tool_calls ?? []).map(({ name }) => name) : [];
    return `${position} ${message.type} ${[message.text, ...calls].filter((part) => part !== "").join(" + ")}`.trim();
  });
}

describe("what others did inside a handoff that came back", () => {
  const log = [
    user("u1"),
    ai("m1", "Let me ask.", call("own", "look"), call("h", "transfer_to_b")),
    result("own", "my result"),
    ai("m2", "thinking", call("t", "search")),
    result("t", "their result"),
    user("u2"),
    ai("m3", "The answer is 7."),
    ai("m4", "So it is 7."),
  ];
  const back = record("m1", { returned: "m3" });

  it("is left out for whoever waited; the user's words, the own results and the answer stay", () => {
    expect(seen(log, { handoffs: [back] })).toEqual([
      "0 human u1",
      "1 ai Let me ask. + look + transfer_to_b",
      "1 tool The answer is 7.",
      "2 tool my result",
      "5 human u2",
      "7 ai So it is 7.",
    ]);
  });

  it("is there for everybody else, and while it has not come back", () => {
    const others = [0, 1, 2, 3, 4, 5, 6, 7];
    const positions = (options: Partial<ViewOptions>) =>
      seen(log, options).map((line) => Number(line.split(" ", 1)[0]));
    expect(positions({ agent: "b", handoffs: [back] })).toEqual(others);
    expect(positions({ handoffs: [record("m1")] })).toEqual(others);
  });

  it("has come to an end where its answer is gone from the log, or says nothing", () => {
    const answered = (text: string) => [...log.slice(0, 6), ai("m3", text), user("u3")];
    expect(seen(answered(""), { handoffs: [back] })).toContain("1 tool b has finished.");
    expect(seen(answered("Yes."), { handoffs: [back] })).toContain("1 tool Yes.");
    const lost = seen(log, { handoffs: [record("m1", { returned: "gone" })] });
    expect(lost).toContain("1 tool b has finished.");
    expect(lost).toContain("4 tool their result");
  });
});

describe("a handoff's call", () => {
  const log = [user("u1"), ai("m1", "Here.", call("h", "transfer_to_b")), user("u2")];
  const shown = (handoffs: readonly HandoffRecord[], options: Partial<ViewOptions> = {}, messages = log) =>
    seen(messages, { handoffs, ...options }).slice(1, -1);

  it("is left out, or answered, as the view says", () => {
    expect(shown([record("m1")])).toEqual(["1 ai Here."]);
    expect(shown([record("m1")], { view: "answer" })).toEqual([
      "1 ai Here. + transfer_to_b",
      "1 tool Transferred to b.",
    ]);
    expect(shown([], { view: "answer" })).toEqual(["1 ai Here. + transfer_to_b", "1 tool Transferred to b."]);
    expect(shown([])).toEqual(["1 ai Here."]);
    expect(shown([], { registry: undefined })).toEqual(["1 ai Here. + transfer_to_b"]);
  });

  it("is answered with what was wrong for who made it, and gone for the others", () => {
    const refused = record("m1", { status: "refused", code: "EDGE_DENIED" as never });
    expect(shown([refused])).toEqual(["1 ai Here. + transfer_to_b", "1 tool Error: EDGE_DENIED"]);
    expect(shown([{ ...refused, reason: "not you" }])[1]).toBe("1 tool Error: not you");
    expect(shown([refused], { agent: "b" })).toEqual(["1 ai Here."]);
    expect(shown([record("m1", { status: "dropped" })])).toEqual(["1 ai Here."]);
  });

  it("is answered wherever its message must stay as it is", () => {
    const isSealed = () => true;
    expect(shown([record("m1")], { isSealed })[1]).toBe("1 tool Transferred to b.");
    expect(shown([record("m1", { status: "dropped" })], { isSealed })[1]).toBe(
      "1 tool Not taken: one message hands over once.",
    );
    const refused = record("m1", { status: "refused", reason: "not you" });
    expect(shown([refused], { isSealed, agent: "b" })[1]).toBe("1 tool Error: not you");
  });

  it("leaves an empty message where nothing else was said", () => {
    const silent = [user("u1"), ai("m1", "", call("h", "transfer_to_b")), user("u2")];
    expect(shown([record("m1")], {}, silent)).toEqual(["1 ai"]);
    const [, message] = viewOf(silent, positionsOf(silent), {
      agent: "a",
      handoffs: [],
      view: "drop",
      registry: createRegistry(["b"]),
      isSealed: () => false,
    });
    expect(message?.message.id).toBeUndefined();
  });

  it.each([3, 8, 9, 20])("is found by its record in a log of %i messages", (length) => {
    const filler = Array.from({ length: length - 3 }, (_, index) => user(`f${index}`));
    const long = [...log.slice(0, 2), ...filler, user("u2")];
    const handoffs = [record("m0", { to: "c" }), record("m1", { to: "c" }), record("m2")];
    expect(shown(handoffs, { view: "answer" }, long).slice(0, 2)).toEqual([
      "1 ai Here. + transfer_to_b",
      "1 tool Transferred to c.",
    ]);
  });

  it("has a key also where ids are missing", () => {
    expect([recordId("m", "c"), recordId(undefined, "c"), recordId("m", undefined)]).toEqual(["m:c", ":c", "m:"]);
    const nameless = [
      user("u1"),
      new AIMessage({ content: "", tool_calls: [{ name: "transfer_to_b", args: {} }] }),
      user("u2"),
    ];
    const [, , answer] = viewOf(nameless, positionsOf(nameless), {
      agent: "a",
      handoffs: [],
      view: "answer",
      registry: createRegistry(["b"]),
      isSealed: () => false,
    });
    expect(answer?.message).toMatchObject({ tool_call_id: "" });
  });
});
