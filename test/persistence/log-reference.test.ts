import { describe, expect, it } from "vitest";
import { rangesNamed } from "../../src/index.ts";
import { readReference } from "../../src/persist/log-reference.ts";

describe("what stands in a checkpoint in place of a value", () => {
  it.each([
    [{ __swarm: 5 }, { isItem: true, ranges: [[5, 5]], pending: [] }],
    [{ __swarm: 5, schema: 2 }, { isItem: true, ranges: [[5, 5]], pending: [] }],
    [{ __swarm: [] }, { isItem: false, ranges: [], pending: [] }],
    [{ __swarm: [0, 3, 7, 7], pending: [4] }, { isItem: false, ranges: [[0, 3], [7, 7]], pending: [4] }],
  ])("%j is read", (stored, named) => {
    expect(readReference(stored)).toEqual(named);
  }); // prettier-ignore

  it.each([
    [{ __swarm_item: 5 }, { isItem: true, ranges: [[5, 5]], pending: [] }],
    [{ __swarm_log: [[0, 3]] }, { isItem: false, ranges: [[0, 3]], pending: [] }],
    [
      { __swarm_log: [[0, 3]], open: [[1, 1]] },
      { isItem: false, ranges: [[0, 3]], pending: [], open: [[1, 1]] },
    ],
    [
      { __swarm_log: [], tail: [{ id: 1 }] },
      { isItem: false, ranges: [], pending: [], tail: [{ id: 1 }] },
    ],
  ])("[F66] %j of an earlier release is read", (stored, named) => {
    expect(readReference(stored)).toEqual(named);
  });

  it.each([undefined, null, 5, "text", [], {}, [{ __swarm: 1 }], { messages: [] }])("%j is a value itself", (value) => {
    expect(readReference(value)).toBeUndefined();
  });
});

describe("the numbers that are to be kept", () => {
  it("are those of the checkpoint and of its pending writes", () => {
    const named = rangesNamed({ messages: { __swarm: [0, 4] }, turn: { __swarm: 2, schema: 2 }, activeAgent: "a" }, [
      ["messages", { __swarm: [6, 6] }],
      ["messages", { __swarm: [9, 9] }],
      ["outcome", { __swarm: 0 }],
      ["own", [{ __swarm: [1, 1] }]],
    ]);
    expect([...named]).toEqual([
      ["messages", [[0, 4], [6, 6], [9, 9]]],
      ["turn", [[2, 2]]],
      ["outcome", [[0, 0]]],
    ]); // prettier-ignore
  });

  it("[F66] are those that earlier releases named", () => {
    const stored = { handoffs: { __swarm_log: [[0, 2]], open: [[5, 5]] }, turn: { __swarm_item: 3 } };
    expect([...rangesNamed(stored)]).toEqual([
      ["handoffs", [[0, 2]]],
      ["handoffs|open", [[5, 5]]],
      ["turn", [[3, 3]]],
    ]);
  });
});
