import { HumanMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { assertCompatible, checkedChannels } from "../../src/compile/compatible.ts";
import { defineSwarm } from "../../src/define/definition.ts";
import { SwarmError } from "../../src/errors.ts";
import type { SwarmOptions } from "../../src/index.ts";

function thread(options: Partial<SwarmOptions> = {}) {
  return { definition: defineSwarm({ entry: "a", agents: { a: {} }, ...options } as SwarmOptions), threadId: "t" };
}

function refusal(stored: Record<string, unknown>, options: Partial<SwarmOptions> = {}): SwarmError | undefined {
  try {
    assertCompatible(stored, thread(options));
    return undefined;
  } catch (error) {
    if (error instanceof SwarmError) return error;
    throw error;
  }
}

const counters = {
  id: "u",
  swarm: { name: "desk", fingerprint: "f" },
  modelCalls: 1,
  handoffs: 0,
  modelErrors: 0,
  path: ["a"],
  callers: [{ agent: "a", handoffId: "h" }],
};
const turn = { ...counters, schema: 2, streak: 0 };
const turnOfVersion1 = { ...counters, schema: 1, edges: { '["a","b"]': 1 } };
const record = { id: "m:c", from: "a", to: "b", status: "done", callId: "c", messageId: "m", at: "" };

describe("what a thread may hold", () => {
  it.each<[string, Record<string, unknown>]>([
    ["nothing", {}],
    ["a whole turn", { turn }],
    ["a turn of version 1", { turn: turnOfVersion1 }],
    [
      "a turn of before there were versions",
      { turn: { ...turnOfVersion1, id: undefined, schema: undefined, swarm: undefined } },
    ],
    ["a turn of a swarm without a name", { turn: { ...turn, swarm: { fingerprint: "f" } } }],
    ["no caller and no path", { turn: { ...turn, path: [], callers: [] } }],
    ["absent values", { turn: null, messages: undefined, activeAgent: null, handoffs: null, outcome: null }],
    ["messages", { messages: [new HumanMessage("Hello")] }],
    ["an agent", { activeAgent: "gone" }],
    ["handoffs", { handoffs: [record] }],
    ["an outcome", { outcome: { kind: "answer" } }],
    ["whatever the user keeps", { own: 7 }],
  ])("%s", (_what, stored) => {
    expect(refusal(stored)).toBeUndefined();
  });
});

describe("a thread is damaged", () => {
  const turns = [
    7,
    [],
    { ...turn, id: 7 },
    { ...turn, schema: "1" },
    { ...turn, swarm: "desk" },
    { ...turn, swarm: {} },
    { ...turn, swarm: { fingerprint: 7 } },
    { ...turn, modelCalls: "1" },
    { ...turn, handoffs: undefined },
    { ...turn, modelErrors: null },
    { ...turn, streak: "0" },
    { ...turn, streak: undefined },
    { ...turnOfVersion1, edges: [] },
    { ...turnOfVersion1, edges: null },
    { ...turn, path: "a" },
    { ...turn, path: ["a", 7] },
    { ...turn, callers: {} },
    { ...turn, callers: ["a"] },
    { ...turn, callers: [{ agent: "a" }] },
    { ...turn, callers: [{ handoffId: "h" }] },
  ];
  const handoffs = [
    {},
    "none",
    [7],
    ...["id", "from", "to", "status", "callId", "messageId"].map((key) => [record, { ...record, [key]: 7 }]),
  ];
  it.each<[string, string, unknown]>([
    ...turns.map((value): [string, string, unknown] => ["turn", "not the counters of a turn", value]),
    ...handoffs.map((value): [string, string, unknown] => ["handoffs", "not a list of handoffs", value]),
    ["messages", "not a list of messages", "Hello"],
    ["messages", "not a list of messages", [{ role: "user", content: "Hello" }]],
    ["activeAgent", "not an agent's name", 7],
    ["outcome", "not the outcome of a turn", "answer"],
    ["outcome", "not the outcome of a turn", []],
  ])("in %s, which is %s: %j", (channel, problem, value) => {
    const error = refusal({ [channel]: value });
    expect(error).toMatchObject({
      code: "CHECKPOINT_INCOMPATIBLE",
      threadId: "t",
      resumable: false,
      details: { channel },
    });
    expect(error?.message).toContain(`its channel "${channel}" is ${problem}.`);
  });
});

describe("a thread is somebody else's", () => {
  it("where a newer release wrote it, whatever else is wrong with it", () => {
    const error = refusal({ turn: { schema: 3 }, activeAgent: 7 });
    expect(error).toMatchObject({
      code: "CHECKPOINT_INCOMPATIBLE",
      threadId: "t",
      resumable: false,
      details: { schema: 3, supported: 2 },
    });
    expect(error?.message).toContain("newer release");
  });

  it("where both swarms have a name, and none of them is the other's", () => {
    const error = refusal({ turn }, { name: "office" });
    expect(error).toMatchObject({
      code: "CHECKPOINT_INCOMPATIBLE",
      threadId: "t",
      resumable: false,
      details: { swarm: "office", of: "desk" },
    });
    expect(error?.message).toContain('belongs to the swarm "desk"');
    expect(refusal({ turn }, { name: "office", threadsOf: ["shop"] })).toBeDefined();
    for (const options of [{}, { name: "desk" }, { name: "office", threadsOf: ["shop", "desk"] }]) {
      expect(refusal({ turn }, options)).toBeUndefined();
    }
  });
});

describe("the channels of a run on a stored thread", () => {
  const opened: [string, unknown][] = [];
  const channel = (name: string) => ({
    name,
    fromCheckpoint(stored: unknown) {
      opened.push([name, stored]);
      return `${name} opened`;
    },
  });

  it("check what they are opened with, and are themselves in everything else", () => {
    const channels = { activeAgent: channel("activeAgent"), own: channel("own") };
    const checked = checkedChannels(channels, thread());
    expect(Object.keys(checked).toSorted()).toEqual(["activeAgent", "own"]);
    expect(checked.own).toBe(channels.own);
    expect(checked.activeAgent.name).toBe("activeAgent");
    expect(checked.activeAgent.fromCheckpoint("b")).toBe("activeAgent opened");
    expect(() => checked.activeAgent.fromCheckpoint(7)).toThrow(/not an agent's name/);
    expect(opened).toEqual([["activeAgent", "b"]]);
  });
});
