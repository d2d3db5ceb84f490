import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { allowance, closedBy, countHandoff, currentTurn, freshTurn, printPath } from "../../src/route/limits.ts";
import { resolveLimits } from "../../src/define/limits.ts";

const user = new HumanMessage({ content: "Hello", id: "u" });
const result = new ToolMessage({ content: "3", tool_call_id: "c" });
const taken = countHandoff(freshTurn("u"), "a", "b");

describe("the counters of a turn", () => {
  it("start anew with each user message", () => {
    expect(currentTurn([user], undefined)).toEqual(freshTurn("u"));
    expect(currentTurn([user, new HumanMessage({ content: "And?", id: "v" })], taken)).toEqual(freshTurn("v"));
    expect(currentTurn([user, new AIMessage("Hi.")], taken)).toBe(taken);
  });

  it("forget the edges after a tool's result, and stay the same object where there are none", () => {
    expect(currentTurn([user, result], taken)).toEqual({ ...taken, edges: {} });
    const fresh = freshTurn("u");
    expect(currentTurn([user, result], fresh)).toBe(fresh);
  });

  it("go on in a log without a message", () => {
    const turn = countHandoff(freshTurn(undefined), "a", "b");
    expect(currentTurn([], turn)).toBe(turn);
  });

  it("count each edge, whatever the names contain", () => {
    const twice = countHandoff(countHandoff(taken, "a", "b"), 'a"], "x', "b");
    expect(twice.handoffs).toBe(3);
    expect(Object.values(twice.edges)).toEqual([2, 1]);
    expect(printPath(["a", "b", "a"])).toBe("a -> b -> a");
  });
});

describe("what the budgets leave", () => {
  const limits = resolveLimits({ maxTurns: 3, maxHandoffs: 2, maxRepeatedEdge: 1 });

  it("closes a target for the agent that handed to it, and for nobody else", () => {
    expect([...allowance(taken, "a", limits).closedTargets]).toEqual(["b"]);
    expect([...allowance(taken, "c", limits).closedTargets]).toEqual([]);
  });

  it("closes every handoff at maxHandoffs, and every tool with the last call", () => {
    expect(allowance(taken, "a", limits)).toMatchObject({ noHandoffs: false, isLastCall: false });
    expect(allowance(countHandoff(taken, "b", "c"), "c", limits).noHandoffs).toBe(true);
    expect(allowance({ ...taken, modelCalls: 1 }, "a", limits).isLastCall).toBe(false);
    expect(allowance({ ...taken, modelCalls: 2 }, "a", limits).isLastCall).toBe(true);
  });

  it("names the budget that closes a handoff", () => {
    const open = { noHandoffs: false, closedTargets: new Set(["b"]), isLastCall: false };
    expect(closedBy(open, "c")).toBeUndefined();
    expect(closedBy(open, "b")).toBe("repeatedEdge");
    expect(closedBy({ ...open, isLastCall: true }, "c")).toBe("maxTurns");
    expect(closedBy({ ...open, isLastCall: true }, "b")).toBe("repeatedEdge");
    expect(closedBy({ ...open, noHandoffs: true, isLastCall: true }, "b")).toBe("maxHandoffs");
  });
});
