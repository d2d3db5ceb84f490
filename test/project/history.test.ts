import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { history } from "../../src/index.ts";
import type { HandoffRecord, HistoryContext, HistoryPolicy } from "../../src/index.ts";
import { briefOf } from "../../src/project/brief.ts";
import { NOT_EXECUTED } from "../../src/project/pairs.ts";

const user = (id: string) => new HumanMessage({ id, content: id });
const says = (id: string, text = id) => new AIMessage({ id, name: "a", content: text });
const calls = (id: string, text = "") =>
  new AIMessage({ id, name: "a", content: text, tool_calls: [{ id: `${id}c`, name: "look", args: {} }] });
const result = (of: string, content = "found") => new ToolMessage({ id: `${of}r`, tool_call_id: `${of}c`, content });

const handoff: HandoffRecord = {
  id: "h:c",
  from: "a",
  to: "b",
  status: "done",
  callId: "c",
  messageId: "h",
  at: "",
};

/** The ids of what a policy leaves; what it made itself by its text. */
function left(policy: HistoryPolicy, earlier: readonly BaseMessage[], context: Partial<HistoryContext> = {}): string[] {
  return policy.select(earlier, { agent: "b", ...context } as HistoryContext).map(({ id, text }) => id ?? text);
}

describe("history.lastTurns", () => {
  const log = [user("u1"), says("a1"), user("u2"), says("a2"), user("u3")];

  it("leaves as many user turns, or all that there are", () => {
    expect(left(history.lastTurns(1), log)).toEqual(["u3"]);
    expect(left(history.lastTurns(2), log)).toEqual(["u2", "a2", "u3"]);
    expect(left(history.lastTurns(3), log)).toEqual(["u1", "a1", "u2", "a2", "u3"]);
    expect(left(history.lastTurns(9), log)).toHaveLength(5);
    expect(left(history.lastTurns(1), [says("a1")])).toEqual(["a1"]);
    expect(left(history.lastTurns(1), [])).toEqual([]);
    expect(left(history.lastTurns(3), [says("a0"), ...log])).toHaveLength(5);
    expect(history.lastTurns(2).name).toBe("lastTurns(2)");
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %j turns", (turns) => {
    expect(() => history.lastTurns(turns)).toThrow(
      new RangeError(`history.lastTurns needs a whole number of at least 1, got ${turns}`),
    );
  });
});

describe("history since a handoff", () => {
  const log = [user("u1"), says("a1"), user("u2"), says("a2")];

  it("is the request that led to it; all where nobody handed over", () => {
    expect(left(history.sinceHandoff(), log, { handoff })).toEqual(["u2"]);
    expect(left(history.sinceHandoff(), log)).toHaveLength(4);
    expect(left(history.sinceHandoff(), [says("a1")], { handoff })).toEqual([]);
    expect(history.sinceHandoff()).toMatchObject({ name: "sinceHandoff" });
  });

  it("is nothing but the brief, as the user's turn", () => {
    expect(left(history.briefOnly(), log, { handoff })).toEqual([]);
    expect(left(history.briefOnly(), log)).toHaveLength(4);
    expect(history.briefOnly()).toMatchObject({ name: "briefOnly", briefAsUser: true });
  });
});

describe("history without tools", () => {
  const log = [
    user("u1"),
    calls("a1"),
    result("a1"),
    calls("a2", "One moment."),
    result("a2"),
    calls("a3", "  "),
    says("a4"),
  ];

  it("leaves what was said, by whom", () => {
    const policy = history.withoutTools();
    expect(left(policy, log)).toEqual(["u1", "a2", "a4"]);
    const [, said] = policy.select(log, { agent: "b" } as HistoryContext) as AIMessage[];
    expect([said?.text, said?.name, said?.tool_calls]).toEqual(["One moment.", "a", []]);
    const nameless = new AIMessage({ content: "Wait.", tool_calls: [{ id: "c", name: "look", args: {} }] });
    const [plain] = policy.select([nameless], { agent: "b" } as HistoryContext) as AIMessage[];
    expect(Object.keys(plain?.lc_kwargs ?? {})).not.toContain("name");
    expect([plain?.id, plain?.name]).toEqual([undefined, undefined]);
  });

  it("goes after another policy, and keeps what that says of the brief", () => {
    expect(left(history.withoutTools(history.lastTurns(1)), [user("u0"), ...log])).toEqual(["u1", "a2", "a4"]);
    expect(history.withoutTools(history.lastTurns(1)).name).toBe("withoutTools(lastTurns(1))");
    expect(history.withoutTools().name).toBe("withoutTools");
    expect(history.withoutTools(history.briefOnly()).briefAsUser).toBe(true);
    expect("briefAsUser" in history.withoutTools(history.full())).toBe(false);
    expect("briefAsUser" in history.withoutTools()).toBe(false);
  });
});

describe("history without answered tools", () => {
  const policy = history.withoutAnsweredTools();

  it("leaves out calls that led to an answer, each sequence for itself", () => {
    expect(left(policy, [user("u"), calls("a1"), result("a1"), says("a2")])).toEqual(["u", "a2"]);
    expect(left(policy, [user("u"), calls("a1", "Wait."), result("a1"), says("a2")])).toEqual(["u", "a1", "a2"]);
    expect(left(policy, [calls("a1"), result("a1"), user("u")])).toEqual(["a1", "a1r", "u"]);
    expect(left(policy, [calls("a1"), result("a1")])).toEqual(["a1", "a1r"]);
    const twice = [calls("a1"), result("a1"), says("a2"), calls("a3"), result("a3", NOT_EXECUTED), says("a4")];
    expect(left(policy, twice)).toEqual(["a2", "a3", "a3r", "a4"]);
  });

  it("takes the words of the message that handed over for no answer", () => {
    const log = [calls("a1"), result("a1"), says("h")];
    expect(left(policy, log, { handoff })).toEqual(["a1", "a1r", "h"]);
    expect(left(policy, [calls("a1"), result("a1"), new AIMessage("Here.")])).toEqual(["Here."]);
  });

  it("goes after another policy, and keeps what that says of the brief", () => {
    const log = [user("u0"), calls("a1"), result("a1"), says("a2"), user("u1"), says("a3")];
    expect(left(history.withoutAnsweredTools(history.lastTurns(1)), log)).toEqual(["u1", "a3"]);
    expect(history.withoutAnsweredTools(history.lastTurns(1)).name).toBe("withoutAnsweredTools(lastTurns(1))");
    expect(policy.name).toBe("withoutAnsweredTools");
    expect(history.withoutAnsweredTools(history.briefOnly()).briefAsUser).toBe(true);
    expect("briefAsUser" in policy).toBe(false);
    expect("briefAsUser" in history.withoutAnsweredTools(history.full())).toBe(false);
  });
});

describe("a summary, and what is one's own", () => {
  it("stands for what was before the turn", () => {
    const policy = history.summary((earlier, { agent }) => `${agent} missed ${earlier.length}`);
    expect(left(policy, [user("u1"), says("a1"), user("u2"), says("a2")])).toEqual(["Context: b missed 2", "u2", "a2"]);
    expect(left(policy, [user("u1"), says("a1")])).toEqual(["u1", "a1"]);
    expect(policy.name).toBe("summary");
  });

  it("is what the function returns", () => {
    expect(history.custom(() => [], "none")).toMatchObject({ name: "none" });
    expect(history.custom(() => []).name).toBe("custom");
    expect(
      left(
        history.custom((earlier) => earlier.slice(1)),
        [user("u1"), user("u2")],
      ),
    ).toEqual(["u2"]);
    expect([history.full().name, left(history.full(), [user("u1")])]).toEqual(["full", ["u1"]]);
  });
});

describe("a brief", () => {
  const brief = (change: Partial<HandoffRecord>, ...said: { agent: string | undefined; text: string }[]) =>
    briefOf({ ...handoff, ...change }, said)
      .split("\n")
      .slice(1);

  it("says who handed over, what was said on the way, why and with what", () => {
    expect(briefOf(handoff, [])).toBe('Handed over by "a". The conversation is now yours.');
    expect(brief({ reason: "money" })).toEqual(['Reason: "money"']);
    expect(brief({}, { agent: "x", text: "Hm." }, { agent: undefined, text: "So." })).toEqual([
      'x said: "Hm."',
      'a said: "So."',
    ]);
    expect(brief({ reason: "money" }, { agent: "x", text: "It is about money." })).toEqual([
      'x said: "It is about money."',
    ]);
    expect(brief({ reason: "money" }, { agent: "x", text: "Hm." })).toEqual(['x said: "Hm."', 'Reason: "money"']);
    expect(brief({ reason: "money" }, { agent: "x", text: "Hm." }, { agent: "x", text: "money" })).toHaveLength(2);
  });

  it.each<[unknown, string[]]>([
    [{ order: 7 }, ['Input: {"order":7}']],
    [{}, []],
    [[], []],
    [null, []],
    [undefined, []],
    ["text", ['Input: "text"']],
    [0, ["Input: 0"]],
    [false, ["Input: false"]],
    ["x".repeat(3_998), [`Input: "${"x".repeat(3_998)}"`]],
    ["x".repeat(3_999), [`Input: "${"x".repeat(3_999)}…`]],
    [`${"x".repeat(3_998)}\u{1F600}`, [`Input: "${"x".repeat(3_998)}\uFFFD…`]],
  ])("shows an input that says something, as far as it goes: case %#", (input, lines) => {
    expect(brief({ input } as never)).toEqual(lines);
  });
});
