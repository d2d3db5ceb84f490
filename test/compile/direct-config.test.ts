import { describe, expect, it } from "vitest";
import { hopConfig, idsOfRun, runConfig } from "../../src/compile/direct-config.ts";
import { defineSwarm } from "../../src/define/definition.ts";
import type { NodeState } from "../../src/run/runtime.ts";
import { scriptedModel } from "../../src/testing/index.ts";

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe("the ids of a direct run", () => {
  it("look like UUIDs, and no two are the same, in one run or in many", () => {
    const seen = new Set<string>();
    for (let run = 0; run < 100; run += 1) {
      const newId = idsOfRun();
      for (let hop = 0; hop < 100; hop += 1) {
        const id = newId();
        expect(id).toMatch(UUID);
        seen.add(id);
      }
    }
    expect(seen.size).toBe(10_000);
  });

  it("are another one for each hop, which its namespace names, and another for its checkpoint", () => {
    const definition = defineSwarm({ entry: "a", agents: { a: { model: scriptedModel().say("Hi.") } } });
    const run = runConfig({ definition }, {}, { signal: new AbortController().signal });
    const newId = idsOfRun();
    const state = { messages: [] } as unknown as NodeState;
    const [first, second] = [1, 2].map((step) => {
      const { executionInfo } = hopConfig(run, { node: "a", step, state, newId }) as unknown as {
        executionInfo: { taskId: string; checkpointId: string; checkpointNs: string };
      };
      return executionInfo;
    });
    expect(first?.checkpointNs).toBe(`a:${first?.taskId}`);
    const ids = [first, second].flatMap((info) => [info?.taskId, info?.checkpointId]);
    expect(new Set(ids).size).toBe(4);
  });
});
