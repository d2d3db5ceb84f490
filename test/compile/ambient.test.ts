import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { getContextVariable, setContextVariable } from "@langchain/core/context";
import { RunnableLambda } from "@langchain/core/runnables";
import { MemorySaver } from "@langchain/langgraph";
import { afterEach, describe, expect, it, vi } from "vitest";
import { withAmbient } from "../../src/compile/ambient.ts";

// LangGraph sets LangChain's storage up.
void MemorySaver;

const current = () => AsyncLocalStorageProviderSingleton.getRunnableConfig() as { name: string } | undefined;

afterEach(() => void vi.restoreAllMocks());

describe("a config in LangChain's storage", () => {
  it("is each run's own, also where runs go on at once, and is gone afterwards", async () => {
    const seen = async (name: string) => {
      const config = { name };
      return withAmbient(config, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        config.name = `${name} changed`;
        return [current()?.name, current() === config];
      });
    };
    const names = ["first", "second", "third"];
    const all = await Promise.all(names.map(seen));
    expect(all).toEqual(names.map((name) => [`${name} changed`, true]));
    expect(await seen("later")).toEqual(["later changed", true]);
    expect(current()).toBeUndefined();
  });

  it("stands as LangChain's own would: a root of its kind, with the context variables around it", async () => {
    const storage = AsyncLocalStorageProviderSingleton.getInstance();
    const config = { name: "one" };
    const ours = await withAmbient(config, async () => storage.getStore() as object);
    const theirs = await AsyncLocalStorageProviderSingleton.runWithConfig(
      config,
      async () => storage.getStore() as object,
    );
    expect(Object.getPrototypeOf(ours)).toBe(Object.getPrototypeOf(theirs));
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    const outer = RunnableLambda.from(async () => {
      setContextVariable("tenant", "acme");
      return withAmbient(config, async () => [getContextVariable("tenant") as string, current()?.name]);
    });
    expect(await outer.invoke("")).toEqual(["acme", "one"]);
  });

  it("keeps nothing of a run that is over", async () => {
    const failing = withAmbient({ name: "failing" }, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(current()).toBeUndefined();
  });

  it("makes LangChain's root once, whatever the runs are given", async () => {
    // What is made once is made anew by a module that nobody has used.
    vi.resetModules();
    const { withAmbient } = await import("../../src/compile/ambient.ts");
    await withAmbient({ name: "first" }, async () => undefined);
    const made = vi.spyOn(AsyncLocalStorageProviderSingleton, "runWithConfig");
    for (const name of ["second", "third"]) {
      const config = { name };
      await withAmbient(config, async () => expect(current()).toBe(config));
    }
    expect(made).not.toHaveBeenCalled();
  });

  it("leaves it to LangChain inside of another run", async () => {
    await withAmbient({ name: "first" }, async () => undefined);
    const made = vi.spyOn(AsyncLocalStorageProviderSingleton, "runWithConfig");
    const inner = { name: "inner" };
    await withAmbient({ name: "outer" }, () => withAmbient(inner, async () => expect(current()).toBe(inner)));
    expect(made).toHaveBeenCalledTimes(1);
  });
});
