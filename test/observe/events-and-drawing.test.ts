import { describe, expect, it } from "vitest";
import { isRunSignal, SwarmAgent } from "../../src/index.ts";
import type { SwarmOptions } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo } from "../support.ts";

describe("isRunSignal", () => {
  it.each([
    [{ type: "handoff.done" }, true],
    [{ type: "agent.started", agent: "a", turn: 1 }, true],
    [{ type: "progress" }, false],
    [{ type: "usage" }, true],
    [{ type: "toolbox.opened" }, false],
    [{ type: "tool.opened" }, false],
    [{ type: "toString" }, false],
    [{ type: 7 }, false],
    [{ step: 1 }, false],
    [null, false],
    ["handoff.done", false],
  ])("says of %j: %s", (chunk, expected) => {
    expect(isRunSignal(chunk)).toBe(expected);
  });
});

describe("[B159] a drawing", () => {
  it("shows a name that is not in the swarm instead of breaking, also with spaces and quotes", () => {
    const model = scriptedModel();
    const swarm = new SwarmAgent({
      entry: "front desk",
      agents: {
        a: { model, tools: [echo], canHandoffTo: [{ to: 'the "wirter"', returns: true }, "writer"] },
        writer: { model, tools: [echo, { type: "web_search" }], canHandoffTo: [] },
      },
    } as SwarmOptions);
    expect(swarm.toMermaid().trimEnd().split("\n")).toEqual([
      "flowchart TD",
      "  start([start]) --> a2",
      '  a0["a<br/><small>1 tool</small>"]',
      '  a1["writer<br/><small>2 tools</small>"]',
      '  a2["front desk (unknown)"]',
      '  a3["the #34;wirter#34; (unknown)"]',
      "  a0 --> a3",
      "  a3 -.->|returns| a0",
      "  a0 --> a1",
    ]);
  });
});
