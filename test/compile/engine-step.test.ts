import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { getConfig } from "@langchain/langgraph";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runNode } from "../../src/compile/engine-step.ts";
import type { NodeRun } from "../../src/compile/speed-nodes.ts";
import type { NodeConfig } from "../../src/run/runtime.ts";

/** What a step's config holds whatever the run was told. */
const step = { tags: ["t", "t"], metadata: { a: 1 }, recursionLimit: 25, configurable: { b: 2 } };

/** What a node gets, what it finds around it, and whether LangGraph's own runnable ran it. */
async function given(options: object | undefined) {
  const wraps = vi.spyOn(AsyncLocalStorageProviderSingleton, "runWithConfig");
  let seen: { readonly config: NodeConfig; readonly around: unknown } | undefined;
  const run: NodeRun = (state, config) => {
    seen = { config, around: getConfig() };
    return state;
  };
  const state = { messages: [], handoffs: [] };
  // The root that is copied is LangChain's, made for the first node of the process.
  await runNode({ name: "first", run }, state, step as never);
  wraps.mockClear();
  expect(await runNode({ name: "node", run }, state, options as never)).toBe(state);
  return { ...seen, isLangGraphs: wraps.mock.calls.length > 0 };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a node's step", () => {
  it("is without LangGraph's wrapping where nobody follows it, with copies of what the step holds", async () => {
    const { config, around, isLangGraphs } = await given(step);
    expect(isLangGraphs).toBe(false);
    expect(config).toEqual({ ...step, tags: ["t"] });
    expect(around).toBe(config);
    expect(config?.metadata).not.toBe(step.metadata);
    expect(config?.configurable).not.toBe(step.configurable);
  });

  it.each([
    "checkpointDuring",
    "context",
    "control",
    "durability",
    "executionInfo",
    "heartbeat",
    "interrupt",
    "interruptAfter",
    "interruptBefore",
    "maxConcurrency",
    "outputKeys",
    "runId",
    "runName",
    "serverInfo",
    "signal",
    "store",
    "streamMode",
    "writer",
  ])("holds %s as it is given", async (key) => {
    const value = { of: key };
    const { config, isLangGraphs } = await given({ ...step, [key]: value });
    expect(isLangGraphs).toBe(false);
    expect((config as unknown as Record<string, unknown>)[key]).toBe(value);
  });

  it("leaves out what is not defined", async () => {
    const { config, isLangGraphs } = await given({ ...step, store: undefined, somethingNew: undefined });
    expect(isLangGraphs).toBe(false);
    expect(Object.keys(config as object).toSorted()).toEqual(Object.keys(step).toSorted());
  });

  it.each(["tags", "metadata", "recursionLimit", "configurable"])("is LangGraph's own without %s", async (key) => {
    expect((await given({ ...step, [key]: undefined })).isLangGraphs).toBe(true);
  });

  it.each([
    ["a key that is not known", { somethingNew: 1 }],
    ["callbacks", { callbacks: [] }],
    ["nothing at all", undefined],
  ])("is LangGraph's own with %s", async (_what, more) => {
    expect((await given(more && { ...step, ...more })).isLangGraphs).toBe(true);
  });

  it.each(["assistant_id", "checkpoint_id", "checkpoint_ns", "graph_id", "run_id", "task_id", "thread_id"])(
    "is LangGraph's own where %s is still to be copied to the metadata, and only then",
    async (key) => {
      const configurable = { [key]: "1" };
      const copied = await given({ ...step, configurable });
      expect(copied.isLangGraphs).toBe(true);
      expect(copied.config?.metadata).toMatchObject({ [key]: "1" });
      expect((await given({ ...step, configurable, metadata: { [key]: "1" } })).isLangGraphs).toBe(false);
    },
  );

  it("is LangGraph's own within another run, whose context goes on", async () => {
    const { isLangGraphs } = await AsyncLocalStorageProviderSingleton.runWithConfig({ tags: ["outer"] }, () =>
      given(step),
    );
    expect(isLangGraphs).toBe(true);
  });
});
