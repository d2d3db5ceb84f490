import type { CallbackHandlerMethods } from "@langchain/core/callbacks/base";
import { setContextVariable } from "@langchain/core/context";
import { RunnableLambda } from "@langchain/core/runnables";
import type { RunnableConfig } from "@langchain/core/runnables";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { tool } from "@langchain/core/tools";
import {
  Annotation,
  Command,
  END,
  getConfig,
  getCurrentTaskInput,
  getStore,
  getWriter,
  GraphInterrupt,
  InMemoryStore,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { EdgeRunnable, NodeRunnable } from "../../src/compile/engine-runnables.ts";
import { nodesOf } from "../../src/compile/speed-nodes.ts";
import type { NodeRun } from "../../src/compile/speed-nodes.ts";
import { SwarmGraph } from "../../src/compile/swarm-graph.ts";
import { SwarmAgent } from "../../src/index.ts";
import type { Agents, CompileOptions } from "../../src/index.ts";
import { ScriptedModel, scriptedModel } from "../../src/testing/index.ts";
import { says } from "../support.ts";
import { office } from "./office.ts";

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|scripted-\d+/g;

/** A copy to compare: ids by the order in which they first occur, functions and foreign objects by their kind. */
function comparable(value: unknown): unknown {
  const ids = new Map<string, string>();
  const named = (text: string) =>
    text.replaceAll(ID, (id) => {
      if (!ids.has(id)) ids.set(id, `id${ids.size}`);
      return ids.get(id) ?? "";
    });
  const copy = (part: unknown, key: string): unknown => {
    if (typeof part === "string") return named(part);
    if (typeof part === "function") return `function ${part.name}`;
    if (typeof part === "number" && /Time/.test(key)) return "a time";
    if (Array.isArray(part)) return part.map((one) => copy(one, ""));
    if (typeof part !== "object" || part === null) return part;
    // As traces have it.
    if ("lc_id" in part) return copy(part.lc_id, "");
    const kind = Object.getPrototypeOf(part)?.constructor?.name ?? "nothing";
    if (kind !== "Object") return `a ${kind}`;
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [named(name), copy(one, name)]));
  };
  return copy(value, "");
}

const Counted = Annotation.Root({ count: Annotation<number>() });

/** A graph of one node, with its function as it is or as a runnable of ours. */
function oneNode(as: "function" | "runnable", run: NodeRun, retries = 1) {
  const node = as === "function" ? run : new NodeRunnable("one", run);
  return new StateGraph(Counted)
    .addNode("one", node as never, { retryPolicy: { maxAttempts: retries, initialInterval: 1, logWarning: false } })
    .addEdge(START, "one")
    .addEdge("one", END);
}

/** What a node is given, and what it finds in LangChain's storage, in each run of a graph. */
async function givenTo(
  as: "function" | "runnable",
  play: (build: () => ReturnType<typeof oneNode>) => Promise<unknown>,
): Promise<unknown> {
  const seen: unknown[] = [];
  await play(() =>
    oneNode(as, (state, config) => {
      seen.push([Object.keys(config).toSorted(), config, getConfig(), getConfig() === config, getCurrentTaskInput()]);
      return { count: Number(state["count"]) + 1 };
    }),
  );
  return comparable(seen);
}

const input = { count: 1 };
const handler = { handleChainStart: () => undefined };

const circumstances: Record<string, (build: () => ReturnType<typeof oneNode>) => Promise<unknown>> = {
  "nothing else": (build) => build().compile().invoke(input),
  "tags, twice the same, and metadata": (build) =>
    build()
      .compile()
      .invoke(input, { tags: ["a", "b", "a"], metadata: { one: 1, nested: { two: 2 } } }),
  "the graph's own config": (build) =>
    build()
      .compile()
      .withConfig({ tags: ["own"], metadata: { own: true }, configurable: { own: "yes" } })
      .invoke(input, { tags: ["call"] }),
  "ids for the metadata": (build) =>
    build()
      .compile()
      .invoke(input, {
        configurable: { thread_id: "t", assistant_id: "a", graph_id: "g", run_id: "r", task_id: "k", model: "m" },
      }),
  "a checkpointer and a thread": async (build) => {
    const graph = build().compile({ checkpointer: new MemorySaver() });
    for (const count of [1, 2]) await graph.invoke({ count }, { configurable: { thread_id: "t" } });
  },
  "an older checkpoint": async (build) => {
    const graph = build().compile({ checkpointer: new MemorySaver() });
    await graph.invoke(input, { configurable: { thread_id: "t" } });
    for await (const { next, config } of graph.getStateHistory({ configurable: { thread_id: "t" } })) {
      if (next[0] === "one") await graph.invoke(null, config);
    }
  },
  "a stop before it": async (build) => {
    const graph = build().compile({ checkpointer: new MemorySaver(), interruptBefore: ["one"] });
    await graph.invoke(input, { configurable: { thread_id: "t" } });
    await graph.invoke(null, { configurable: { thread_id: "t" } });
  },
  "a store": (build) => build().compile({ store: new InMemoryStore() }).invoke(input),
  "a context": (build) =>
    build()
      .compile()
      .invoke(input, { context: { tenant: "acme" } }),
  "a context of null": (build) =>
    build()
      .compile()
      .invoke(input, { context: null } as never),
  "limits, a name and a signal": (build) =>
    build().compile().invoke(input, {
      recursionLimit: 7,
      maxConcurrency: 2,
      runName: "mine",
      runId: globalThis.crypto.randomUUID(),
      signal: new AbortController().signal,
      timeout: 60_000,
    }),
  "an option that nobody knows": (build) =>
    build()
      .compile()
      .invoke(input, { unheardOf: 1 } as never),
  "every stream": async (build) => {
    const streamMode = ["values", "updates", "custom", "messages", "debug"] as never;
    for await (const _chunk of await build().compile().stream(input, { streamMode, subgraphs: true }));
  },
  callbacks: (build) =>
    build()
      .compile()
      .invoke(input, { callbacks: [handler], tags: ["a"] }),
  "no callbacks": (build) => build().compile().invoke(input, { callbacks: [] }),
  "a graph around it": (build) =>
    new StateGraph(Counted)
      .addNode("outer", build().compile())
      .addEdge(START, "outer")
      .addEdge("outer", END)
      .compile({ checkpointer: new MemorySaver() })
      .invoke(input, { configurable: { thread_id: "t" }, metadata: { outer: true } }),
  "a node that calls it": (build) =>
    new StateGraph(Counted)
      .addNode("outer", async (state: typeof Counted.State) =>
        build()
          .compile()
          .invoke(state, { tags: ["inner"] }),
      )
      .addEdge(START, "outer")
      .addEdge("outer", END)
      .compile()
      .invoke(input, { configurable: { thread_id: "t", tenant: "acme" }, tags: ["outer"] }),
  "a tool that calls it": (build) =>
    tool(() => build().compile().invoke(input), { name: "outer", schema: z.object({}) }).invoke(
      { type: "tool_call", id: "1", name: "outer", args: {} },
      { configurable: { tenant: "acme" }, metadata: { outer: true } },
    ),
  "a runnable with context variables that calls it": (build) =>
    RunnableLambda.from(async () => {
      setContextVariable("tenant", "acme");
      return build().compile().invoke(input);
    }).invoke("", { configurable: { tenant: "acme" }, tags: ["outer"] }),
};

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("a node's runnable", () => {
  it.each(Object.keys(circumstances))("gives the function what LangGraph's would, with %s", async (name) => {
    const play = circumstances[name] as (typeof circumstances)[string];
    const expected = await givenTo("function", play);
    expect(expected).not.toEqual([]);
    expect(await givenTo("runnable", play)).toStrictEqual(expected);
    // The root of LangChain's storage is known by now.
    expect(await givenTo("runnable", play)).toStrictEqual(expected);
  });

  it("gives it what LangGraph's would where it is run without a graph", async () => {
    const seen: unknown[] = [];
    const run: NodeRun = (_state, config) => void seen.push(config);
    const made = oneNode("function", run).nodes.one.runnable as unknown as NodeRunnable;
    const configs: (RunnableConfig | undefined)[] = [
      undefined,
      {},
      { tags: ["a"], metadata: {}, configurable: { thread_id: "t" }, recursionLimit: 3 },
      { tags: ["a", "b", "a"], metadata: { thread_id: "t" }, configurable: { thread_id: "t" }, recursionLimit: 3 },
      { tags: ["a"], metadata: {}, configurable: {}, recursionLimit: 3, unheardOf: 1 } as RunnableConfig,
      { tags: [], metadata: {}, configurable: {}, recursionLimit: 3, context: null } as RunnableConfig,
      { tags: [], metadata: {}, configurable: {}, recursionLimit: 3, callbacks: [handler] },
    ];
    const around: RunnableConfig = { tags: ["outer"], metadata: { outer: 1 }, configurable: { outer: 1 } };
    for (const config of configs) {
      const both = async () => {
        for (const one of [made, new NodeRunnable("one", run)]) await one.invoke(input as never, config);
        expect(comparable(seen.at(-1))).toStrictEqual(comparable(seen.at(-2)));
      };
      await both();
      await AsyncLocalStorageProviderSingleton.runWithConfig(around, both);
    }
    expect(seen).toHaveLength(4 * configs.length);
  });

  it("has no root made by LangChain for a step that nobody traces", async () => {
    const step = { tags: [], metadata: {}, configurable: {}, recursionLimit: 3 };
    const node = new NodeRunnable("one", () => getConfig() !== undefined);
    await node.invoke({} as never, step);
    const made = vi.spyOn(AsyncLocalStorageProviderSingleton, "runWithConfig");
    expect(await node.invoke({} as never, step)).toBe(true);
    expect(made).not.toHaveBeenCalled();
  });

  it("keeps what the function does to its config from the steps after it", async () => {
    const shared = { tags: ["a"], metadata: { a: 1 }, configurable: { b: 2 }, recursionLimit: 3 };
    const node = new NodeRunnable("one", (_state, config) => {
      config.tags?.push("mine");
      Object.assign(config.metadata as object, { mine: true });
      Object.assign(config.configurable as object, { mine: true });
    });
    await node.invoke({} as never, shared);
    expect(shared).toEqual({ tags: ["a"], metadata: { a: 1 }, configurable: { b: 2 }, recursionLimit: 3 });
  });

  it("gives its function again what a retry says", async () => {
    const attempts = async (as: "function" | "runnable") => {
      const seen: unknown[] = [];
      const graph = oneNode(
        as,
        (_state, config) => {
          seen.push(config);
          if (seen.length === 1) throw new Error("once more");
          return { count: 0 };
        },
        2,
      );
      await graph.compile().invoke(input);
      return comparable(seen);
    };
    expect(await attempts("runnable")).toStrictEqual(await attempts("function"));
  });

  it.each([
    [
      "at once",
      (error: unknown) => () => {
        throw error;
      },
    ],
    [
      "later",
      (error: unknown) => async () => {
        await Promise.resolve();
        throw error;
      },
    ],
  ] as const)("lets through what the function throws %s, the very same", async (_, failing) => {
    for (const error of [new Error("no"), Object.freeze({ odd: true })]) {
      const node = new NodeRunnable("one", failing(error));
      const step = { tags: [], metadata: {}, configurable: {}, recursionLimit: 3 };
      for (const config of [step, { callbacks: [handler] }]) {
        const thrown: unknown = await node.invoke({} as never, config as RunnableConfig).catch((one: unknown) => one);
        expect(thrown).toBe(error);
      }
    }
    expect(AsyncLocalStorageProviderSingleton.getRunnableConfig()).toBeUndefined();
  });

  it("lets those who read along have what was told before it fails, and waits neither to stop nor where nobody goes on", async () => {
    const step = { tags: [], metadata: {}, configurable: {}, recursionLimit: 3 };
    const left = { ...step, signal: AbortSignal.abort() };
    const bubble = new GraphInterrupt();
    const failure = new Error("no");
    const orderOf = async (error: Error, config: RunnableConfig | undefined) => {
      const order: unknown[] = [];
      const node = new NodeRunnable("one", () => {
        setTimeout(() => order.push("timer"), 0);
        throw error;
      });
      await node.invoke({} as never, config).catch((thrown: unknown) => order.push(thrown));
      await new Promise((resolve) => void setTimeout(resolve, 0));
      return order;
    };
    // How nodes are run is loaded with the first one.
    await orderOf(failure, step);
    expect(await orderOf(failure, step)).toEqual(["timer", failure]);
    expect(await orderOf(failure, undefined)).toEqual(["timer", failure]);
    expect(await orderOf(bubble, step)).toEqual([bubble, "timer"]);
    expect(await orderOf(failure, left)).toEqual([failure, "timer"]);
  });

  it("fails also where a test has put its own timers in place of the platform's", async () => {
    vi.useFakeTimers();
    const failing = () => {
      throw new Error("no");
    };
    const graph = oneNode("runnable", failing).compile();
    await expect(graph.invoke(input)).rejects.toThrow("no");
  });
});

describe("an edge's runnable", () => {
  it("lets through what the edge throws, the very same", async () => {
    const error = new Error("no way");
    const edge = new EdgeRunnable(() => {
      throw error;
    });
    for (const config of [undefined, {}, { callbacks: [handler] }]) {
      expect(await edge.invoke({} as never, config).catch((one: unknown) => one)).toBe(error);
    }
  });
});

/** The same swarm as a graph whose nodes and edges are functions, as LangGraph's documentation has it. */
function ofFunctions({ definition }: SwarmAgent<Agents>, options: CompileOptions = {}): SwarmGraph {
  const { nodes, start, schemas } = nodesOf(definition);
  const builder = new StateGraph(schemas) as unknown as {
    addNode(name: string, node: unknown, options: object): void;
    addConditionalEdges(from: string, edge: unknown, to: readonly string[]): void;
    compile(options: object): SwarmGraph;
  };
  for (const [name, { run, edge, ends, graph }] of nodes) {
    builder.addNode(name, run, graph === undefined ? {} : { subgraphs: [graph] });
    builder.addConditionalEdges(name, edge, ends.list());
  }
  builder.addConditionalEdges(START, start, [...definition.agents.keys()]);
  const base = builder.compile({ ...options, name: definition.name });
  const config = new SwarmAgent(definition.options as never).compile().config;
  return new SwarmGraph({ ...base, definition, threads: {}, speed: "stepped", config } as never);
}

const both = { function: ofFunctions, runnable: ofRunnables } as const;

function ofRunnables(swarm: SwarmAgent<Agents>, options: CompileOptions = {}): SwarmGraph {
  return swarm.compile({ ...options, speed: "stepped" }) as unknown as SwarmGraph;
}

/** Every call of a handler, with all that it is told of runs: their kinds, names, tags, metadata and parents. */
function recorder(): { handler: CallbackHandlerMethods; calls: unknown[][] } {
  const calls: unknown[][] = [];
  const names = ["ChatModel", "LLM", "Chain", "Tool"].flatMap((kind) =>
    ["Start", "End", "Error"].map((what) => `handle${kind}${what}`),
  );
  const known = (value: unknown) => (value instanceof Error ? String(value) : value);
  const handler = Object.fromEntries(
    names.map((name) => [
      name,
      (...args: unknown[]) => {
        const told = name.endsWith("Start") ? [args[0], ...args.slice(2)] : args.slice(1);
        calls.push([name, ...told.map(known)]);
      },
    ]),
  );
  return { handler: handler as CallbackHandlerMethods, calls };
}

describe("a swarm of runnables, beside the same one of functions", () => {
  it("tells callbacks the same, run by run", async () => {
    const told = async (as: keyof typeof both) => {
      const { handler, calls } = recorder();
      await both[as](office()).invoke(says(), { callbacks: [handler as never], tags: ["mine"], metadata: { mine: 1 } });
      return comparable(calls);
    };
    const expected = (await told("function")) as unknown[];
    expect(expected.length).toBeGreaterThan(30);
    expect(await told("runnable")).toStrictEqual(expected);
  });

  it("tells callbacks the same of a routing function that fails", async () => {
    const failing = () => {
      throw new Error("lost");
    };
    const told = async (as: keyof typeof both) => {
      const { handler, calls } = recorder();
      const swarm = new SwarmAgent({
        entry: "a",
        agents: { a: { model: scriptedModel().say("Done."), route: failing } },
      });
      const graph = both[as](swarm as unknown as SwarmAgent<Agents>);
      await expect(graph.invoke(says(), { callbacks: [handler as never] })).rejects.toMatchObject({
        code: "ROUTE_FAILED",
      });
      return comparable(calls);
    };
    expect(await told("runnable")).toStrictEqual(await told("function"));
  });

  it("streams the same events", async () => {
    const told = async (as: keyof typeof both) => {
      const events: unknown[] = [];
      for await (const event of both[as](office()).streamEvents(says(), { version: "v2" })) {
        const { event: kind, name, run_id, parent_ids, tags, metadata } = event as unknown as Record<string, unknown>;
        events.push([kind, name, run_id, parent_ids, tags, metadata]);
      }
      return comparable(events);
    };
    const expected = (await told("function")) as unknown[];
    expect(expected.length).toBeGreaterThan(20);
    expect(await told("runnable")).toStrictEqual(expected);
  });

  it("streams the same chunks in every mode", async () => {
    const told = async (as: keyof typeof both) => {
      const chunks: unknown[] = [];
      const streamMode = ["values", "updates", "custom", "messages", "debug", "tasks", "checkpoints"] as never;
      const graph = both[as](office(), { checkpointer: new MemorySaver() });
      for await (const [mode, chunk] of (await graph.stream(says(), {
        streamMode,
        configurable: { thread_id: "t" },
      })) as unknown as AsyncIterable<[string, unknown]>) {
        const plain: unknown = JSON.parse(JSON.stringify(chunk));
        chunks.push([mode, Object.keys((plain as object | undefined) ?? {})]);
      }
      return comparable(chunks);
    };
    expect(await told("runnable")).toStrictEqual(await told("function"));
  });

  it("streams the same chunks of a run that fails, and all that was told before", async () => {
    const told = async (as: keyof typeof both) => {
      const chunks: string[] = [];
      const failing = () => {
        for (const one of [1, 2, 3]) getWriter()?.({ one });
        throw new Error("no");
      };
      const agents = { a: { model: scriptedModel().handoff("b") }, b: { model: scriptedModel(), prompt: failing } };
      const graph = both[as](new SwarmAgent({ entry: "a", agents }) as unknown as SwarmAgent<Agents>);
      const streamMode = ["custom", "updates", "debug"] as never;
      const read = async () => {
        for await (const [mode, chunk] of (await graph.stream(says(), { streamMode })) as unknown as AsyncIterable<
          [string, { type?: unknown; one?: unknown }]
        >) {
          chunks.push(`${mode} ${String(chunk.type)} ${String(chunk.one)}`);
        }
      };
      await expect(read()).rejects.toThrow("no");
      return chunks;
    };
    const expected = await told("function");
    expect(expected.length).toBeGreaterThan(5);
    // LangGraph loses what is still on its way as a run fails: how much depends on single ticks.
    const all = await told("runnable");
    expect(all.slice(0, expected.length)).toEqual(expected);
    const own = all.filter((chunk) => chunk.startsWith("custom undefined"));
    expect(own).toEqual([1, 2, 3].map((one) => `custom undefined ${one}`));
  });

  it.each(["no subgraphs", "an agent that is a graph"])("is drawn the same, with %s", async (which) => {
    const helper = new StateGraph(Annotation.Root({ messages: Annotation<unknown[]>() }))
      .addNode("think", () => ({}))
      .addEdge(START, "think")
      .addEdge("think", END)
      .compile();
    const swarm = () =>
      office(
        which === "no subgraphs"
          ? { agents: { front: { model: scriptedModel(), canHandoffTo: [] } } }
          : { agents: { front: { graph: helper }, lab: { model: scriptedModel() } } },
      );
    for (const xray of [false, true]) {
      const [expected, drawn] = await Promise.all(
        [ofFunctions(swarm()), ofRunnables(swarm())].map((graph) => graph.getGraphAsync({ xray })),
      );
      expect(drawn?.drawMermaid()).toBe(expected?.drawMermaid());
      expect(drawn?.toJSON()).toEqual(expected?.toJSON());
    }
  });

  it("has the same steps by the same names", () => {
    const [expected, made] = [ofFunctions(office()), ofRunnables(office())].map(({ builder }) => [
      Object.entries(builder.nodes as Record<string, { runnable: RunnableLambda<unknown, unknown> }>).map(
        ([name, { runnable }]) => [name, runnable.getName(), JSON.stringify(runnable)],
      ),
      Object.entries(builder.branches).map(([name, branches]) => [
        name,
        Object.entries(branches).map(([kind, { path, ends }]) => [kind, path.getName(), JSON.stringify(path), ends]),
      ]),
    ]);
    expect(made).toEqual(expected);
  });

  it("goes the same way from a state that is written by hand, and stops at the same nodes", async () => {
    const thread = { configurable: { thread_id: "t" } };
    const way = async (as: keyof typeof both) => {
      const graph = both[as](office(), {
        checkpointer: new MemorySaver(),
        interruptBefore: ["lab"],
        interruptAfter: ["front.tools"],
      });
      const stops: unknown[] = [];
      const look = async () => stops.push((await graph.getState(thread)).next);
      await graph.invoke(says(), thread);
      await look();
      await graph.invoke(null, thread);
      await look();
      await graph.updateState(thread, {}, "front");
      await look();
      await graph.updateState(thread, new Command({ goto: "desk" }) as never, "front");
      await look();
      await graph.updateState(thread, says("Again"), START);
      await look();
      const { messages } = await graph.invoke(null, thread);
      return [stops, messages.map(({ type, text }) => [type, text])];
    };
    const expected = await way("function");
    expect(expected[0]).toHaveLength(5);
    expect(await way("runnable")).toEqual(expected);
  });

  it("takes supersteps and writes checkpoints that are the same", async () => {
    const written = async (as: keyof typeof both) => {
      const checkpointer = new MemorySaver();
      await both[as](office(), { checkpointer }).invoke(says(), { configurable: { thread_id: "t" } });
      const all: unknown[] = [];
      for await (const { checkpoint, metadata, pendingWrites } of checkpointer.list({})) {
        const writes = pendingWrites?.map(([task, channel]) => [task, channel]);
        all.push([Object.keys(checkpoint.channel_values), checkpoint.versions_seen, metadata, writes]);
      }
      return comparable(all);
    };
    expect(await written("runnable")).toStrictEqual(await written("function"));
  });
});

describe("what finds the run's config without being given it", () => {
  it("is a tool, a model, a prompt and a routing function", async () => {
    const generate = ScriptedModel.prototype._generate;
    const found = async (as: keyof typeof both) => {
      const seen: Record<string, unknown> = {};
      const note = (where: string) => {
        const { configurable, tags } = getConfig();
        const writer = typeof getWriter();
        seen[where] = { store: getStore() !== undefined, writer, keys: Object.keys(configurable ?? {}), tags };
      };
      vi.spyOn(ScriptedModel.prototype, "_generate").mockImplementation(function (this: ScriptedModel, ...args) {
        note("model");
        return generate.apply(this, args);
      });
      const look = tool(
        () => {
          note("tool");
          return `${getCurrentTaskInput<{ messages: unknown[] }>().messages.length} messages`;
        },
        { name: "look", schema: z.object({}) },
      );
      const prompt = () => {
        note("prompt");
        return "Be kind.";
      };
      const route = ({ next }: { next: string }) => {
        note("route");
        return next;
      };
      const model = scriptedModel().tool("look", {}).say("Done.");
      const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, prompt, route, tools: [look] } } });
      const graph = both[as](swarm as unknown as SwarmAgent<Agents>, { store: new InMemoryStore() });
      const { messages } = await graph.invoke(says(), { tags: ["mine"] });
      return [seen, messages.map(({ text }) => text)];
    };
    const expected = await found("function");
    const here = { store: true, writer: "function", tags: ["mine"] };
    expect(expected).toMatchObject([
      { model: here, prompt: here, tool: { store: true }, route: { store: true } },
      ["Hello", "", "2 messages", "Done."],
    ]);
    expect(await found("runnable")).toEqual(expected);
  });

  it("is what says who goes on for an agent that is gone, in an edge", async () => {
    const thread = { configurable: { thread_id: "t" } };
    const asked = async (as: keyof typeof both) => {
      const seen: unknown[] = [];
      const onUnknownAgent = () => {
        seen.push(getConfig() === undefined ? "nothing" : [Object.keys(getConfig()).toSorted(), getConfig().metadata]);
        return "a" as const;
      };
      const agents = { a: { model: scriptedModel().say("Done.") } };
      const swarm = new SwarmAgent({ entry: "a", agents, onUnknownAgent }) as unknown as SwarmAgent<Agents>;
      const graph = both[as](swarm, { checkpointer: new MemorySaver() });
      await graph.updateState(thread, { activeAgent: "gone" } as never, "a");
      await graph.invoke(says(), thread);
      return comparable(seen);
    };
    const expected = await asked("function");
    expect(expected).not.toEqual([]);
    expect(expected).not.toContain("nothing");
    expect(await asked("runnable")).toStrictEqual(expected);
  });

  it("is an interrupt within a tool, which is answered in the next run", async () => {
    const ask = tool(() => `They said ${interrupt("Shall I?")}.`, { name: "ask", schema: z.object({}) });
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model: scriptedModel().tool("ask", {}).say("Done."), tools: [ask] } },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const thread = { configurable: { thread_id: "t" } };
    await graph.invoke(says(), thread);
    const { messages } = await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(messages.map(({ text }) => text)).toContain("They said yes.");
  });
});
