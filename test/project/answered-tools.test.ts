import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { history, project } from "../../src/index.ts";
import type { HandoffRecord, HistoryPolicy } from "../../src/index.ts";
import { shape } from "../support.ts";

const user = (content: string) => new HumanMessage({ content, id: `u-${content}` });
const call = (name: string, id: string) => ({ name, args: {}, id, type: "tool_call" as const });
const ai = (id: string, content: string, ...calls: ReturnType<typeof call>[]) =>
  new AIMessage({ id, content, tool_calls: calls });
const result = (id: string) => new ToolMessage({ content: `result of ${id}`, tool_call_id: id, id: `r-${id}` });

const handedOver: HandoffRecord = {
  id: "h:h1",
  messageId: "h",
  callId: "h1",
  from: "a",
  to: "b",
  status: "done",
  at: "2026-01-01T00:00:00.000Z",
};

/** What the target of a handoff sees of what was before. */
function see(earlier: BaseMessage[], { text = "", policy = history.withoutAnsweredTools() as HistoryPolicy } = {}) {
  const log = [...earlier, ai("h", text, call("transfer_to_b", "h1"))];
  return shape(project(log, { agent: "b", handoffs: [handedOver], history: policy }).messages);
}

describe("[B90] history.withoutAnsweredTools", () => {
  it("[B90] removes a sequence that was answered, but for its words", () => {
    const log = [
      user("1"),
      ai("m1", "I look.", call("t", "t1")),
      result("t1"),
      ai("m2", "", call("t", "t2")),
      result("t2"),
    ];
    expect(see([...log, ai("m3", "one"), user("2")])).toEqual(["human: 1", "ai: I look.", "ai: one", "human: 2"]);
  });

  it("[B90] keeps one in which a call was interrupted", () => {
    const log = [user("1"), ai("m1", "", call("t", "t1"), call("t", "t2")), result("t1"), ai("m2", "one"), user("2")];
    expect(see(log)).toEqual([
      "human: 1",
      "ai: [t, t]",
      "tool: result of t1",
      "tool: Error: this call was not executed.",
      "ai: one",
      "human: 2",
    ]);
  });

  it.each(["", "One moment."])("[B90] keeps one that has no answer yet: %j", (text) => {
    const log = [user("1"), ai("m1", "", call("t", "t1")), result("t1")];
    expect(see(log, { text })).toEqual(["human: 1", "ai: [t]", "tool: result of t1"]);
    expect(see([...log, user("2")], { text })).toEqual(["human: 1", "ai: [t]", "tool: result of t1", "human: 2"]);
  });

  it("[B90] judges sequences one by one, and what another policy leaves", () => {
    const log = [
      user("1"),
      ai("m1", "", call("t", "t1")),
      result("t1"),
      ai("m2", "one"),
      user("2"),
      ai("m3", "", call("t", "t2")),
      result("t2"),
    ];
    expect(see(log)).toEqual(["human: 1", "ai: one", "human: 2", "ai: [t]", "tool: result of t2"]);
    const policy = history.withoutAnsweredTools(history.lastTurns(1));
    expect(policy.name).toBe("withoutAnsweredTools(lastTurns(1))");
    expect(see(log, { policy })).toEqual(["human: 2", "ai: [t]", "tool: result of t2"]);
  });
});
