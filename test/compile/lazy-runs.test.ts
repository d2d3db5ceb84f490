import { describe, expect, it } from "vitest";
import { lazyRuns } from "../../src/compile/lazy-runs.ts";
import type { NodeRuns } from "../../src/compile/node-runs.ts";
import type { NodeConfig, NodeState } from "../../src/run/runtime.ts";
import { SwarmAgent } from "../../src/swarm-agent.ts";
import { scriptedModel } from "../../src/testing/scripted-model.ts";

const state = { messages: [], handoffs: [] } as unknown as NodeState;
const config: NodeConfig = {};

function definitionOf(names: readonly string[]) {
  const agents = Object.fromEntries(names.map((name) => [name, { model: scriptedModel().say("Hello!") }]));
  return new SwarmAgent({ entry: "a", agents }).definition;
}

describe("what the nodes of a swarm do", () => {
  it("is not made before one of them is run, and then for that one alone", async () => {
    const made: string[] = [];
    const runOf = lazyRuns(definitionOf(["a", "b"]), { hasReducer: () => true });
    const [a] = ["a", "b"].map((name) =>
      runOf(() => {
        made.push(name);
        return () => ({ said: name });
      }),
    );
    expect(made).toEqual([]);
    expect(await a?.(state, config)).toEqual({ said: "a" });
    expect(await a?.(state, config)).toEqual({ said: "a" });
    expect(made).toEqual(["a"]);
  });

  it("is made once for turns that begin at the same moment", async () => {
    const seen: NodeRuns[] = [];
    const runOf = lazyRuns(definitionOf(["a"]), { hasReducer: () => true });
    const nodes = ["a", "b"].map((name) =>
      runOf((runs) => {
        seen.push(runs);
        return () => name;
      }),
    );
    const turns = [...nodes, ...nodes].map((node) => node(state, config));
    expect(await Promise.all(turns)).toEqual(["a", "b", "a", "b"]);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toBe(seen[1]);
  });

  it("is there at once after the first turn", async () => {
    const runOf = lazyRuns(definitionOf(["a"]), { hasReducer: () => true });
    const node = runOf(() => () => "done");
    await node(state, config);
    expect(node(state, config)).toBe("done");
  });

  it("can be made in a later turn where the first one failed", async () => {
    let attempts = 0;
    const runOf = lazyRuns(definitionOf(["a"]), { hasReducer: () => true });
    const node = runOf(() => {
      attempts += 1;
      if (attempts === 1) throw new Error("not now");
      return () => "done";
    });
    await expect(node(state, config)).rejects.toThrow("not now");
    expect(await node(state, config)).toBe("done");
  });
});
