import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { createRegistry, routeHandoffs } from "../../src/index.ts";
import { isEndedEarly, verdictsOf } from "../../src/route/route-handoffs.ts";
import type { HandoffRecord } from "../../src/types.ts";

const call = (name: string, id: string | undefined = name) => ({ name, args: {}, id });
const asks = (...names: string[]) =>
  new AIMessage({ content: "", id: "m", tool_calls: names.map((name) => call(name)) });

function record(change: Partial<HandoffRecord>): HandoffRecord {
  return { id: "m:c", from: "a", to: "writer", status: "pending", callId: "c", messageId: "m", at: "", ...change };
}

describe("the way on after a message", () => {
  const route = routeHandoffs({ targets: ["writer"], tools: "tools", self: "self", otherwise: "otherwise" });

  it("reads the prefix of the handoff tools", () => {
    const byPrefix = routeHandoffs({ targets: ["writer"], prefix: "ask_" });
    expect(byPrefix({ messages: [asks("ask_writer")] })).toBe("writer");
    expect(byPrefix({ messages: [asks("transfer_to_writer")] })).toBe("__end__");
  });

  it("passes over an agent that the registry knows and that is no target", () => {
    const registry = createRegistry(["editor", "writer"]);
    const narrow = routeHandoffs({ targets: ["writer"], registry, self: "self" });
    expect(narrow({ messages: [asks("transfer_to_editor", "transfer_to_writer")] })).toBe("writer");
    expect(narrow({ messages: [asks("transfer_to_editor")] })).toBe("self");
  });

  it("goes nowhere but to a target, whatever the ledger says", () => {
    const messages = [asks("transfer_to_writer")];
    const handoffs = [record({ callId: "transfer_to_writer", to: "gone" })];
    expect(route({ messages, handoffs })).toBe("self");
    expect(route({ messages, handoffs: [record({ callId: "transfer_to_writer" })] })).toBe("writer");
  });

  it("runs the tools of a message without a handoff, where those beside one are skipped", () => {
    const skipping = routeHandoffs({ targets: ["writer"], tools: "tools", self: "self", siblings: "skip" });
    expect(skipping({ messages: [asks("search")] })).toBe("tools");
    expect(skipping({ messages: [asks("search", "transfer_to_writer")] })).toBe("writer");
    expect(route({ messages: [asks("search", "transfer_to_writer")] })).toBe("tools");
  });

  it("runs a call without an id, and none that is answered", () => {
    const nameless = { role: "assistant", tool_calls: [{ name: "search", args: {} }] };
    expect(route({ messages: [nameless] })).toBe("tools");
    expect(route({ messages: [asks("search"), new ToolMessage({ content: "3", tool_call_id: "search" })] })).toBe(
      "self",
    );
  });

  it("knows the verdict about a call without an id", () => {
    const nameless = { id: "m", role: "assistant", tool_calls: [{ name: "old_handoff", args: {} }] };
    expect(route({ messages: [nameless], handoffs: [record({ callId: "" })] })).toBe("writer");
  });

  it("goes to otherwise where the user spoke last", () => {
    expect(route({ messages: [asks("transfer_to_writer"), new HumanMessage("Wait.")] })).toBe("otherwise");
    expect(route({ messages: [] })).toBe("otherwise");
  });
});

describe("a turn that was ended early", () => {
  it.each([
    [{ kind: "limit", path: ["a"] }, true],
    [{ kind: "guardrail", path: ["a"] }, true],
    [{ kind: "limit", messageId: "m", path: ["a"] }, false],
    [{ kind: "guardrail", messageId: "m", path: ["a"] }, false],
    [{ kind: "answer", path: ["a"] }, false],
    [{ kind: "limit" }, false],
    [{ kind: "limit", path: "a" }, false],
    ["limit", false],
    [null, false],
    [undefined, false],
  ])("by the outcome %j: %s", (outcome, ended) => {
    expect(isEndedEarly({ outcome })).toBe(ended);
    const messages = [asks("transfer_to_writer")];
    const next = routeHandoffs({ targets: ["writer"], otherwise: "otherwise" })({ messages, outcome });
    expect(next).toBe(ended ? "otherwise" : "writer");
  });
});

describe("the verdicts about a message", () => {
  const older = record({ id: "l:c", callId: "c", messageId: "l", status: "done" });

  it("are the lines at the end of the ledger that name it", () => {
    const [first, second] = [record({ callId: "c1" }), record({ callId: "c2", status: "refused" })];
    expect([...verdictsOf({ id: "m" }, [older, first, second])]).toEqual([
      ["c2", second],
      ["c1", first],
    ]);
    expect([...verdictsOf({ id: "l" }, [older, first]).keys()]).toEqual([]);
  });

  it("are none without a ledger or a message", () => {
    expect(verdictsOf({ id: "m" }, undefined).size).toBe(0);
    expect(verdictsOf({ id: "m" }, []).size).toBe(0);
    expect(verdictsOf(undefined, [older]).size).toBe(0);
  });
});
