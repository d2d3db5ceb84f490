import { describe, expect, it } from "vitest";
import { faultsOf } from "../../packages/durable-conformance/src/many-faults.ts";
import type { ManyThread } from "../../packages/durable-conformance/src/many-faults.ts";

const told = (type: string, text: string) => ({ type, name: undefined, text, calls: [] });
const turns = (...orders: readonly string[]) => orders.flatMap((order) => [told("human", order), told("ai", order)]);

const THREADS = ["t", "u"];

/** Two threads on which all went well, the second in the other order, and what they are compared with. */
const expected = {
  answers: ["pay 1", "pay 2"],
  done: ["pay 1", "pay 2"],
  histories: [turns("pay 1", "pay 2"), turns("pay 2", "pay 1")],
  begun: ["t-0", "u-1", "t-0", "u-1", "t-1", "u-0", "t-1"],
};

const threads: readonly ManyThread[] = THREADS.map((threadId, at) => ({
  threadId,
  asks: [`${threadId}-0`, `${threadId}-1`],
  answers: { [`${threadId}-0`]: "pay 1", [`${threadId}-1`]: "pay 2" },
  log: expected.histories[at] ?? [],
  done: at === 0 ? ["pay 1", "pay 2"] : ["pay 2", "pay 1"],
}));

/** The faults where the first thread is another one, or the world saw other runs. */
function faultsWith(change: Partial<ManyThread>, begun: readonly string[] = expected.begun) {
  const changed = threads.map((thread, at) => (at === 0 ? { ...thread, ...change } : thread));
  return faultsOf(changed, { ...expected, begun });
}

describe("[F65] what many threads are held to", () => {
  it("finds nothing where all went well, in either order", () => {
    expect(faultsWith({})).toEqual([]);
  });

  it.each([
    ["a run that nobody answered", { answers: { "t-0": "pay 1" } }, '"t-1" was answered undefined'],
    ["an answer to something else", { answers: { "t-0": "pay 2", "t-1": "pay 2" } }, '"t-0" was answered "pay 2"'],
    ["an effect that is missing", { done: ["pay 1"] }, 'the effects are ["pay 1"]'],
    [
      "an effect that happened twice",
      { done: ["pay 1", "pay 2", "pay 2"] },
      'the effects are ["pay 1","pay 2","pay 2"]',
    ],
    ["one effect in place of another", { done: ["pay 1", "pay 1"] }, 'the effects are ["pay 1","pay 1"]'],
    ["a turn that is not in the history", { log: turns("pay 1") }, "the history is another one"],
    ["a turn that is there twice", { log: turns("pay 1", "pay 2", "pay 2") }, "the history is another one"],
    [
      "a turn within another",
      { log: [...turns("pay 1").slice(0, 1), ...turns("pay 2", "pay 1")] },
      "the history is another one",
    ],
    ["a turn that came to nothing", { log: [told("human", "pay 1"), ...turns("pay 2")] }, "the history is another one"],
  ])("finds %s", (_name, change, fault) => {
    expect(faultsWith(change)).toEqual([{ threadId: "t", faults: [expect.stringContaining(fault)] }]);
  });

  it.each([
    ["runs that overlap", ["t-0", "t-1", "t-0", "t-1"], "t-0, t-1, t-0, t-1"],
    ["a run that another one went through the middle of", ["t-0", "t-1", "t-1", "t-0"], "t-0, t-1, t-0"],
    ["a run that never was", ["t-0", "t-0"], "t-0"],
  ])("finds %s", (_name, begun, runs) => {
    const others = expected.begun.filter((ask) => ask.startsWith("u"));
    const fault = `the runs are not one after the other: ${runs}`;
    expect(faultsWith({}, [...begun, ...others])).toEqual([{ threadId: "t", faults: [fault] }]);
  });
});
