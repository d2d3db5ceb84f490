import { getEventListeners } from "node:events";
import { RunnableLambda } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import {
  Annotation,
  Command,
  getConfig,
  getCurrentTaskInput,
  GraphDrained,
  GraphRecursionError,
  InMemoryStore,
  MemorySaver,
  MessagesDeltaValue,
  ParentCommand,
  StateGraph,
  StateSchema,
  UntrackedValue,
} from "@langchain/langgraph";
import type { RunControl } from "@langchain/langgraph";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { canWalk } from "../../src/compile/speed.ts";
import { SwarmAgent } from "../../src/index.ts";
import type { CompileOptions, SwarmGraph } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel } from "../../src/testing/index.ts";
import { says } from "../support.ts";

function pair(model: ScriptedModel = scriptedModel().handoff("b").say("Done.")) {
  return new SwarmAgent({ entry: "a", agents: { a: { model }, b: { model } } });
}

const compiled = (options: CompileOptions = {}) => pair().compile(options);

/** What both speeds make of the same swarm, made anew for each: a result or an error. */
async function inBoth(make: () => SwarmAgent<never>, options: () => Record<string, unknown> = () => ({})) {
  const came: unknown[] = [];
  for (const speed of ["stepped", "auto"] as const) {
    const graph = make().compile({ speed }) as unknown as SwarmGraph;
    came.push(await graph.invoke(says(), options()).catch((error: unknown) => error));
  }
  return came;
}

const toolOf = (name: string, body: (config: Record<string, unknown>) => unknown) =>
  tool((_given, config) => body(config as never) as never, { name, schema: z.object({}) });

afterEach(() => vi.unstubAllEnvs());

describe("canWalk", () => {
  it.each<[string, CompileOptions, Record<string, unknown>]>([
    ["nothing", {}, {}],
    [
      "a signal, tags, metadata, context and configurable",
      {},
      { signal: new AbortController().signal, tags: ["t"], metadata: { m: 1 }, context: {}, configurable: { own: 1 } },
    ],
    ["no checkpointer, in so many words", { checkpointer: false }, {}],
    ["an empty list of callbacks", {}, { callbacks: [] }],
    ["empty lists of nodes to stop at", { interruptBefore: [], interruptAfter: [] }, {}],
  ])("walks where a run is given %s", (_what, options, config) => {
    expect(canWalk(compiled(options), says(), config)).toBe(true);
  });

  it.each<[string, CompileOptions, Record<string, unknown>]>([
    ["the speed", { speed: "stepped" }, {}],
    ["a checkpointer", { checkpointer: new MemorySaver() }, {}],
    ["a parent's checkpointer", { checkpointer: true }, {}],
    ["a store", { store: new InMemoryStore() }, {}],
    ["nodes to stop before", { interruptBefore: ["b"] }, {}],
    ["nodes to stop after", { interruptAfter: ["b"] }, {}],
    ["nodes to stop before, in the call", {}, { interruptBefore: ["b"] }],
    ["all nodes to stop after, in the call", {}, { interruptAfter: "*" }],
    ["a thread", {}, { configurable: { thread_id: "t" } }],
    ["a checkpointer in the call", {}, { configurable: { __pregel_checkpointer: new MemorySaver() } }],
    ["a server's keys", {}, { configurable: { assistant_id: "one" } }],
    ["callbacks", {}, { callbacks: [{ handleChainStart: () => undefined }] }],
    ["a stream mode", {}, { streamMode: "updates" }],
    ["a control", {}, { control: {} }],
    ["a run's id", {}, { runId: "1" }],
    ["a limit that is none", {}, { recursionLimit: 0 }],
    ["an option that nobody knows", {}, { somethingNew: true }],
  ])("leaves a run to the engine that is given %s", (_what, options, config) => {
    expect(canWalk(compiled(options), says(), config)).toBe(false);
  });

  it.each([
    ["nothing to go on with", null],
    ["nothing", undefined],
    ["a text", "text"],
    ["a list", []],
    ["a command", new Command({ resume: "yes" })],
  ])("leaves %s to the engine", (_what, input) => {
    expect(canWalk(compiled(), input)).toBe(false);
  });

  it("leaves everything to the engine that a graph's own config asks for", () => {
    expect(canWalk(compiled().withConfig({ callbacks: [{}] }) as unknown as SwarmGraph, says())).toBe(false);
  });

  it.each(["LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGCHAIN_VERBOSE"])(
    "leaves runs to the engine under %s",
    (name) => {
      vi.stubEnv(name, "true");
      expect(canWalk(compiled(), says())).toBe(false);
    },
  );

  it("leaves a run to the engine that is inside of another one", async () => {
    const graph = compiled();
    const outer = RunnableLambda.from(() => canWalk(graph, says()));
    expect(await outer.invoke("go")).toBe(false);
    expect(canWalk(graph, says())).toBe(true);
  });

  it("leaves swarms to the engine in which an agent is a graph", () => {
    const State = Annotation.Root({ messages: Annotation<unknown[]> });
    const inner = new StateGraph(State)
      .addNode("n", () => ({}))
      .addEdge("__start__", "n")
      .compile();
    for (const graph of [inner, () => "Done."]) {
      const swarm = new SwarmAgent({ entry: "a", agents: { a: { graph: graph as never } } });
      expect(canWalk(swarm.compile(), says())).toBe(false);
    }
  });

  it("leaves swarms to the engine whose channels live by its steps", () => {
    const state = new StateSchema({ log: MessagesDeltaValue });
    const swarm = new SwarmAgent({ entry: "a", state, agents: { a: { model: scriptedModel() } } });
    expect(canWalk(swarm.compile(), says())).toBe(false);
  });
});

describe("a direct run", () => {
  it("never enters the engine, unless it is told to", async () => {
    for (const [options, times] of [
      [{}, 0],
      [{ speed: "stepped" }, 1],
      [{ checkpointer: false, speed: "auto" }, 0],
    ] as const) {
      const graph = compiled(options);
      const engine = vi.spyOn(graph, "_streamIterator");
      expect(await graph.invoke(says())).toMatchObject({ activeAgent: "b", outcome: { kind: "answered" } });
      expect(engine).toHaveBeenCalledTimes(times);
    }
  });

  it("keeps the speed with another config", () => {
    const graph = compiled({ speed: "stepped" }).withConfig({ tags: ["t"] }) as unknown as SwarmGraph;
    expect(graph.speed).toBe("stepped");
    expect(canWalk(graph, says())).toBe(false);
  });

  it("refuses input that is not the caller's to write", async () => {
    await expect(compiled().invoke({ ...says(), activeAgent: "b" })).rejects.toMatchObject({
      code: "INPUT_FORBIDDEN_CHANNEL",
    });
  });

  it("shows functions of the user's where they are, and what the state is, as the engine does", async () => {
    const seen: unknown[] = [];
    const look = () => {
      const { metadata } = getConfig() as { metadata: Record<string, unknown> };
      const input = getCurrentTaskInput<{ activeAgent?: string; messages: unknown[] }>();
      seen.push([metadata["langgraph_node"], metadata["langgraph_step"], input.activeAgent, input.messages.length]);
    };
    const make = () =>
      new SwarmAgent({
        entry: "a",
        agents: {
          a: {
            model: scriptedModel().tool("look").handoff("b"),
            tools: [toolOf("look", look)],
            prompt: () => {
              look();
              return "";
            },
          },
          b: {
            model: () => {
              look();
              return scriptedModel().say("Done.");
            },
          },
        },
      }) as never;
    await inBoth(make);
    expect(seen).toHaveLength(8);
    expect(seen.slice(4)).toEqual(seen.slice(0, 4));
    expect(seen.slice(0, 4)).toEqual([
      ["a", 1, undefined, 1],
      ["a.tools", 2, "a", 2],
      ["a", 3, "a", 3],
      ["b", 4, "a", 4],
    ]);
  });

  it("keeps the ambient config of runs apart that go on at the same time", async () => {
    const seen: string[] = [];
    const look = toolOf("look", async (config) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const { configurable } = getConfig() as unknown as { configurable: { own: string } };
      seen.push(`${configurable.own} ${(config["configurable"] as { own: string }).own}`);
      return "";
    });
    const runs = ["one", "two", "three"].map((own) => {
      const model = scriptedModel().tool("look").say("Done.");
      const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [look] } } }).compile();
      return graph.invoke(says(), { configurable: { own } });
    });
    await Promise.all(runs);
    expect(seen.toSorted()).toEqual(["one one", "three three", "two two"]);
    expect(getConfig()).toBeUndefined();
  });

  it("ends at the recursion limit with the engine's own error", async () => {
    const [stepped, direct] = await inBoth(
      () => pair() as never,
      () => ({ recursionLimit: 2 }),
    );
    expect(direct).toBeInstanceOf(GraphRecursionError);
    expect((direct as Error).message).toBe((stepped as Error).message);
    expect(await compiled().invoke(says(), { recursionLimit: 3 })).toMatchObject({ activeAgent: "b" });
  });

  it("rejects at once when the signal fires, also where a function does not heed it", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const prompt = () => {
      queueMicrotask(() => controller.abort(new Error("enough")));
      return new Promise<string>(() => undefined);
    };
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel(), prompt } } }).compile();
    await expect(graph.invoke(says(), { signal })).rejects.toThrow("enough");
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    await expect(graph.invoke(says(), { signal })).rejects.toThrow("enough");
  });

  it("goes no further after an abort, and leaves no rejection unhandled", async () => {
    const controller = new AbortController();
    const model = scriptedModel().say("never");
    const prompt = async () => {
      controller.abort("a text");
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error("too late to matter");
    };
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, prompt } } }).compile();
    await expect(graph.invoke(says(), { signal: controller.signal })).rejects.toThrow("a text");
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(model.calls).toHaveLength(0);
  });

  it("tells what a failed node has left running", async () => {
    const signals: AbortSignal[] = [];
    const make = () =>
      new SwarmAgent({
        entry: "a",
        agents: {
          a: {
            model: scriptedModel(),
            prompt: ({ signal }: { signal: AbortSignal | undefined }) => {
              signals.push(signal as AbortSignal);
              throw new Error("no prompt");
            },
          },
        },
      }) as never;
    await inBoth(make);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it("says that an approval needs a checkpointer, as the engine does", async () => {
    const make = () => {
      const model = scriptedModel().handoff("b");
      const canHandoffTo = [{ to: "b", requiresApproval: true }] as const;
      return new SwarmAgent({ entry: "a", agents: { a: { model, canHandoffTo }, b: { model } } }) as never;
    };
    const [stepped, direct] = await inBoth(make);
    expect((direct as Error).message).toBe((stepped as Error).message);
    expect(direct).toMatchObject({ name: "GraphValueError", lc_error_code: "MISSING_CHECKPOINTER" });
  });

  it("drains where a tool asks for it, as the engine does", async () => {
    const make = () => {
      const drain = toolOf("drain", ({ control }) => (control as RunControl).requestDrain("closing"));
      const model = scriptedModel().tool("drain").say("never");
      return new SwarmAgent({ entry: "a", agents: { a: { model, tools: [drain] } } }) as never;
    };
    const [stepped, direct] = await inBoth(make);
    expect(direct).toBeInstanceOf(GraphDrained);
    expect((direct as Error).message).toBe((stepped as Error).message);
  });

  it("ends with the state so far where a tool jumps out of the graph, as the engine does", async () => {
    const make = () => {
      const jump = toolOf("jump", () => {
        throw new ParentCommand(new Command({ goto: "b", graph: Command.PARENT }));
      });
      const model = scriptedModel().tool("jump").say("never");
      return new SwarmAgent({ entry: "a", agents: { a: { model, tools: [jump] } } }) as never;
    };
    const results = (await inBoth(make)) as { messages: unknown[]; activeAgent: string }[];
    expect(results.map(({ messages, activeAgent }) => [messages.length, activeAgent])).toEqual([
      [2, "a"],
      [2, "a"],
    ]);
  });

  it.each([
    ["a StateSchema", new StateSchema({ count: z.number().default(1), scratch: new UntrackedValue(z.string()) })],
    ["a zod object", z.object({ count: z.number().default(1), scratch: z.string().optional() })],
    ["an annotation", Annotation.Root({ count: Annotation<number>, scratch: Annotation<string> })],
  ])("gives the user's own channels back where they are %s", async (_what, state) => {
    const make = () => {
      const put = toolOf("put", () => new Command({ update: { count: 2, scratch: "here" } }));
      const model = scriptedModel().tool("put").say("Done.");
      return new SwarmAgent({ entry: "a", state, agents: { a: { model, tools: [put] } } }) as never;
    };
    const [stepped, direct] = (await inBoth(make)) as Record<string, unknown>[];
    expect(direct).toMatchObject({ count: 2, scratch: "here" });
    expect(Object.keys(direct ?? {})).toEqual(Object.keys(stepped ?? {}));
  });

  it("names the channel that does not take its values, as the engine does", async () => {
    const make = () => {
      const put = toolOf("put", () => new Command({ update: { all: { __overwrite__: [] } } }));
      const model = scriptedModel().callAll([{ tool: "put" }, { tool: "put" }]);
      const state = Annotation.Root({
        all: Annotation<string[]>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
      });
      return new SwarmAgent({ entry: "a", state, agents: { a: { model, tools: [put] } } }) as never;
    };
    const [stepped, direct] = (await inBoth(make)) as Error[];
    expect(direct?.message).toContain('channel "all"');
    expect(direct?.message).toBe(stepped?.message);
    expect(direct?.constructor).toBe(stepped?.constructor);
  });
});
