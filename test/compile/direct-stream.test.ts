import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { tool } from "@langchain/core/tools";
import { IterableReadableStream } from "@langchain/core/utils/stream";
import {
  Annotation,
  Command,
  getConfig,
  getWriter,
  GraphDrained,
  GraphRecursionError,
  MemorySaver,
  NodeInterrupt,
  ParentCommand,
} from "@langchain/langgraph";
import type { LangGraphRunnableConfig, RunControl, StreamMode } from "@langchain/langgraph";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { WATCH_KEY } from "../../src/observe/run-signal.ts";
import { canStream } from "../../src/compile/speed.ts";
import { NOBODY_LISTENS } from "../../src/run/runtime.ts";
import { SwarmAgent } from "../../src/index.ts";
import type { CompileOptions, SwarmGraph } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says } from "../support.ts";

type Options = Record<string, unknown>;
type Tool = (config: LangGraphRunnableConfig) => unknown;
type Make = () => SwarmAgent<never>;

const toolOf = (name: string, body: Tool) =>
  tool((_given, config) => body(config) as never, { name, schema: z.object({}) });

/** A swarm of two whose first agent calls a tool before it hands over. */
const pair = (body: Tool = () => "", state?: unknown): SwarmAgent<never> =>
  new SwarmAgent({
    entry: "a",
    ...(state !== undefined && { state }),
    agents: {
      a: { model: scriptedModel().tool("act").handoff("b"), tools: [toolOf("act", body)] },
      b: { model: scriptedModel().say("Done.") },
    },
  }) as never;

/** An agent whose prompt is a function. */
const prompted = (prompt: () => unknown): SwarmAgent<never> =>
  new SwarmAgent({
    entry: "a",
    agents: { a: { model: scriptedModel().say("Done.").repeat(), prompt: prompt as never } },
  }) as never;

const compiled = (options: CompileOptions = {}) => pair().compile(options) as unknown as SwarmGraph;

interface Came {
  readonly chunks: unknown[];
  readonly error?: unknown;
}

/** What a stream comes to, by way of its reader. */
async function read(
  graph: SwarmGraph,
  { input = says(), ...options }: Options = {},
  each?: (chunk: unknown) => unknown,
): Promise<Came> {
  const chunks: unknown[] = [];
  try {
    for await (const chunk of await graph.stream(input as never, options)) {
      chunks.push(chunk);
      await each?.(chunk);
    }
  } catch (error) {
    return { chunks, error };
  }
  return { chunks };
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Without what is another thing in each run: random ids by their order, numbers of models, times. */
function plain({ chunks, error }: Came): unknown {
  const { name, message, code, lc_error_code } = (error ?? {}) as Error & Record<string, unknown>;
  const ids: string[] = [];
  const text = JSON.stringify({ chunks, error: { name, message, code, lc_error_code } }, (_key, value: unknown) =>
    value === undefined ? "undefined" : value,
  ).replaceAll(UUID, (id) => {
    if (!ids.includes(id)) ids.push(id);
    return `uuid-${ids.indexOf(id)}`;
  });
  return JSON.parse(
    text.replaceAll(/scripted-\d+-/g, "scripted-").replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "some time"),
  );
}

/** What both speeds make of the same swarm, made anew for each. */
async function inBoth(make: Make, options: () => Options = () => ({})): Promise<[stepped: Came, direct: Came]> {
  const came: Came[] = [];
  for (const speed of ["stepped", "auto"] as const) {
    const graph = make().compile({ speed }) as unknown as SwarmGraph;
    const engine = vi.spyOn(graph, "_streamIterator");
    came.push(await read(graph, options()));
    if (engine.mock.calls.length !== (speed === "stepped" ? 1 : 0)) throw new Error(`${speed}: not as it should run`);
  }
  return came as [Came, Came];
}

/** The same error after the same chunks, of which a failing engine loses those that its stream's reader has not come to. */
function expectSameFailure([stepped, direct]: [Came, Came]): void {
  expect(plain({ ...direct, chunks: direct.chunks.slice(0, stepped.chunks.length) })).toEqual(plain(stepped));
  expect(direct.error).toBeInstanceOf((stepped.error as Error).constructor);
}

const ALL: StreamMode[] = ["values", "updates", "custom"];
const MODES: [string, StreamMode | StreamMode[] | undefined][] = [
  ["values", "values"],
  ["updates", "updates"],
  ["custom", "custom"],
  ["the default mode", undefined],
  ["all of them", ALL],
  ["all of them, in another order", ["custom", "updates", "values"]],
  ["a list of one", ["values"]],
  ["one of them twice", ["updates", "updates"]],
  ["none", []],
];

const modesOf = (chunks: readonly unknown[]) => (chunks as [string, unknown][]).map(([mode]) => mode);

describe("canStream", () => {
  it.each(MODES)("streams %s directly", (_name, streamMode) => {
    expect(canStream(compiled(), says(), { streamMode, tags: ["t"] })).toBe(true);
  });

  it("streams directly what is told of some channels, and the events of swarmEvents", () => {
    const configurable = { [WATCH_KEY]: { models: false, updates: true } };
    expect(canStream(compiled(), says(), { outputKeys: ["messages", "handoffs"], configurable } as Options)).toBe(true);
  });

  it.each<[string, CompileOptions, Options]>([
    ["the speed", { speed: "stepped" }, {}],
    ["a checkpointer", { checkpointer: new MemorySaver() }, {}],
    ["messages", {}, { streamMode: "messages" }],
    ["messages among others", {}, { streamMode: ["values", "messages"] }],
    ["tools", {}, { streamMode: "tools" }],
    ["tasks", {}, { streamMode: "tasks" }],
    ["checkpoints", {}, { streamMode: "checkpoints" }],
    ["debug", {}, { streamMode: "debug" }],
    ["a mode that nobody knows", {}, { streamMode: "somethingNew" }],
    ["a mode that is none", {}, { streamMode: null }],
    ["subgraphs", {}, { subgraphs: true }],
    ["an encoding", {}, { encoding: "text/event-stream" }],
    ["a version", {}, { version: "v2" }],
    ["callbacks", {}, { callbacks: [{ handleChainStart: () => undefined }] }],
    ["one key of its output", {}, { outputKeys: "messages" }],
    ["a key that there is not", {}, { outputKeys: ["messages", "other"] }],
    ["a key of the engine's", {}, { configurable: { __pregel_read: () => undefined } }],
    ["a writer", {}, { writer: () => undefined }],
    ["the tag of hidden runs", {}, { tags: ["langsmith:hidden"] }],
  ])("leaves a stream to the engine that is given %s", (_what, options, config) => {
    expect(canStream(compiled(options), says(), config)).toBe(false);
  });

  it("leaves a stream to the engine whose graph asks for it", () => {
    const graph = compiled();
    for (const config of [{ tags: ["langsmith:hidden"] }, { streamMode: "values" }]) {
      expect(canStream(graph.withConfig(config as never) as unknown as SwarmGraph, says())).toBe(false);
    }
    const other = compiled();
    other.streamMode = ["debug"];
    expect(canStream(other, says())).toBe(false);
    expect(canStream(other, says(), { streamMode: "values" })).toBe(true);
  });
});

describe("a direct stream", () => {
  it.each(MODES)("[I17] has the chunks of LangGraph's engine: %s", async (_name, streamMode) => {
    const make = () => pair(({ writer }) => writer?.({ of: "mine" }));
    const [stepped, direct] = await inBoth(make, () => (streamMode === undefined ? {} : { streamMode }));
    expect(plain(direct)).toEqual(plain(stepped));
    expect(direct.chunks.length > 0).toBe(streamMode?.length !== 0);
  });

  it("tells of each step its events, its update and its state", async () => {
    const { chunks } = await read(pair(({ writer }) => writer?.("mine")).compile() as never, { streamMode: ALL });
    const told = (chunks as [string, unknown][]).map(([mode, chunk]) => {
      if (mode === "updates") return Object.keys(chunk as object).join(" ");
      if (mode === "values") return (chunk as { messages: unknown[] }).messages.length;
      return typeof chunk === "string" ? chunk : (chunk as { type: string }).type;
    });
    expect(told).toEqual(
      [
        [1],
        ["agent.started", "message.done", "a", 2],
        ["tool.started", "mine", "tool.done", "a.tools", 3],
        ["agent.started", "message.done", "handoff.started", "a", 4],
        ["handoff.done", "agent.started", "message.done", "b", 5],
      ].flat(),
    );
  });

  it("shows several commands of one node as the engine does", async () => {
    const State = Annotation.Root({
      all: Annotation<string[]>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
      last: Annotation<string>(),
    });
    const make = (update: object) => () =>
      new SwarmAgent({
        entry: "a",
        state: State,
        agents: {
          a: {
            model: scriptedModel()
              .callAll([{ tool: "put" }, { tool: "put" }])
              .say("Done."),
            tools: [toolOf("put", () => new Command({ update: update as never }))],
          },
        },
      }) as never;
    for (const update of [{ all: ["x"] }, [["all", ["x"]]], { unknown: 1 }, {}]) {
      const [stepped, direct] = await inBoth(make(update), () => ({ streamMode: ALL }));
      expect(plain(direct)).toEqual(plain(stepped));
      const [, tools] = (direct.chunks as [string, object][]).filter(([mode]) => mode === "updates");
      expect(Array.isArray(Object.values(tools?.[1] ?? {})[0])).toBe("all" in update || Array.isArray(update));
    }
  });

  it("gives what a node writes at once, and not at the end of its step", async () => {
    let open: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const graph = pair(async ({ writer }) => {
      writer?.("now");
      await gate;
    }).compile() as unknown as SwarmGraph;
    const { chunks, error } = await read(graph, { streamMode: ["custom", "updates"] }, (chunk) => {
      if ((chunk as unknown[])[1] === "now") open?.();
    });
    expect(error).toBeUndefined();
    expect(modesOf(chunks)).toContain("updates");
  });

  it("gives nodes a writer that nobody listens to where nobody does", async () => {
    const seen: LangGraphRunnableConfig["writer"][] = [];
    const make = () =>
      pair((config) => {
        config.writer?.("lost");
        seen.push(config.writer);
      });
    for (const { chunks, error } of await inBoth(make, () => ({ streamMode: "values" }))) {
      expect(error).toBeUndefined();
      expect(JSON.stringify(chunks)).not.toContain("lost");
    }
    expect(seen).toEqual([expect.any(Function), NOBODY_LISTENS]);
  });

  it("heeds nothing that is written after the run", async () => {
    let late: ((chunk: unknown) => void) | undefined;
    const { chunks } = await read(
      pair(({ writer }) => {
        late = writer;
      }).compile() as never,
      { streamMode: "custom" },
    );
    const { length } = chunks;
    late?.("too late");
    await sleep(2);
    expect(chunks).toHaveLength(length);
  });

  it("hands chunks over as they are, also where one is undefined", async () => {
    const given = { of: "mine" };
    const { chunks } = await read(
      pair(({ writer }) => {
        writer?.(given);
        writer?.(undefined);
      }).compile() as never,
      { streamMode: "custom" },
    );
    const at = chunks.indexOf(given);
    expect(at).toBeGreaterThan(0);
    expect(chunks.slice(at + 1, at + 2)).toEqual([undefined]);
  });

  it("tells of no state before there is one", async () => {
    const make = () =>
      new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel(), route: () => "__end__" } } }) as never;
    for (const input of [{}, { unknown: 1 }, { messages: [] }]) {
      const [stepped, direct] = await inBoth(make, () => ({ input, streamMode: "values" }));
      expect(plain(direct)).toEqual(plain(stepped));
      expect(direct.chunks).toHaveLength("messages" in input ? 1 : 0);
    }
  });

  it("shows an interrupt, and no more of that step, as the engine does", async () => {
    const make = () =>
      pair(() => {
        throw new NodeInterrupt("really?");
      });
    for (const streamMode of [...ALL, ALL]) {
      const [stepped, direct] = await inBoth(make, () => ({ streamMode }));
      expect(plain(direct)).toEqual(plain(stepped));
    }
    const [, { chunks }] = await inBoth(make, () => ({ streamMode: "updates" }));
    expect(chunks.at(-1)).toMatchObject({ __interrupt__: [{ value: "really?" }] });
  });

  it("ends where a tool jumps out of the graph, as the engine does", async () => {
    const make = () =>
      pair(() => {
        throw new ParentCommand(new Command({ goto: "b", graph: Command.PARENT }));
      });
    const [stepped, direct] = await inBoth(make, () => ({ streamMode: ALL }));
    expect(plain(direct)).toEqual(plain(stepped));
    expect(direct.error).toBeUndefined();
  });

  it("ends at the recursion limit after the chunks that came before", async () => {
    for (const streamMode of [...ALL, ALL]) {
      expectSameFailure(
        await inBoth(
          () => pair(),
          () => ({ streamMode, recursionLimit: 2 }),
        ),
      );
    }
    const { chunks, error } = await read(compiled(), { streamMode: ["updates", "values"], recursionLimit: 2 });
    expect(error).toBeInstanceOf(GraphRecursionError);
    expect(modesOf(chunks)).toEqual(["values", "updates", "values", "updates", "values"]);
  });

  it("drains after the chunks that came before", async () => {
    const make = () => pair((config) => (config as unknown as { control: RunControl }).control.requestDrain("closing"));
    for (const streamMode of [...ALL, ALL]) expectSameFailure(await inBoth(make, () => ({ streamMode })));
    const { chunks, error } = await read(make().compile() as never, { streamMode: ["updates", "values"] });
    expect(error).toBeInstanceOf(GraphDrained);
    expect(modesOf(chunks)).toEqual(["values", "updates", "values", "updates", "values"]);
  });

  it.each([
    ["its model", { model: scriptedModel().fail({ status: 401 }).repeat() }, false],
    ["its prompt", { prompt: () => Promise.reject(new Error("no prompt")) }, false],
    [
      "its edge",
      {
        route: () => {
          throw new Error("no way");
        },
      },
      true,
    ],
  ])("fails with the same error after the same chunks where an agent fails in %s", async (_what, spec, isTold) => {
    const make = () => {
      const a = { model: scriptedModel().handoff("b") };
      return new SwarmAgent({ entry: "a", agents: { a, b: { model: scriptedModel().say("."), ...spec } } }) as never;
    };
    for (const streamMode of [...ALL, ALL]) expectSameFailure(await inBoth(make, () => ({ streamMode })));
    const [, { chunks }] = await inBoth(make);
    expect(chunks.map((chunk) => Object.keys(chunk as object).join())).toEqual(isTold ? ["a", "b"] : ["a"]);
  });

  it("tells of an update that a channel does not take, as the engine does", async () => {
    const state = Annotation.Root({
      all: Annotation<string[]>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
    });
    const make = () => pair(() => new Command({ update: { all: 1 as never } }), state);
    for (const streamMode of [...ALL, ALL]) expectSameFailure(await inBoth(make, () => ({ streamMode })));
    const { chunks, error } = await read(make().compile() as never, { streamMode: ["updates", "values"] });
    expect(error).toBeInstanceOf(TypeError);
    expect(modesOf(chunks)).toEqual(["values", "updates", "values", "updates"]);
  });

  it("loses nothing that was written right before a failure", async () => {
    const make = () =>
      prompted(() => {
        for (const number of [1, 2, 3]) getWriter()?.(number);
        throw new Error("no prompt");
      });
    const came = await inBoth(make, () => ({ streamMode: "custom" }));
    expectSameFailure(came);
    expect(came[1].chunks).toEqual([expect.objectContaining({ type: "agent.started" }), 1, 2, 3]);
  });

  it("rejects at once, before there is a stream, where nothing came before", async () => {
    for (const speed of ["stepped", "auto"] as const) {
      const graph = compiled({ speed });
      await expect(graph.stream({ ...says(), activeAgent: "b" })).rejects.toMatchObject({
        code: "INPUT_FORBIDDEN_CHANNEL",
      });
      const { signal } = new AbortController();
      const failing = prompted(() => Promise.reject(new Error("no prompt"))).compile({
        speed,
      }) as unknown as SwarmGraph;
      await expect(failing.stream(says(), { signal })).rejects.toThrow("no prompt");
      expect(getEventListeners(signal, "abort")).toHaveLength(0);
    }
  });

  it("is the very kind of stream that LangGraph gives", async () => {
    const streams: IterableReadableStream<unknown>[] = [];
    for (const speed of ["stepped", "auto"] as const) streams.push(await compiled({ speed }).stream(says()));
    const [stepped, direct] = streams as [IterableReadableStream<unknown>, IterableReadableStream<unknown>];
    expect(direct).toBeInstanceOf(IterableReadableStream);
    expect(direct.constructor).toBe(stepped.constructor);
    expect(Object.keys(direct)).toEqual(Object.keys(stepped));
    for (const stream of streams) while (!(await stream.next()).done);
  });

  it("runs to its end whether somebody reads or not, and keeps the chunks", async () => {
    for (const speed of ["stepped", "auto"] as const) {
      const model = scriptedModel().say("Done.");
      const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile({ speed });
      const stream = await graph.stream(says(), { streamMode: "values" });
      await vi.waitUntil(() => model.calls.length === 1);
      await sleep(2);
      const chunks: unknown[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      expect(chunks).toHaveLength(2);
    }
  });

  it("keeps streams apart that go on at the same time", async () => {
    const seen: string[] = [];
    const make = () =>
      pair(async ({ writer, configurable }) => {
        await sleep(2);
        writer?.(configurable?.["own"]);
        seen.push((getConfig() as { configurable: { own: string } }).configurable.own);
      }).compile() as unknown as SwarmGraph;
    const runs = ["one", "two", "three"].map(async (own) => {
      const { chunks } = await read(make(), { configurable: { own }, streamMode: "custom" });
      return chunks.filter((chunk) => typeof chunk === "string");
    });
    expect(await Promise.all(runs)).toEqual([["one"], ["two"], ["three"]]);
    expect(seen.toSorted()).toEqual(["one", "three", "two"]);
    expect(getConfig()).toBeUndefined();
  });
});

describe("a direct stream that is not read to its end", () => {
  it("does not begin where the signal has fired", async () => {
    for (const speed of ["stepped", "auto"] as const) {
      const model = scriptedModel().say("never");
      const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile({ speed });
      const signal = AbortSignal.abort(new Error("enough"));
      await expect(graph.stream(says(), { signal })).rejects.toThrow("enough");
      await sleep(2);
      expect(model.calls).toHaveLength(0);
    }
  });

  it("rejects at once when the signal fires, also where a function does not heed it", async () => {
    for (const speed of ["stepped", "auto"] as const) {
      const controller = new AbortController();
      const graph = pair(() => new Promise(() => undefined)).compile({ speed }) as unknown as SwarmGraph;
      const options = { signal: controller.signal, streamMode: ["updates", "custom"] };
      const { chunks, error } = await read(graph, options, (chunk) => {
        const [, { type }] = chunk as [string, { type?: string }];
        if (type === "tool.started") setTimeout(() => controller.abort(new Error("enough")), 1);
      });
      expect(error).toMatchObject({ message: "enough" });
      expect(modesOf(chunks)).toEqual(["custom", "custom", "updates", "custom"]);
      expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    }
  });

  it("leaves no rejection unhandled where a signal fires while chunks are on their way", async () => {
    const unhandled = vi.fn<(reason: unknown) => void>();
    process.on("unhandledRejection", unhandled);
    for (const speed of ["stepped", "auto"] as const) {
      const controller = new AbortController();
      const graph = pair(({ writer }) => {
        for (const number of [1, 2, 3]) writer?.(number);
        controller.abort(new Error("enough"));
        return new Promise(() => undefined);
      }).compile({ speed }) as unknown as SwarmGraph;
      const { error } = await read(graph, { signal: controller.signal, streamMode: "custom" });
      expect(error).toMatchObject({ message: "enough" });
      await sleep(5);
    }
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it.each<[string, (stream: IterableReadableStream<unknown>) => Promise<unknown>]>([
    [
      "break",
      async (stream) => {
        for await (const _chunk of stream) break;
      },
    ],
    ["return()", (stream) => stream.return()],
    ["cancel()", (stream) => stream.cancel()],
  ])("is aborted by %s: its node learns of it, and nothing goes on", async (_how, leave) => {
    for (const speed of ["stepped", "auto"] as const) {
      const signals: AbortSignal[] = [];
      const model = scriptedModel().tool("act").say("never");
      const act = toolOf("act", ({ signal }) => {
        signals.push(signal as AbortSignal);
        return new Promise((resolve) => signal?.addEventListener("abort", () => resolve("left")));
      });
      const { signal } = new AbortController();
      const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [act] } } }).compile({ speed });
      const stream = await graph.stream(says(), { streamMode: "values", signal });
      await vi.waitUntil(() => signals.length === 1);
      await leave(stream as IterableReadableStream<unknown>);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
      await sleep(5);
      expect(model.calls).toHaveLength(1);
      expect(getEventListeners(signal, "abort")).toHaveLength(0);
    }
  });

  it("lets go of the caller's signal when it is over", async () => {
    const { signal } = new AbortController();
    for (let run = 0; run < 3; run += 1) await read(compiled(), { signal, streamMode: "values" });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});
