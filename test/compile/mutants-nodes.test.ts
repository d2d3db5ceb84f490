import { getEventListeners } from "node:events";
import { HumanMessage, RemoveMessage } from "@langchain/core/messages";
import { Annotation, MessagesDeltaValue, StateSchema, UntrackedValue } from "@langchain/langgraph";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { canWalk } from "../../src/compile/speed.ts";
import { nodesOf } from "../../src/compile/speed-nodes.ts";
import { appendMessages, withIds } from "../../src/compile/state.ts";
import { isKnownStart } from "../../src/define/lineage.ts";
import { SwarmAgent } from "../../src/index.ts";
import type { SwarmOptions } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says } from "../support.ts";

const model = scriptedModel();

function nodes(agents: Record<string, object>, options: Partial<SwarmOptions> = {}) {
  return nodesOf(new SwarmAgent({ ...options, entry: "a", agents } as unknown as SwarmOptions).definition);
}

/** Where each node may lead, sorted. */
function endsOf(...given: Parameters<typeof nodes>): Record<string, string[]> {
  const all = [...nodes(...given).nodes];
  return Object.fromEntries(all.map(([name, { ends }]) => [name, ends.list().toSorted()]));
}

describe("where a node may lead", () => {
  const b = { model, canHandoffTo: [] };

  it("is an agent's edges, itself and the end; its tools where it has any", () => {
    expect(endsOf({ a: { model, canHandoffTo: ["b"] }, b, c: b })).toEqual({
      a: ["__end__", "a", "b"],
      b: ["__end__", "b"],
      c: ["__end__", "c"],
    });
    expect(endsOf({ a: { model, tools: [echo], canHandoffTo: ["b"] }, b })).toEqual({
      a: ["__end__", "a", "a.tools", "b"],
      "a.tools": ["__end__", "a", "b"],
      b: ["__end__", "b"],
    });
  });

  it("is the tools once more where calls wait for the caller, or for a yes", () => {
    const waiting = { "a.tools": ["__end__", "a", "a.tools", "b"] };
    const locate = { type: "function", function: { name: "locate", parameters: { type: "object", properties: {} } } };
    expect(endsOf({ a: { model, tools: [locate], canHandoffTo: ["b"] }, b })).toMatchObject(waiting);
    expect(endsOf({ a: { model, tools: [echo], confirm: ["echo"], canHandoffTo: ["b"] }, b })).toMatchObject(waiting);
    expect(endsOf({ a: { model, tools: [echo], confirm: [], canHandoffTo: ["b"] }, b })["a.tools"]).toEqual([
      "__end__",
      "a",
      "b",
    ]);
  });

  it("is the approval where any edge asks for one; after it, any agent", () => {
    const ends = endsOf({ a: { model, canHandoffTo: [{ to: "b", requiresApproval: true }] }, b });
    expect(ends).toEqual({
      a: ["__end__", "a", "b", "handoff.approval"],
      b: ["__end__", "b", "handoff.approval"],
      "handoff.approval": ["__end__", "a", "b"],
    });
  });

  it("names each node once, and no other", () => {
    const { ends } = nodes({ a: { model, canHandoffTo: ["b"] }, b }, { limits: { onLimit: "a" } }).nodes.get("a") ?? {};
    expect(ends?.list().toSorted()).toEqual(["__end__", "a", "b"]);
    expect(["a", "b", "__end__", "c", "a.tools"].map((name) => ends?.has(name))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("what LangGraph is told of the edges", () => {
  interface Built {
    readonly builder: { readonly branches: Record<string, Record<string, { readonly ends?: Record<string, string> }>> };
  }

  it.each<[string, Record<string, object>]>([
    ["every agent to every other", Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, { model }]))],
    ["some with tools", { a: { model, tools: [echo] }, b: { model }, c: { model, tools: [echo] } }],
    ["a few edges", { a: { model, canHandoffTo: ["c"] }, b: { model, canHandoffTo: [] }, c: { model } }],
    [
      "an approval",
      { a: { model, canHandoffTo: [{ to: "b", requiresApproval: true }, "c"] }, b: { model }, c: { model } },
    ],
    ["edges in another order", { a: { model, canHandoffTo: ["c", "b"] }, b: { model }, c: { model } }],
    ["one agent", { a: { model } }],
    ["two agents", { a: { model }, b: { model } }],
  ])("is each node's ends by their own names, in their order: %s", (_what, agents) => {
    const swarm = new SwarmAgent({ entry: "a", agents } as unknown as SwarmOptions);
    const { branches } = (swarm.compile() as unknown as Built).builder;
    for (const [name, { ends }] of nodesOf(swarm.definition).nodes) {
      const [told] = Object.values(branches[name] ?? {});
      expect(Object.entries(told?.ends ?? {})).toEqual(ends.list().map((end) => [end, end]));
    }
    const [start] = Object.values(branches["__start__"] ?? {});
    expect(Object.keys(start?.ends ?? {})).toEqual(Object.keys(agents));
  });
});

describe("a swarm's nodes", () => {
  const graph = () => "Done.";

  it("have a graph of their own where the agent is one", () => {
    const made = nodes({ a: { model }, b: { graph } });
    expect(made.nodes.get("b")?.graph).toBe(graph);
    expect("graph" in (made.nodes.get("a") ?? {})).toBe(false);
    expect([made.isPlain, nodes({ a: { graph } }).isPlain, nodes({ a: { model } }).isPlain]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it.each<[string, unknown, boolean]>([
    [
      "last values and reducers",
      Annotation.Root({ n: Annotation<number>, all: Annotation<string[]>({ reducer: (x) => x, default: () => [] }) }),
      true,
    ],
    ["what is not kept", new StateSchema({ scratch: new UntrackedValue(z.string()) }), true],
    ["deltas", new StateSchema({ log: MessagesDeltaValue }), false],
  ])("walk without the engine with channels that are %s: %s", (_what, state, isPlain) => {
    expect(nodes({ a: { model } }, { state } as never).isPlain).toBe(isPlain);
  });
});

describe("what a direct run may be told", () => {
  const walks = (options: object) =>
    canWalk(new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile(), says(), options);

  it.each([
    [{ callbacks: [] }, true],
    [{ callbacks: {} }, false],
    [{ streamMode: [] }, false],
    [{ callbacks: undefined, streamMode: undefined }, true],
    [{ recursionLimit: 1 }, true],
    [{ recursionLimit: 0.5 }, false],
  ])("%j: %s", (options, can) => {
    expect(walks(options)).toBe(can);
  });

  it("is nothing where the graph is to be debugged", () => {
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile();
    Object.assign(graph, { debug: true });
    expect(canWalk(graph, says())).toBe(false);
  });
});

describe("messages that come without an id", () => {
  it("get one, the same for the same object each time; the object stays as it was", () => {
    const message = new HumanMessage({ content: "Hello", id: "" });
    const plain = { role: "user", content: "Hello" };
    for (const given of [message, plain]) {
      const [first] = withIds([given]);
      const [second] = withIds(given);
      expect(second).toBe(first);
      expect(first?.id).toMatch(/^[0-9a-f-]{36}$/);
      expect(first?.lc_kwargs["id"]).toBe(first?.id);
      expect(first?.text).toBe("Hello");
      expect(first).toBeInstanceOf(HumanMessage);
    }
    expect(message.id).toBe("");
    expect(plain).toEqual({ role: "user", content: "Hello" });
  });

  it("differ where they are texts, and keep what they have", () => {
    const [one, two] = withIds(["Hello", "Hello", "Hello"]);
    expect(one?.id).not.toBe(two?.id);
    const known = new HumanMessage({ id: "h", content: "Hello" });
    expect(withIds(known)[0]).toBe(known);
  });
});

describe("what is added to the log", () => {
  const message = (id: string) => new HumanMessage({ id, content: id });
  const many = (from: number, count: number) => Array.from({ length: count }, (_, index) => message(`${from + index}`));

  it.each([1, 8, 9, 40])("is known to come after what was there, %i messages at once", (count) => {
    const log = appendMessages([], many(0, 3));
    const next = appendMessages(log, many(3, count));
    expect(next.map(({ id }) => id)).toEqual(many(0, 3 + count).map(({ id }) => id));
    expect(isKnownStart(next, log)).toBe(true);
  });

  it.each([1, 8, 9, 40])("replaces what has its id: %i messages with the last of the log", (count) => {
    const log = appendMessages([], many(0, 3));
    for (const id of ["0", "1", "2"]) {
      const again = new HumanMessage({ id, content: "again" });
      const next = appendMessages(log, [...many(3, count - 1), again]);
      expect(next.map((one) => one.id)).toEqual(many(0, 2 + count).map((one) => one.id));
      expect(next[Number(id)]?.text).toBe("again");
      expect(isKnownStart(next, log)).toBe(false);
    }
  });

  it("holds the last of two with one id, and removes", () => {
    const log = appendMessages([], [message("a")]);
    const twice = appendMessages(log, [message("b"), new HumanMessage({ id: "b", content: "again" })]);
    expect(twice.map(({ text }) => text)).toEqual(["a", "again"]);
    expect(appendMessages(twice, new RemoveMessage({ id: "a" })).map(({ id }) => id)).toEqual(["b"]);
    expect(() => appendMessages(log, new RemoveMessage({ id: "nobody" }))).toThrow(/doesn't exist/);
  });

  it("is one message where it is a pair of texts, and a message each where it is more or other", () => {
    expect(appendMessages([], ["user", "Hi"])).toMatchObject([{ content: "Hi" }]);
    expect(appendMessages([], [["user", "Hi"], "there"]).map(({ text }) => text)).toEqual(["Hi", "there"]);
    expect(appendMessages([], ["one", "two", "three"])).toHaveLength(3);
  });
});

describe("the state that a user gives", () => {
  const make = (state: unknown) => nodes({ a: { model } }, { state } as never).schemas;

  it.each([[7], ["text"], [{}], [null], [{ spec: 7 }]])("is refused where it is %j", (state) => {
    expect(() => make(state)).toThrow(
      expect.objectContaining({
        issues: [
          {
            code: "STATE_INVALID",
            severity: "error",
            path: "state",
            message: "the state is neither an Annotation.Root, a StateSchema nor a zod object.",
            hint: "Pass Annotation.Root({ ... }).",
          },
        ],
      }),
    );
  });

  it("adds to the engine's channels, and takes none of them over", () => {
    const mine = Annotation.Root({ n: Annotation<number>, messages: Annotation<string>, turn: Annotation<string> });
    const { state, input, output } = make(mine);
    expect(Object.keys(input).toSorted()).toEqual(["messages", "n"]);
    expect(Object.keys(output)).not.toContain("turn");
    expect(state["messages"]).not.toBe(mine.spec.messages);
    expect(state["n"]).toBe(mine.spec.n);
    expect(input["messages"]).toBe(state["messages"]);
  });
});

describe("a stream that is left, or whose signal fires", () => {
  const waiting = () => {
    const signals: AbortSignal[] = [];
    const prompt = ({ signal }: { signal?: AbortSignal }) => {
      if (signal !== undefined) signals.push(signal);
      return new Promise<string>(() => undefined);
    };
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, prompt } } } as never).compile();
    return { graph, signals };
  };

  it.each(["return", "cancel"] as const)("aborts its run by %s, and lets go of the caller's signal", async (way) => {
    const { graph, signals } = waiting();
    const { signal } = new AbortController();
    const stream = await graph.stream(says(), { streamMode: "values", signal });
    await stream.next();
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    void stream[way]().catch(() => undefined);
    await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
    expect(signals[0]?.reason).toMatchObject({ name: "AbortError", message: "the stream was left" });
    await vi.waitFor(() => expect(getEventListeners(signal, "abort")).toHaveLength(0));
  });

  it("ends with the caller's reason, also where that came first", async () => {
    const read = async (stream: AsyncIterable<unknown>) => {
      for await (const chunk of stream) expect(chunk).toBeDefined();
    };
    for (const isEarly of [true, false]) {
      const { graph, signals } = waiting();
      const controller = new AbortController();
      if (isEarly) controller.abort(new Error("enough"));
      const reading = (async () =>
        read(await graph.stream(says(), { streamMode: "values", signal: controller.signal })))();
      const outcome = reading.catch((error: unknown) => error);
      if (!isEarly) await vi.waitFor(() => expect(signals).toHaveLength(1));
      controller.abort(new Error("enough"));
      expect(await outcome).toMatchObject({ message: "enough" });
      expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    }
  });
});
