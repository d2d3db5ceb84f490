import type { PendingInterrupt } from "swarmgraph";
import { describe, expect, it } from "vitest";
import { decideAll, describeWait, resumeWith } from "../src/answers.ts";

const handoff = { id: "1", value: { type: "handoff.approval", from: "a", to: "b" } };
const call = (callId: string, needs: string) => ({ callId, name: `tool_${callId}`, args: {}, needs });
const tools = (...calls: readonly object[]): PendingInterrupt => ({
  id: "2",
  value: { type: "tool.request", agent: "a", calls },
});
const person = { id: "3", value: { type: "human.request", name: "Ada" } };
const other = { id: "4", value: "Which size?" };

describe("what a run waits for", () => {
  it("is said in words", () => {
    expect(describeWait([handoff])).toBe('an approval of the handoff from "a" to "b"');
    expect(describeWait([tools(call("x", "approval"), call("y", "result"))])).toBe(
      'an approval of the tool "tool_x" and the result of the tool "tool_y"',
    );
    expect(describeWait([person, other])).toBe("an answer of Ada and an answer");
    expect(describeWait([])).toBe("somebody who lets it go on");
  });

  it("is granted or denied as a whole, where it is approvals alone", () => {
    expect(decideAll([handoff, tools(call("x", "approval"))], true)?.resume).toEqual({
      1: { approve: true },
      2: { x: { approve: true } },
    });
    expect(decideAll([handoff], false)?.resume).toEqual({ 1: { approve: false } });
    for (const more of [tools(call("y", "result")), person, other]) {
      expect(decideAll([handoff, more], true)).toBeUndefined();
    }
    expect(decideAll([], true)).toBeUndefined();
  });

  it("is answered by id, or alone where it has none", () => {
    expect(resumeWith([handoff, other], ["x", "y"]).resume).toEqual({ 1: "x", 4: "y" });
    expect(resumeWith([{ value: "Which size?" }], ["XL"]).resume).toBe("XL");
  });
});
