import { GraphInterrupt, MemorySaver } from "@langchain/langgraph";
import { describe, expect, expectTypeOf, it } from "vitest";
import { SwarmDefinitionError } from "../../src/index.ts";
import { createRouter } from "../../src/patterns/index.ts";
import type { RouterOptions } from "../../src/patterns/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says, shape } from "../support.ts";

const routes = { billing: () => "Your invoice.", sales: () => "Three plans." };

/** The diagnostics of a definition that is refused. */
function problemsOf(
  options: Partial<Record<keyof RouterOptions, unknown>>,
): readonly { code: string; path: string; hint?: string }[] {
  try {
    createRouter({ routes, condition: () => "sales", ...options } as RouterOptions);
  } catch (error) {
    expect(error).toBeInstanceOf(SwarmDefinitionError);
    return (error as SwarmDefinitionError).issues;
  }
  return [];
}

describe("a router", () => {
  it("[B155] needs no condition for a single route", async () => {
    const result = await createRouter({ routes: { billing: routes.billing } }).invoke(says());
    expect(shape(result.messages)).toEqual(["human: Hello", "ai: Your invoice."]);
    expect(result.messages.at(-1)?.name).toBe("billing");
    expect(result.route).toBe("billing");
  });

  it("[B155] goes where the condition says, which may take its time, and asks it once", async () => {
    let asked = 0;
    const graph = createRouter({
      routes,
      condition: async (messages) => {
        asked += 1;
        return messages.at(-1)?.text === "Hello" ? "sales" : "billing";
      },
    });
    expect((await graph.invoke(says())).route).toBe("sales");
    expect((await graph.invoke(says("Pay"))).route).toBe("billing");
    expect(asked).toBe(2);
  });

  it("[B155] maps the condition's values to routes or the end", async () => {
    const graph = (value: string) =>
      createRouter({ routes, condition: () => value, paths: { yes: "billing", no: "__end__" } }).invoke(says());
    expect((await graph("yes")).route).toBe("billing");
    const ended = await graph("no");
    expect(ended.route).toBe("__end__");
    expect(shape(ended.messages)).toEqual(["human: Hello"]);
    expect((await graph("__end__")).route).toBe("__end__");
    await expect(graph("sales")).rejects.toMatchObject({ code: "ROUTE_UNKNOWN_TARGET" });
  });

  it("[B155] refuses several routes without a condition", () => {
    expect(problemsOf({ condition: undefined })).toMatchObject([{ code: "CONDITION_MISSING", path: "condition" }]);
    expect(problemsOf({ condition: "sales" })).toMatchObject([{ code: "CONDITION_INVALID", path: "condition" }]);
  });

  it("[B155] refuses a path to a route that is not there, with the nearest name", () => {
    expect(problemsOf({ paths: { yes: "biling", no: "zzzzzzzzzz" } })).toMatchObject([
      { code: "TARGET_UNKNOWN", path: "paths.yes", hint: 'Did you mean "billing"?' },
      { code: "TARGET_UNKNOWN", path: "paths.no", hint: 'There are "billing", "sales".' },
    ]);
  });

  it("knows its routes at compile time", async () => {
    const graph = createRouter({ routes, condition: () => "sales", paths: { sales: "sales" } });
    expectTypeOf((await graph.invoke(says())).route).toEqualTypeOf<"billing" | "sales" | "__end__">();
    // @ts-expect-error -- not a route
    expect(() => createRouter({ routes, condition: () => "yes", paths: { yes: "nowhere" } })).toThrow("nowhere");
  });

  it("refuses no routes, reserved names and what cannot be called", () => {
    expect(problemsOf({ routes: {}, condition: undefined })).toMatchObject([{ code: "NO_AGENTS", path: "routes" }]);
    expect(problemsOf({ routes: { router: () => "x", toString: () => "y", a: 1 } })).toMatchObject([
      { code: "NAME_RESERVED", path: "routes.router" },
      { code: "NAME_RESERVED", path: "routes.toString" },
      { code: "GRAPH_INVALID", path: "routes.a" },
    ]);
  });

  it.each([
    ["toString", 'gave "toString"'],
    ["Sales", 'Did you mean "sales"?'],
    [undefined, "a value of type undefined"],
  ])("[B155] rejects a condition that gives %j", async (value, message) => {
    const graph = createRouter({ routes, condition: () => value as string });
    await expect(graph.invoke(says())).rejects.toMatchObject({
      code: "ROUTE_UNKNOWN_TARGET",
      message: expect.stringContaining(message),
    });
  });

  it("rejects with ROUTE_FAILED where the condition throws, and keeps the cause", async () => {
    const cause = new Error("no classifier");
    const run = (thrown: unknown) =>
      createRouter({
        routes,
        condition: () => {
          throw thrown;
        },
      }).invoke(says());
    await expect(run(cause)).rejects.toMatchObject({ code: "ROUTE_FAILED", cause });
    await expect(run("a text")).rejects.toMatchObject({ message: "the router's condition failed: a text" });
    await expect(run(new GraphInterrupt([]))).resolves.toMatchObject({ messages: [{}] });
  });

  it("goes on with the next turn of a thread over another route", async () => {
    const model = scriptedModel().say("From the model.");
    const graph = createRouter({
      routes: { ...routes, model: { graph: model, description: "A model." } },
      condition: (messages) => (messages.length > 1 ? "model" : "sales"),
      checkpointer: new MemorySaver(),
    });
    const thread = { configurable: { thread_id: "t" } };
    await graph.invoke(says(), thread);
    const result = await graph.invoke(says("More"), thread);
    expect(shape(result.messages)).toEqual(["human: Hello", "ai: Three plans.", "human: More", "ai: From the model."]);
    expect(result.messages.at(-1)).toMatchObject({ name: "model" });
  });
});
