import { describe, expect, it } from "vitest";
import { defineSwarm } from "../../src/define/definition.ts";
import type { SwarmOptions } from "../../src/index.ts";
import { callersOfToday, enteringAgent, isStillAllowed, knownAgent, pendingHandoff } from "../../src/route/entry.ts";
import type { HandoffRecord } from "../../src/types.ts";

function swarm(options: Partial<SwarmOptions> = {}) {
  return defineSwarm({ entry: "a", agents: { a: {}, b: {} }, ...options } as SwarmOptions);
}

function record(change: Partial<HandoffRecord>): HandoffRecord {
  return { id: "m:c", from: "a", to: "b", status: "pending", callId: "c", messageId: "m", at: "", ...change };
}

describe("the way into a thread", () => {
  it("goes to the pending handoff, else the active agent, else the entry", () => {
    expect(enteringAgent(swarm(), { handoffs: [] })).toBe("a");
    expect(enteringAgent(swarm(), { activeAgent: "b", handoffs: [] })).toBe("b");
    expect(enteringAgent(swarm(), { activeAgent: "a", handoffs: [record({})] })).toBe("b");
    expect(enteringAgent(swarm({ sticky: false }), { activeAgent: "b", handoffs: [] })).toBe("a");
  });

  it("leaves a handoff that nobody approved, and one that something came after", () => {
    expect(enteringAgent(swarm(), { activeAgent: "b", handoffs: [record({ approval: "required" })] })).toBe("a");
    expect(pendingHandoff([record({}), record({ id: "n:c", status: "done" })])).toBeUndefined();
    expect(pendingHandoff([record({}), record({ id: "n:c", status: "refused" })])).toMatchObject({ id: "m:c" });
  });

  it("[F31] [I13] finds who an agent of before a deploy is today", () => {
    expect(knownAgent(swarm(), "old")).toBe("a");
    expect(knownAgent(swarm({ aliases: { old: "b" } }), "old")).toBe("b");
    expect(knownAgent(swarm({ onUnknownAgent: () => "b" }), "old")).toBe("b");
    expect(knownAgent(swarm({ aliases: { old: "b" } }), "toString")).toBe("a");
    for (const onUnknownAgent of ["error", () => "nobody"] as const) {
      const refused = swarm({ onUnknownAgent } as Partial<SwarmOptions>);
      expect(() => knownAgent(refused, "old")).toThrow(/"old" is not in the swarm \("a", "b"\)/);
      expect(() => knownAgent(refused, "old")).toThrow(
        expect.objectContaining({ code: "ACTIVE_AGENT_UNKNOWN", agent: "old" }),
      );
    }
  });

  it("[F31] takes a handoff that a deploy left open only where today's graph still has its edge", () => {
    const edges = (canHandoffTo: readonly object[]) =>
      swarm({ agents: { a: { canHandoffTo }, b: {}, c: {} }, aliases: { old: "a" } } as Partial<SwarmOptions>);
    const open = edges([{ to: "c" }, { to: "b" }]);
    const guarded = edges([{ to: "c" }, { to: "b", requiresApproval: true }]);
    expect(isStillAllowed(open, record({}))).toBe(true);
    expect(isStillAllowed(open, record({ from: "old" }))).toBe(true);
    expect(isStillAllowed(edges([{ to: "c" }]), record({}))).toBe(false);
    expect(isStillAllowed(edges([{ to: "c" }]), record({ from: "old" }))).toBe(false);
    expect(isStillAllowed(edges([]), record({ approval: "granted" }))).toBe(false);
    expect(isStillAllowed(guarded, record({}))).toBe(false);
    expect(isStillAllowed(guarded, record({ approval: "required" }))).toBe(false);
    expect(isStillAllowed(guarded, record({ approval: "granted" }))).toBe(true);
    expect(isStillAllowed(guarded, record({ to: "c" }))).toBe(true);
  });

  it("[F31] looks an agent up by name where one of a handoff's two is gone", () => {
    const refusing = swarm({ agents: { a: { canHandoffTo: [] }, b: {} }, onUnknownAgent: "error" });
    expect(isStillAllowed(refusing, record({ from: "old" }))).toBe(true);
    expect(isStillAllowed(refusing, record({ to: "old" }))).toBe(true);
    expect(isStillAllowed(refusing, record({}))).toBe(false);
  });

  it("begins a thread at the entry, where unknown agents are an error", () => {
    expect(enteringAgent(swarm({ onUnknownAgent: "error" }), { handoffs: [] })).toBe("a");
  });

  it("[F31] lets callers wait by their names of today, and those that are gone wait no longer", () => {
    const callers = [
      { agent: "a", handoffId: "1" },
      { agent: "old", handoffId: "2" },
    ];
    const [first, second] = callers;
    expect(callersOfToday(swarm(), callers)).toEqual([first]);
    expect(callersOfToday(swarm({ aliases: { old: "b" } }), callers)).toEqual([first, { ...second, agent: "b" }]);
    expect(callersOfToday(swarm({ onUnknownAgent: () => "b" }), callers)).toEqual([first, { ...second, agent: "b" }]);
    expect(() => callersOfToday(swarm({ onUnknownAgent: "error" }), callers)).toThrow(/"old" is not in the swarm/);
    const known = callers.slice(0, 1);
    expect(callersOfToday(swarm(), known)).toBe(known);
  });
});
