import { CallbackManager } from "@langchain/core/callbacks/manager";
import { HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { MemorySaver } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { createHook } from "node:async_hooks";
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { CellAnswer, CellOrder } from "../../bench/cell.ts";
import { system } from "../../bench/systems/ours.ts";
import { workload } from "../../bench/workloads.ts";
import { injectArguments, SwarmAgent, swarmEvents, SwarmMemorySaver } from "../../src/index.ts";
import type { AgentSpec, CompileOptions, SwarmGraph } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel } from "../../src/testing/index.ts";
import { addTool, says } from "../support.ts";

// What a microsecond is depends on the machine; these counts do not. Timings are `pnpm bench`'s.

vi.mock(import("@langchain/core/utils/function_calling"), async (original) => {
  const actual = await original();
  return { ...actual, convertToOpenAITool: vi.fn<typeof actual.convertToOpenAITool>(actual.convertToOpenAITool) };
});

vi.mock(import("@langchain/core/utils/json_schema"), async (original) => {
  const actual = await original();
  return { ...actual, toJsonSchema: vi.fn<typeof actual.toJsonSchema>(actual.toJsonSchema) };
});

/** A swarm of agents that hand on in a row, each free to hand off to all others. */
function rowOf(count: number, options: { tools?: AgentSpec["tools"]; input?: boolean } = {}) {
  const models: ScriptedModel[] = [];
  const agents: Record<string, AgentSpec> = {};
  for (let index = 0; index < count; index += 1) {
    const model = scriptedModel();
    if (options.tools !== undefined) model.tool("add", { a: 1, b: 2 });
    const payload = options.input === true ? { topic: "parcels" } : undefined;
    models.push(index + 1 < count ? model.handoff(`agent${index + 1}`, payload) : model.say("Done."));
    agents[`agent${index}`] = {
      model,
      ...(options.tools !== undefined && { tools: options.tools }),
      ...(options.input === true && { input: z.object({ topic: z.string() }) }),
    };
  }
  const swarm = new SwarmAgent({ entry: "agent0", agents, limits: { maxHandoffs: count, maxTurns: 4 * count } });
  return { swarm, models };
}

/** The options of a speed. */
function at(speed: "auto" | "stepped"): CompileOptions {
  const options: CompileOptions & { readonly speed: "auto" | "stepped" } = { speed };
  return options;
}

/** Supersteps of a run, as its last checkpoint counts them. */
async function supersteps(saver: BaseCheckpointSaver): Promise<number> {
  for await (const { metadata } of saver.list({ configurable: { thread_id: "t" } })) return metadata?.step ?? 0;
  return 0;
}

const thread = { configurable: { thread_id: "t" } };

describe("a hop", () => {
  it.each(["auto", "stepped"] as const)("is one model call at speed %s", async (speed) => {
    const { swarm, models } = rowOf(11);
    await swarm.compile(at(speed)).invoke(says());
    expect(models.map(({ calls }) => calls.length)).toEqual(Array.from({ length: 11 }, () => 1));
  });

  it.each(["auto", "stepped"] as const)("with a tool is two model calls at speed %s", async (speed) => {
    const { add, runs } = addTool();
    const { swarm, models } = rowOf(6, { tools: [add] });
    await swarm.compile(at(speed)).invoke(says());
    expect(models.reduce((sum, { calls }) => sum + calls.length, 0)).toBe(12);
    expect(runs.count).toBe(6);
  });

  it("is one superstep", async () => {
    const counts: number[] = [];
    for (const agents of [2, 6, 11]) {
      const checkpointer = new MemorySaver();
      await rowOf(agents).swarm.compile({ checkpointer }).invoke(says(), thread);
      counts.push(await supersteps(checkpointer));
    }
    expect(counts).toEqual([2, 6, 11]);
  });

  it("runs the messages' reducer at most twice: the edge is asked before the engine has applied the update", async () => {
    const counts: number[] = [];
    for (const agents of [6, 11]) {
      const graph = rowOf(agents).swarm.compile(at("stepped"));
      const channel = graph.channels["messages"] as unknown as {
        operator: (...values: unknown[]) => unknown;
      };
      const reduce = vi.spyOn(channel, "operator");
      await graph.invoke(says());
      counts.push(reduce.mock.calls.length);
      reduce.mockRestore();
    }
    const [few = 0, many = 0] = counts;
    expect((many - few) / 5).toBeGreaterThan(0);
    expect((many - few) / 5).toBeLessThanOrEqual(2);
  });
});

describe("what a hop waits for", () => {
  /** Promises of a turn that has run before: the fewest, since others may make some meanwhile. */
  async function promisesOf(handoffs: number, tools: boolean): Promise<number> {
    const { run } = await system.prepare(workload(`turn/h${handoffs}`, "turn", { handoffs, tools }));
    const counts: number[] = [];
    let count = 0;
    const hook = createHook({ init: (_id, type) => void (count += type === "PROMISE" ? 1 : 0) });
    for (let turn = 1; turn <= 10; turn += 1) {
      count = 0;
      hook.enable();
      await run();
      hook.disable();
      counts.push(count);
    }
    return Math.min(...counts);
  }

  // One of them is the model's own, and nine are those of a tool that LangChain's `tool()` makes.
  it.each([
    ["a model", false, 13],
    ["two models and a tool", true, 51],
  ])("is at most so many promises: %s", async (_what, tools, bound) => {
    const more = (await promisesOf(10, tools)) - (await promisesOf(5, tools));
    expect(more / 5).toBeGreaterThan(0);
    expect(more / 5).toBeLessThanOrEqual(bound);
  });
});

describe("a hop that is watched", () => {
  it("is told in three chunks: who acts, what was said, and the state", async () => {
    const counts: number[] = [];
    for (const agents of [6, 11]) {
      const graph = counted(rowOf(agents).swarm.compile(at("stepped")));
      const { outcome } = await swarmEvents(graph, says(), { granularity: "messages" }).result;
      expect(outcome.kind).toBe("answered");
      counts.push(graph.chunks.count);
    }
    const [few = 0, many = 0] = counts;
    expect((many - few) / 5).toBe(3);
  });
});

/** A graph that counts the chunks of its streams. */
function counted(graph: SwarmGraph) {
  const chunks = { count: 0 };
  const { definition, outputChannels } = graph;
  const invoke: SwarmGraph["invoke"] = (...given) => graph.invoke(...given);
  async function* counting(stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    for await (const chunk of stream) {
      chunks.count += 1;
      yield chunk;
    }
  }
  const stream = async (...given: Parameters<SwarmGraph["stream"]>) => counting(await graph.stream(...given));
  return { definition, outputChannels, invoke, stream, chunks };
}

describe("a superstep of ours", () => {
  // LangGraph's own sequence of a node, its writers and its edge comes to 6 and 8.
  it.each([
    ["wraps no runnable", AsyncLocalStorageProviderSingleton, "runWithConfig", 0],
    ["configures callback managers at most once", CallbackManager, "_configureSync", 1],
  ] as const)("%s", async (_, owner, method, bound) => {
    const spy = vi.spyOn(owner as unknown as Record<string, () => unknown>, method);
    const counts: number[] = [];
    for (const agents of [6, 11]) {
      spy.mockClear();
      await rowOf(agents).swarm.compile(at("stepped")).invoke(says());
      counts.push(spy.mock.calls.length);
    }
    spy.mockRestore();
    const [few = 0, many = 0] = counts;
    expect(many).toBeGreaterThan(0);
    expect((many - few) / 5).toBeLessThanOrEqual(bound);
  });
});

describe("handoff tools", () => {
  it("are one for each target, not for each edge, with one schema for all", async () => {
    const { swarm, models } = rowOf(20);
    const binds = models.map((model) => vi.spyOn(model, "bindTools"));
    await swarm.compile().invoke(says());
    const bound = binds.flatMap(({ mock }) => mock.calls.flatMap(([tools]) => tools as { schema: unknown }[]));
    expect(bound).toHaveLength(20 * 19);
    expect(new Set(bound).size).toBe(20);
    expect(new Set(bound.map(({ schema }) => schema)).size).toBe(1);
    expect(binds.every(({ mock }) => mock.calls.length === 1)).toBe(true);
  });

  it("with a payload share their target's schema", async () => {
    const { swarm, models } = rowOf(10, { input: true });
    const binds = models.map((model) => vi.spyOn(model, "bindTools"));
    await swarm.compile().invoke(says());
    const bound = binds.flatMap(({ mock }) => mock.calls.flatMap(([tools]) => tools as { schema: unknown }[]));
    expect(new Set(bound.map(({ schema }) => schema)).size).toBe(10);
  });

  it("are converted to JSON neither by compiling nor by running, where the provider takes them as they are", async () => {
    vi.mocked(convertToOpenAITool).mockClear();
    const { add } = addTool();
    await rowOf(20, { tools: [add], input: true })
      .swarm.compile()
      .invoke(says());
    expect(convertToOpenAITool).not.toHaveBeenCalled();
  });

  it("are converted at most once for each edge, and not again in later turns, where its schemas are narrower", async () => {
    vi.mocked(convertToOpenAITool).mockClear();
    const { swarm, models } = rowOf(10, { input: true });
    for (const model of models) model.repeat();
    const graph = new SwarmAgent({ ...swarm.definition.options, profile: "gemini", sticky: false }).compile();
    expect(convertToOpenAITool).not.toHaveBeenCalled();
    await graph.invoke(says());
    const conversions = vi.mocked(convertToOpenAITool).mock.calls.length;
    expect(conversions).toBeGreaterThan(0);
    expect(conversions).toBeLessThanOrEqual(10 * 9);
    await graph.invoke(says());
    expect(convertToOpenAITool).toHaveBeenCalledTimes(conversions);
  });
});

/** Starts a cell's process on the sources. */
function measured(order: CellOrder): Promise<CellAnswer> {
  const file = fileURLToPath(new URL("../../bench/cell-process.ts", import.meta.url));
  const execArgv = ["--expose-gc", "--conditions=swarmgraph-source", "--import", "tsx"];
  const child = fork(file, [], { execArgv, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return new Promise((resolve, reject) => {
    child.once("message", (answer) => resolve(answer as CellAnswer));
    child.once("exit", (code) => reject(new Error(`the cell's process ended with ${code}`)));
    child.send(order);
  });
}

describe("compiling a swarm", () => {
  it.each([undefined, "openai-chat", "openai-responses", "anthropic", "gemini", "mistral", "bedrock"] as const)(
    "converts no schema, for the provider %s",
    (profile) => {
      vi.mocked(convertToOpenAITool).mockClear();
      vi.mocked(toJsonSchema).mockClear();
      const add = injectArguments(addTool().add, { b: () => 2 });
      const { swarm } = rowOf(20, { tools: [add], input: true });
      expect(toJsonSchema).toHaveBeenCalledTimes(1);
      new SwarmAgent({ ...swarm.definition.options, ...(profile && { profile }) }).compile();
      expect(toJsonSchema).toHaveBeenCalledTimes(1);
      expect(convertToOpenAITool).not.toHaveBeenCalled();
    },
  );
});

describe("500 fully connected agents", () => {
  it("hold at most 32 MB, and a chain of them at most 12", { timeout: 120_000 }, async () => {
    const heaps: number[] = [];
    for (const topology of ["full", "chain"] as const) {
      const given = workload(`build/a500-${topology}`, "build", { agents: 500, topology });
      const answer = await measured({ system: "ours", workload: given, effort: { warmUpMs: 0, measureMs: 0 } });
      if (!("metrics" in answer)) throw new Error(JSON.stringify(answer));
      heaps.push((answer.metrics["heapBytes"] ?? Number.NaN) / 2 ** 20);
    }
    const [full, chain] = heaps;
    expect(full).toBeLessThanOrEqual(32);
    expect(chain).toBeLessThanOrEqual(12);
  });
});

/** Bytes that a saver has serialised after so many turns of one handoff each. */
async function bytesAfter(saver: BaseCheckpointSaver, turns: readonly number[]): Promise<number[]> {
  let bytes = 0;
  const dump = saver.serde.dumpsTyped.bind(saver.serde);
  saver.serde.dumpsTyped = async (value) => {
    const dumped = await dump(value);
    bytes += dumped[1].length;
    return dumped;
  };
  const graph = new SwarmAgent({
    entry: "a",
    sticky: false,
    agents: {
      a: { model: scriptedModel().handoff("b").repeat() },
      b: { model: scriptedModel().say("Done.").repeat() },
    },
  }).compile({ checkpointer: saver });
  const marks: number[] = [];
  for (let turn = 1; turn <= (turns.at(-1) ?? 0); turn += 1) {
    const messages: BaseMessage[] = [new HumanMessage({ id: `q${turn}`, content: "Where is my parcel?" })];
    await graph.invoke({ messages }, thread);
    if (turns.includes(turn)) marks.push(bytes);
  }
  return marks;
}

describe("the checkpoints of a turn of ten handoffs", () => {
  /** Bytes of each hop, on a thread that holds so many messages before the turn: as the page measures them. */
  async function bytesPerHop(saver: "memory" | "swarm-memory", history: number): Promise<number> {
    const given = workload(`checkpoint/${saver}-n${history}`, "checkpoint", { handoffs: 10, history, saver });
    const { threads, written } = await system.prepare(given);
    const [turn] = (await threads?.(1)) ?? [];
    const before = written?.() ?? Number.NaN;
    await turn?.();
    return ((written?.() ?? Number.NaN) - before) / 10;
  }

  it("are at most 1.5 KB a hop in this library's memory saver, whatever the history's length", async () => {
    const none = await bytesPerHop("swarm-memory", 0);
    expect(none).toBeGreaterThan(0);
    expect(none).toBeLessThanOrEqual(1.5 * 1_024);
    const long = await bytesPerHop("swarm-memory", 1_000);
    expect(long).toBeLessThanOrEqual(1.5 * 1_024);
  });

  it("hold the whole history at every hop in LangGraph's", async () => {
    const none = await bytesPerHop("memory", 0);
    expect(none).toBeGreaterThan(0);
    expect(await bytesPerHop("memory", 1_000)).toBeGreaterThan(10 * none);
  });
});

describe("the checkpoints of a thread, 80 turns over 40", () => {
  // Linear is 2; the square of the length, which is what a saver costs that writes all messages each time, is 4.
  it("grow with the thread's length in this library's memory saver", { timeout: 60_000 }, async () => {
    const [half = Number.NaN, whole = Number.NaN] = await bytesAfter(new SwarmMemorySaver(), [40, 80]);
    expect(whole / half).toBeGreaterThan(1.9);
    expect(whole / half).toBeLessThanOrEqual(2.2);
  });

  it("grow at most with its square in LangGraph's", { timeout: 60_000 }, async () => {
    const [half = Number.NaN, whole = Number.NaN] = await bytesAfter(new MemorySaver(), [40, 80]);
    expect(whole / half).toBeGreaterThan(2.2);
    expect(whole / half).toBeLessThanOrEqual(4.2);
  });
});
