import { tool } from "@langchain/core/tools";
import {
  Annotation,
  Command,
  CompiledStateGraph,
  interrupt,
  MemorySaver,
  MessagesDeltaValue,
  START,
  StateGraph,
  StateSchema,
} from "@langchain/langgraph";
import { getEventListeners } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { runQuietly } from "../../src/compile/quiet-run.ts";
import { isQuiet } from "../../src/compile/speed.ts";
import { SwarmGraph } from "../../src/compile/swarm-graph.ts";
import { SwarmAgent } from "../../src/index.ts";
import type { Agents, CompileOptions } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says, shape } from "../support.ts";

const STEPPED: CompileOptions = { speed: "stepped" } as CompileOptions;

const thread = { configurable: { thread_id: "t" } };

const ask = tool(() => `They said ${interrupt("Shall I?")}.`, { name: "ask", schema: z.object({}) });

/** Two agents, of whom the second may ask its user. */
function pair(options: CompileOptions = STEPPED, more: object = {}): SwarmGraph {
  const swarm = new SwarmAgent({
    entry: "front",
    agents: {
      front: { model: scriptedModel().handoff("desk") },
      desk: { model: scriptedModel().tool("ask", {}).say("Done."), tools: [ask] },
    },
    ...more,
  } as never);
  return (swarm as unknown as SwarmAgent<Agents>).compile(options);
}

/** As LangGraph invokes it, with a chunk for each step. */
function chunked(graph: SwarmGraph, ...given: Parameters<SwarmGraph["invoke"]>) {
  return CompiledStateGraph.prototype.invoke.call(graph, given[0] as never, given[1] as never) as ReturnType<
    SwarmGraph["invoke"]
  >;
}

type Invoke = typeof chunked;

const quiet: Invoke = (graph, ...given) => graph.invoke(...given);

/** A state as far as two runs may be compared. */
function told(values: Awaited<ReturnType<Invoke>>): unknown {
  const {
    messages,
    handoffs,
    turn: _turn,
    __interrupt__: asked,
    ...others
  } = values as typeof values & {
    __interrupt__?: { value: unknown }[];
  };
  const { messageId: _id, ...outcome } = (others.outcome ?? {}) as { messageId?: string };
  return [
    Object.keys(values).toSorted(),
    messages && shape(messages),
    handoffs?.map(({ from, to, status }) => [from, to, status]),
    others.activeAgent,
    outcome,
    asked?.map(({ value }) => value),
  ];
}

describe("a run that nobody follows", () => {
  it.each([
    ["without a thread", async (run: Invoke) => [await run(pair(), says())]],
    [
      "on a thread, with its answer",
      async (run: Invoke) => {
        const graph = pair({ checkpointer: new MemorySaver() });
        return [await run(graph, says(), thread), await run(graph, new Command({ resume: "yes" }), thread)];
      },
    ],
    [
      "that stops before a node",
      async (run: Invoke) => {
        const graph = pair({ checkpointer: new MemorySaver(), interruptBefore: ["desk"] });
        return [await run(graph, says(), thread), await run(graph, null, thread)];
      },
    ],
    [
      "that stops before its input is written",
      async (run: Invoke) => {
        const graph = pair({ checkpointer: new MemorySaver() });
        const stop = { ...thread, interruptBefore: [START] };
        return [await run(graph, says(), stop as never), await run(graph, null, thread)];
      },
    ],
    [
      "that stops after a node, by its own options",
      async (run: Invoke) => {
        const graph = pair({ checkpointer: new MemorySaver() });
        return [await run(graph, says(), { ...thread, interruptAfter: ["front"] }), await run(graph, null, thread)];
      },
    ],
  ] as const)("gives what LangGraph's invoke does, %s", async (_, play) => {
    const expected = (await play(chunked)).map(told);
    expect((await play(quiet)).map(told)).toEqual(expected);
  });

  it("has no chunk for its steps", async () => {
    const graph = pair(STEPPED, {
      agents: { front: { model: scriptedModel().handoff("desk") }, desk: { model: scriptedModel().say("Done.") } },
    });
    const chunks: unknown[] = [];
    const original = SwarmGraph.prototype._streamIterator;
    const spy = vi.spyOn(SwarmGraph.prototype, "_streamIterator").mockImplementation(function (
      this: SwarmGraph,
      ...given
    ) {
      const inner = original.apply(this, given);
      return (async function* () {
        for await (const chunk of inner) {
          chunks.push(chunk);
          yield chunk;
        }
      })() as AsyncGenerator<never>;
    });
    const { messages } = await graph.invoke(says());
    spy.mockRestore();
    expect(messages.at(-1)?.text).toBe("Done.");
    expect(chunks).toEqual([]);
  });

  it.each([new Error("enough"), "enough"])(
    "rejects with what its signal says, and lets go of it: %s",
    async (reason) => {
      const stop = new AbortController();
      const stuck = () => new Promise<string>(() => void setTimeout(() => stop.abort(reason), 1));
      const graph = pair(STEPPED, { agents: { front: { model: scriptedModel().say("Done."), prompt: stuck } } });
      const failed: unknown = await graph.invoke(says(), { signal: stop.signal }).catch((error: unknown) => error);
      expect(failed).toMatchObject({ message: "enough" });
      expect(getEventListeners(stop.signal, "abort")).toEqual([]);
      const free = new AbortController();
      await pair().invoke(says(), { signal: free.signal });
      expect(getEventListeners(free.signal, "abort")).toEqual([]);
    },
  );

  it("rejects with a signal that fires before it has begun", async () => {
    const stop = new AbortController();
    const model = scriptedModel().say("Done.");
    const run = pair(STEPPED, { agents: { front: { model } } }).invoke(says(), { signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(run).rejects.toThrow("enough");
    const fired = AbortSignal.abort("enough");
    await expect(runQuietly(pair(), says(), { signal: fired })).rejects.toThrow("enough");
  });

  it.each(["a class", "somebody"])("is streamed where %s has another way to stream", async (whose) => {
    class Own extends SwarmGraph {
      override async *_streamIterator(): AsyncGenerator<never> {
        yield { messages: ["own"] } as never;
      }
    }
    const graph = whose === "a class" ? new Own({ ...pair() } as never) : pair();
    const { stream } = graph;
    const opened = vi.fn<(...given: unknown[]) => unknown>((...given) =>
      stream(...(given as Parameters<typeof stream>)),
    );
    if (whose === "somebody") graph.stream = opened as unknown as typeof stream;
    const { messages } = await graph.invoke(says());
    if (whose === "somebody") expect(opened).toHaveBeenCalledTimes(1);
    else expect(messages).toEqual(["own"]);
  });

  it("rejects when its time is up", async () => {
    const stuck = () => new Promise<string>(() => undefined);
    const graph = pair(STEPPED, { agents: { front: { model: scriptedModel().say("Done."), prompt: stuck } } });
    await expect(graph.invoke(says(), { timeout: 5 })).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("rejects with what it fails with", async () => {
    const failing = () => {
      throw new Error("no");
    };
    const graph = pair(STEPPED, { agents: { front: { model: scriptedModel().say("Done."), prompt: failing } } });
    await expect(graph.invoke(says())).rejects.toThrow("no");
  });
});

describe("whether nobody follows a run", () => {
  it("is so for messages, a command and a stored state, with options that ask for nothing on the way", () => {
    const graph = pair();
    const options = {
      ...thread,
      durability: "sync",
      tags: ["a"],
      runName: "mine",
      onBusy: "enqueue",
      streamMode: "values",
    };
    for (const input of [says(), { messages: "Hello" }, new Command({ resume: 1 }), null]) {
      expect(isQuiet(graph, input, options as never)).toBe(true);
      expect(isQuiet(graph, input)).toBe(true);
    }
  });

  it.each([
    ["input without messages", {}, {}],
    ["input with none", { messages: [] }, {}],
    ["input that is no state", "Hello", {}],
    ["no input", undefined, {}],
    ["updates", says(), { streamMode: "updates" }],
    ["other channels", says(), { outputKeys: ["messages"] }],
    ["callbacks", says(), { callbacks: [] }],
    ["subgraphs", says(), { subgraphs: true }],
    ["an option that nobody knows", says(), { unheardOf: 1 }],
    ["a stop before its input is written", says(), { interruptBefore: [START] }],
    ["a signal that has fired", says(), { signal: AbortSignal.abort() }],
    ["a run around it that reads along", says(), { configurable: { __pregel_stream: {} } }],
    ["a run around it whose channels it reads", says(), { configurable: { __pregel_read: () => undefined } }],
  ] as const)("is not so with %s", (_, input, options) => {
    expect(isQuiet(pair(), input, options as never)).toBe(false);
  });

  it("is not so for a graph with options of its own that ask for more, nor for channels that live by steps", () => {
    const graph = pair();
    graph.config = { ...graph.config, callbacks: [{ handleChainStart: () => undefined }] };
    expect(isQuiet(graph, says())).toBe(false);
    expect(isQuiet(graph, says(), { callbacks: undefined } as never)).toBe(false);
    graph.config = { signal: new AbortController().signal };
    expect(isQuiet(graph, says())).toBe(false);
    const state = new StateSchema({ notes: MessagesDeltaValue });
    expect(isQuiet(pair(STEPPED, { state }), says())).toBe(false);
  });

  it("is not so within another run", async () => {
    const seen: boolean[] = [];
    const outer = new StateGraph(Annotation.Root({ done: Annotation<boolean>() }))
      .addNode("one", () => {
        seen.push(isQuiet(pair(), says()));
        return { done: true };
      })
      .addEdge("__start__", "one")
      .compile();
    await outer.invoke({});
    expect(seen).toEqual([false]);
  });
});
