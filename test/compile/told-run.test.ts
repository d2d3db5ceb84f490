import { getEventListeners } from "node:events";
import { tool } from "@langchain/core/tools";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { SwarmAgent, swarmEvents, SwarmGraph } from "../../src/index.ts";
import type { Agents, AgentSpec, CompileOptions, SwarmEvent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { playing } from "../observe/run.ts";
import { echo, says } from "../support.ts";

const STEPPED: CompileOptions = { speed: "stepped" } as CompileOptions;

const anyCall = fc.oneof(
  fc.record({ handoff: fc.constantFrom("a0", "a1", "ghost") }),
  fc.record({ tool: fc.constantFrom("echo", "ghost"), args: fc.constant({ text: "once more" }) }),
  fc.record({ tool: fc.constant("echo"), rawArgs: fc.constant("{oops") }),
);

const anyPlan = fc.record({
  steps: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ text: fc.constant("So."), calls: fc.array(anyCall, { maxLength: 3 }) }) },
      { weight: 1, arbitrary: fc.constant("fail" as const) },
    ),
    { minLength: 1, maxLength: 8 },
  ),
  onLimit: fc.constantFrom("answer", "throw"),
  granularity: fc.constantFrom("hops" as const, "messages" as const),
  speed: fc.constantFrom("auto" as const, "stepped" as const),
  approval: fc.boolean(),
});

type Plan = typeof anyPlan extends fc.Arbitrary<infer T> ? T : never;

/** A swarm of two whose models play one script over and over. Each built anew does the same. */
function build({ steps, onLimit, speed, approval }: Plan): SwarmGraph {
  const model = playing(steps);
  const retry = { initialDelayMs: 0, maxAttempts: 2 };
  const agents: Agents = {
    a0: { model, retry, tools: [echo], canHandoffTo: [{ to: "a1", requiresApproval: approval }] },
    a1: { model, retry, tools: [echo], canHandoffTo: ["a0"] },
  };
  const swarm = new SwarmAgent({ entry: "a0", agents, limits: { maxTurns: 8, onLimit } });
  const options: CompileOptions & { readonly speed: "auto" | "stepped" } = { speed };
  return swarm.compile(options);
}

/** The same graph with no way to its chunks but LangGraph's stream. */
function streaming(graph: SwarmGraph): SwarmGraph {
  const { definition, outputChannels } = graph;
  const stream: SwarmGraph["stream"] = (...given) => graph.stream(...given);
  const invoke: SwarmGraph["invoke"] = (...given) => graph.invoke(...given);
  return { definition, outputChannels, stream, invoke } as unknown as SwarmGraph;
}

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|scripted-\d+/g;

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** All events of a run and its end, with ids by the order in which they first occur, and without times. */
async function told(graph: SwarmGraph, granularity: Plan["granularity"]): Promise<string[]> {
  const events: (SwarmEvent | string)[] = [];
  const run = swarmEvents(graph, says(), { granularity, runId: "run", now: () => 0 });
  try {
    for await (const event of run) events.push(event);
    const { messages, activeAgent } = await run.result;
    events.push(`${activeAgent}: ${messages.length} messages`);
  } catch (error) {
    events.push(String(error));
  }
  const ids = new Map<string, string>();
  const named = (id: string): string => {
    if (!ids.has(id)) ids.set(id, `id${ids.size}`);
    return ids.get(id) as string;
  };
  return events.map((event) => JSON.stringify(event).replaceAll(TIME, "a time").replaceAll(ID, named));
}

describe("the events of a run whose chunks come without a stream", () => {
  it("are those of LangGraph's stream, at both speeds", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, async (plan) => {
        const expected = await told(streaming(build(plan)), plan.granularity);
        expect(expected.length).toBeGreaterThan(2);
        expect(await told(build(plan), plan.granularity)).toEqual(expected);
      }),
      { numRuns: 80 },
    );
  });

  it("are the same where an agent is a graph that puts another writer around the run's", async () => {
    const build = (): SwarmGraph => {
      const inner = new SwarmAgent({
        entry: "b0",
        agents: {
          b0: {
            model: scriptedModel().handoff("b1"),
            canHandoffTo: [{ to: "b1", requiresApproval: false }],
          },
          b1: { model: scriptedModel().tool("echo", { text: "once" }).say("So."), tools: [echo] },
        },
      }).compile(STEPPED);
      const graph = new StateGraph(MessagesAnnotation)
        .addNode("inner", inner as never, { timeout: 60_000 } as never)
        .addEdge(START, "inner")
        .compile();
      const agents: Agents = { a0: { model: scriptedModel().handoff("a1"), canHandoffTo: ["a1"] }, a1: { graph } };
      return new SwarmAgent({ entry: "a0", agents }).compile();
    };
    const expected = await told(streaming(build()), "messages");
    expect(expected.length).toBeGreaterThan(5);
    expect(await told(build(), "messages")).toEqual(expected);
  });

  it.each(["auto", "stepped"] as const)(
    "open no stream at speed %s, unless somebody has put one there",
    async (speed) => {
      const plan: Plan = {
        steps: [{ text: "So.", calls: [] }],
        onLimit: "answer",
        granularity: "hops",
        speed,
        approval: false,
      };
      const graph = build(plan);
      const opened = vi.spyOn(Object.getPrototypeOf(Object.getPrototypeOf(graph)) as { stream(): unknown }, "stream");
      await swarmEvents(graph, says(), { granularity: "messages" }).result;
      expect(opened).not.toHaveBeenCalled();
      const { stream } = graph;
      const own = vi.fn<(...given: unknown[]) => unknown>((...given) =>
        stream(...(given as Parameters<typeof stream>)),
      );
      graph.stream = own as unknown as typeof stream;
      await swarmEvents(graph, says(), { granularity: "messages" }).result;
      expect(own).toHaveBeenCalledTimes(1);
      opened.mockRestore();
    },
  );

  it.each(["auto", "stepped"] as const)("end their run at speed %s when they are left", async (speed) => {
    const ends: unknown[] = [];
    const prompt = ({ signal }: { signal?: AbortSignal | undefined }) =>
      new Promise<string>((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          ends.push("aborted");
          reject(new Error("left"));
        });
      });
    const options: CompileOptions & { readonly speed: "auto" | "stepped" } = { speed };
    const agents = { a0: { model: scriptedModel().handoff("a1") }, a1: { model: scriptedModel().say("So."), prompt } };
    const graph = new SwarmAgent({ entry: "a0", agents }).compile(options);
    for await (const event of swarmEvents(graph, says(), { granularity: "hops" })) {
      if (event.type === "handoff.done") break;
    }
    expect(ends).toEqual(["aborted"]);
  });

  it.each(["auto", "stepped"] as const)(
    "fail at speed %s with the caller's signal, before or meanwhile",
    async (speed) => {
      for (const isLate of [true, false]) {
        const stop = new AbortController();
        const prompt = () => {
          stop.abort(new Error("enough"));
          return new Promise<string>(() => {});
        };
        if (!isLate) stop.abort(new Error("enough"));
        const options: CompileOptions & { readonly speed: "auto" | "stepped" } = { speed };
        const agents = { a0: { model: scriptedModel().say("Never."), prompt } };
        const graph = new SwarmAgent({ entry: "a0", agents }).compile(options);
        await expect(swarmEvents(graph, says(), { granularity: "hops", signal: stop.signal }).result).rejects.toThrow(
          "enough",
        );
        expect(getEventListeners(stop.signal, "abort")).toEqual([]);
      }
    },
  );

  describe.each(["auto", "stepped"] as const)("that are left at speed %s", (speed) => {
    const seen: string[] = [];
    const waits = (name: string, signal: AbortSignal | undefined) =>
      new Promise<string>((_resolve, reject) => {
        seen.push(`${name} begins`);
        signal?.addEventListener("abort", () => {
          seen.push(`${name} ends`);
          reject(new Error("stopped"));
        });
      });
    const prompt = ({ signal }: { signal?: AbortSignal | undefined }) => waits("the graph", signal);
    const asked = new SwarmAgent({ entry: "b0", agents: { b0: { model: scriptedModel().say("Never."), prompt } } });
    const plain = new StateGraph(MessagesAnnotation)
      .addNode("node", async (_state, { signal }) => {
        await waits("the graph", signal);
        return {};
      })
      .addEdge(START, "node")
      .compile();
    const graphs = { "a swarm": asked.compile(), "a swarm in the engine": asked.compile(STEPPED), "a graph": plain };

    /** Leaves a swarm while its second agent is at work. */
    async function leave(a1: AgentSpec, { at, once }: { at: SwarmEvent["type"]; once?: string }): Promise<void> {
      seen.length = 0;
      const agents: Agents = { a0: { model: scriptedModel().handoff("a1"), canHandoffTo: ["a1"] }, a1 };
      const options: CompileOptions & { readonly speed: "auto" | "stepped" } = { speed };
      const graph = new SwarmAgent({ entry: "a0", agents }).compile(options);
      for await (const event of swarmEvents(graph, says(), { granularity: "messages" })) {
        if (event.type !== at || event.agent !== "a1") continue;
        if (once !== undefined) await vi.waitFor(() => expect(seen).toContain(once));
        break;
      }
    }

    // A walk says nothing to graphs that are given no config.
    it.each(speed === "stepped" ? Object.entries(graphs) : [])(
      "end what tools run, and %s that these run without a word of it",
      async (_, inner) => {
        const asks = tool(
          async (_input: unknown, { signal }: { signal?: AbortSignal }) => {
            void waits("the tool", signal).catch(() => undefined);
            return String(await inner.invoke(says() as never));
          },
          { name: "asks", schema: z.object({}) },
        );
        const a1 = { model: scriptedModel().tool("asks").say("Never."), tools: [asks] };
        await leave(a1, { at: "tool.started", once: "the graph begins" });
        await vi.waitFor(() => expect(seen.slice(2).toSorted()).toEqual(["the graph ends", "the tool ends"]));
      },
    );

    it.each(Object.entries(graphs))("end %s that is an agent", async (_, graph) => {
      await leave({ graph: graph as never }, { at: "agent.started", once: "the graph begins" });
      await vi.waitFor(() => expect(seen).toEqual(["the graph begins", "the graph ends"]));
    });

    it("wait for nothing that hears of nothing", async () => {
      const prompt = () => new Promise<string>(() => {});
      await leave({ model: scriptedModel().say("Never."), prompt }, { at: "agent.started" });
      expect(seen).toEqual([]);
    });
  });

  it("give the engine a signal only with one of the caller's, which it makes several of for each step", async () => {
    const model = scriptedModel().say("So.").say("So.");
    const graph = new SwarmAgent({ entry: "a0", agents: { a0: { model } } }).compile(STEPPED);
    const iterate = vi.spyOn(SwarmGraph.prototype, "_streamIterator");
    await swarmEvents(graph, says(), { granularity: "messages" }).result;
    await swarmEvents(graph, says(), { granularity: "messages", signal: new AbortController().signal }).result;
    const signals = iterate.mock.calls.map(([, options]) => (options as { signal?: AbortSignal } | undefined)?.signal);
    iterate.mockRestore();
    expect(signals).toEqual([undefined, expect.any(AbortSignal)]);
  });

  it("end at once in an engine that would run again what fails", { timeout: 5_000 }, async () => {
    let asked = 0;
    const prompt = ({ signal }: { signal?: AbortSignal | undefined }) =>
      new Promise<string>((_resolve, reject) => {
        asked += 1;
        signal?.addEventListener("abort", () => reject(new Error("stopped")));
      });
    const graph = new SwarmAgent({
      entry: "a0",
      agents: { a0: { model: scriptedModel().say("Never."), prompt } },
    }).compile(STEPPED);
    graph.retryPolicy = { retryOn: () => true, maxAttempts: 2, initialInterval: 60_000, logWarning: false };
    for await (const event of swarmEvents(graph, says(), { granularity: "messages" })) {
      if (event.type === "agent.started") break;
    }
    expect(asked).toBe(1);
  });

  it("end a graph that a tool gives its config when the tool's time is up", async () => {
    const ended = vi.fn<() => void>();
    const plain = new StateGraph(MessagesAnnotation)
      .addNode("node", async (_state, { signal }) => {
        await new Promise((resolve) => signal?.addEventListener("abort", resolve));
        ended();
        return {};
      })
      .addEdge(START, "node")
      .compile();
    const asks = tool(async (_input: unknown, config) => String(await plain.invoke(says() as never, config)), {
      name: "asks",
      schema: z.object({}),
    });
    const agents = { a0: { model: scriptedModel().tool("asks").say("So."), tools: [asks] } };
    const graph = new SwarmAgent({ entry: "a0", agents, limits: { toolTimeoutMs: 20 } }).compile();
    await swarmEvents(graph, says(), { granularity: "messages" }).result;
    await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(1));
  });

  it("leave a strict context as the caller gives it", async () => {
    const context = z.strictObject({ user: z.string() });
    const agents = { a0: { model: scriptedModel().say("So.") } };
    const graph = new SwarmAgent({ entry: "a0", agents, context }).compile();
    const { outcome } = await graph.invoke(says(), { configurable: { user: "Ada" } });
    expect(outcome.kind).toBe("answered");
  });

  it("begin nothing more in the engine once they are left", async () => {
    const model = scriptedModel().say("Never.");
    const agents: Agents = { a0: { model: scriptedModel().handoff("a1"), canHandoffTo: ["a1"] }, a1: { model } };
    const graph = new SwarmAgent({ entry: "a0", agents }).compile(STEPPED);
    for await (const event of swarmEvents(graph, says(), { granularity: "messages" })) {
      if (event.type === "handoff.started") break;
    }
    await new Promise((resolve) => void setTimeout(resolve, 5));
    expect(model.calls).toHaveLength(0);
  });

  it("have tools of the engine hear of a signal, and graphs that these run without a word of it", async () => {
    const stop = new AbortController();
    const seen: unknown[] = [];
    const heard = (name: string, signal: AbortSignal | undefined) =>
      new Promise<string>((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          seen.push(name);
          reject(new Error("stopped"));
        });
      });
    const inner = new SwarmAgent({
      entry: "b0",
      agents: { b0: { model: scriptedModel().say("Never."), prompt: ({ signal }) => heard("the graph", signal) } },
    }).compile(STEPPED);
    const asks = tool(
      async (_input: unknown, { signal }: { signal?: AbortSignal }) => {
        void heard("the tool", signal).catch(() => undefined);
        setTimeout(() => stop.abort(new Error("enough")), 5);
        return (await inner.invoke(says())).messages.length;
      },
      { name: "asks", schema: z.object({}) },
    );
    const agents = { a0: { model: scriptedModel().tool("asks").say("So."), tools: [asks] } };
    const graph = new SwarmAgent({ entry: "a0", agents }).compile(STEPPED);
    const run = swarmEvents(graph, says(), { granularity: "hops", signal: stop.signal });
    await expect(run.result).rejects.toThrow("enough");
    await vi.waitFor(() => expect(seen.toSorted()).toEqual(["the graph", "the tool"]));
  });

  it("end what a node that failed has left running, in the engine as without it", async () => {
    for (const speed of ["auto", "stepped"] as const) {
      const ended = vi.fn<() => void>();
      const prompt = ({ signal }: { signal?: AbortSignal | undefined }): string => {
        signal?.addEventListener("abort", ended);
        throw new Error("no prompt");
      };
      const options: CompileOptions & { readonly speed: "auto" | "stepped" } = { speed };
      const agents = { a0: { model: scriptedModel().say("Never."), prompt } };
      const graph = new SwarmAgent({ entry: "a0", agents }).compile(options);
      await expect(swarmEvents(graph, says(), { granularity: "hops" }).result).rejects.toThrow("no prompt");
      await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(1));
    }
  });
});
