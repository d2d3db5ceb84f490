import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import {
  allowance,
  closedBy,
  countHandoff,
  currentTurn,
  freshTurn,
  printPath,
  withoutLimit,
} from "../../src/route/limits.ts";
import { resolveLimits } from "../../src/define/limits.ts";
import type { HandoffRecord, HandoffStatus, TurnState } from "../../src/types.ts";

const user = new HumanMessage({ content: "Hello", id: "u" });
const result = new ToolMessage({ content: "3", tool_call_id: "c" });
const taken = countHandoff(freshTurn("u"));

/** A ledger of handoffs that were taken, `["a", "b"]` from a to b, with one that was not after each. */
function ledgerOf(...edges: (readonly [string, string])[]): HandoffRecord[] {
  return edges.flatMap(([from, to], index) => {
    const common = { from, to, callId: `c${index}`, messageId: `m${index}`, at: "2026-01-01T00:00:00.000Z" };
    const statuses: readonly HandoffStatus[] = ["done", "dropped"];
    return statuses.map((status) => ({ ...common, id: `m${index}:${status}`, status }));
  });
}

describe("the counters of a turn", () => {
  it("start anew with each user message", () => {
    expect(currentTurn([user], undefined)).toEqual(freshTurn("u"));
    expect(currentTurn([user, new HumanMessage({ content: "And?", id: "v" })], taken)).toEqual(freshTurn("v"));
    expect(currentTurn([user, new AIMessage("Hi.")], taken)).toBe(taken);
  });

  it("forget what was handed over after a tool's result, and stay the same object where nothing was", () => {
    expect(currentTurn([user, result], taken)).toEqual({ ...taken, streak: 0 });
    const fresh = freshTurn("u");
    expect(currentTurn([user, result], fresh)).toBe(fresh);
  });

  it("go on in a log without a message", () => {
    const turn = countHandoff(freshTurn(undefined));
    expect(currentTurn([], turn)).toBe(turn);
  });

  it("count handoffs, in few bytes however many there were", () => {
    let turn = freshTurn("u");
    const before = JSON.stringify(turn).length;
    for (let count = 0; count < 50; count += 1) turn = countHandoff(turn);
    expect(turn).toMatchObject({ handoffs: 50, streak: 50 });
    expect(JSON.stringify(turn).length).toBe(before + 2);
    expect(printPath(["a", "b", "a"])).toBe("a -> b -> a");
  });

  it("[F66] of a release that counted each edge by its name go on as a streak", () => {
    const { streak: _streak, ...others } = countHandoff(countHandoff(taken));
    const stored = { ...others, edges: { '["a","b"]': 2, '["b","a"]': 1 } };
    expect(currentTurn([user, new AIMessage("Hi.")], stored)).toEqual({ ...others, streak: 3 });
    expect(currentTurn([user, result], stored)).toEqual({ ...others, streak: 0 });
  });

  it("lose what a budget did to the last call, keys included", () => {
    expect(Object.keys(withoutLimit({ ...taken, limit: "maxTurns", redirect: "b" }))).toEqual(Object.keys(taken));
    for (const one of [{ limit: "maxTurns" as const }, { redirect: "b" }]) {
      expect(Object.keys(withoutLimit({ ...taken, ...one }))).toEqual(Object.keys(taken));
    }
    expect(withoutLimit(taken)).toBe(taken);
  });
});

describe("what the budgets leave", () => {
  const limits = resolveLimits({ maxTurns: 3, maxHandoffs: 2, maxRepeatedEdge: 1 });

  const closed = (turn: TurnState, agent: string, ...edges: (readonly [string, string])[]) => [
    ...allowance({ turn, ledger: ledgerOf(...edges) }, agent, limits).closedTargets,
  ];

  it("closes a target for the agent that handed to it, and for nobody else", () => {
    expect(closed(taken, "a", ["a", "b"])).toEqual(["b"]);
    expect(closed(taken, "c", ["a", "b"])).toEqual([]);
    expect(closed(taken, 'a"], "x', ['a"], "x', "b"])).toEqual(["b"]);
  });

  it("closes it only for handoffs of the streak, each edge for itself", () => {
    expect(closed({ ...taken, streak: 0 }, "a", ["a", "b"])).toEqual([]);
    expect(closed(taken, "a", ["a", "b"], ["a", "c"])).toEqual(["c"]);
    expect(closed({ ...taken, streak: 2 }, "a", ["a", "b"], ["a", "c"])).toEqual(["c", "b"]);
    const twice = resolveLimits({ maxRepeatedEdge: 2 });
    const ledger = ledgerOf(["a", "c"], ["b", "a"], ["a", "b"], ["b", "a"], ["a", "b"]);
    const { closedTargets } = allowance({ turn: { ...taken, streak: 5 }, ledger }, "a", twice);
    expect([...closedTargets]).toEqual(["b"]);
  });

  it("closes every handoff at maxHandoffs, and every tool with the last call", () => {
    const of = (turn: TurnState) => allowance({ turn, ledger: [] }, "a", limits);
    expect(of(taken)).toMatchObject({ noHandoffs: false, isLastCall: false });
    expect(of(countHandoff(taken)).noHandoffs).toBe(true);
    expect(of({ ...taken, modelCalls: 1 }).isLastCall).toBe(false);
    expect(of({ ...taken, modelCalls: 2 }).isLastCall).toBe(true);
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
