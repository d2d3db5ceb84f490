import { HumanMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { activationIn, activationOf, positionsOf, returnedSpans } from "../../src/project/activation.ts";
import type { HandoffRecord } from "../../src/types.ts";

const at = (position: number) => `m${position}`;
const log = Array.from({ length: 12 }, (_, index) => new HumanMessage({ id: at(index), content: "" }));
const positions = positionsOf(log);

/** A handoff in the message at a position. */
function record(from: string, to: string, position: number, change: Partial<HandoffRecord> = {}): HandoffRecord {
  const messageId = at(position);
  return { id: `${messageId}:c`, from, to, status: "done", callId: "c", messageId, at: "", ...change };
}

/** The id of the handoff by which each of three agents is active. */
function active(...handoffs: HandoffRecord[]): (string | undefined)[] {
  const own = ["a", "b", "c"].map((agent) => activationOf(agent, handoffs, positions)?.id);
  expect(["a", "b", "c"].map((agent) => activationIn(agent, handoffs, log)?.id)).toEqual(own);
  return own;
}

describe("where messages stand", () => {
  it("is told by their ids, the last of two that are the same, and not of those without one", () => {
    const [one, two] = [new HumanMessage({ id: "x", content: "" }), new HumanMessage({ id: "x", content: "" })];
    const nameless = new HumanMessage("");
    expect([...positionsOf([one, nameless, two])]).toEqual([["x", 2]]);
  });
});

describe("the handoff that made an agent active", () => {
  it("is the last one that was taken, or is about to be", () => {
    expect(active()).toEqual([undefined, undefined, undefined]);
    expect(active(record("a", "b", 0), record("b", "c", 1))).toEqual([undefined, undefined, "m1:c"]);
    expect(active(record("a", "b", 0), record("b", "c", 1, { status: "pending" }))).toEqual([
      undefined,
      undefined,
      "m1:c",
    ]);
    expect(active(record("a", "b", 0), record("b", "c", 1, { status: "pending", approval: "granted" }))[2]).toBe(
      "m1:c",
    );
  });

  it("is none that waits for an approval, was refused or dropped", () => {
    for (const change of [
      { status: "pending", approval: "required" },
      { status: "refused" },
      { status: "dropped" },
    ] as const) {
      expect(active(record("a", "b", 0), record("b", "c", 1, change))).toEqual([undefined, "m0:c", undefined]);
    }
  });

  it("is the one before a handoff that has come back, and before whatever happened within it", () => {
    const back = record("a", "b", 2, { returned: at(6) });
    expect(active(back)).toEqual([undefined, undefined, undefined]);
    expect(active(record("c", "a", 0), back)).toEqual(["m0:c", undefined, undefined]);
    expect(active(record("c", "a", 0), back, record("b", "c", 4))).toEqual(["m0:c", undefined, undefined]);
    // The border belongs to it, what follows does not.
    expect(active(record("c", "a", 0), back, record("b", "c", 6))).toEqual(["m0:c", undefined, undefined]);
    expect(active(record("c", "a", 0), back, record("a", "b", 7))).toEqual([undefined, "m7:c", undefined]);
  });

  it("counts the first message of a log as any other", () => {
    const back = record("a", "b", 0, { returned: at(3) });
    expect(active(back, record("b", "c", 0))).toEqual([undefined, undefined, undefined]);
  });

  it("reaches to its own message where its return was trimmed away, and nowhere where both were", () => {
    const halfGone = record("a", "b", 2, { returned: "gone" });
    expect(active(halfGone, record("b", "c", 2))).toEqual([undefined, undefined, undefined]);
    expect(active(halfGone, record("b", "c", 3))).toEqual([undefined, undefined, "m3:c"]);
    const gone = record("a", "b", 2, { messageId: "lost", returned: "gone" });
    expect(active(gone, record("b", "c", 0))).toEqual([undefined, undefined, "m0:c"]);
    expect(active(record("a", "b", 2, { messageId: "lost" }))).toEqual([undefined, "m2:c", undefined]);
  });
});

describe("the spans of others' working", () => {
  it("are those of an agent's own handoffs that came back, as far as the log has them", () => {
    const [first, second] = [record("a", "b", 0, { returned: at(3) }), record("a", "c", 5, { returned: at(8) })];
    const others = [
      record("b", "c", 1, { returned: at(2) }),
      record("a", "b", 9),
      record("a", "b", 10, { returned: "gone" }),
      record("a", "b", 10, { messageId: "gone", returned: at(11) }),
    ];
    expect(returnedSpans("a", [first, ...others, second], positions)).toEqual([
      { record: first, from: 0, to: 3 },
      { record: second, from: 5, to: 8 },
    ]);
    expect(returnedSpans("c", [first, ...others, second], positions)).toEqual([]);
  });
});
