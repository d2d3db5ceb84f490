import { AIMessage } from "@langchain/core/messages";
import {
  getConfig,
  GraphInterrupt,
  INTERRUPT,
  MemorySaver,
  MessagesAnnotation,
  StateGraph,
} from "@langchain/langgraph";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { approvalEdge } from "../../src/compile/edges.ts";
import { nodesOf } from "../../src/compile/speed-nodes.ts";
import { SwarmAgent } from "../../src/index.ts";
import type { SwarmGraph } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says, shape } from "../support.ts";

afterEach(() => void vi.restoreAllMocks());

describe("a direct run", () => {
  const both = async (make: () => SwarmAgent<never>, signal?: AbortSignal) => {
    const came: unknown[] = [];
    for (const speed of ["stepped", "auto"] as const) {
      const graph = make().compile({ speed }) as unknown as SwarmGraph;
      came.push(await graph.invoke(says(), { ...(signal && { signal }) }).catch((error: unknown) => error));
    }
    return came;
  };

  it.each([
    ["a question", [{ id: "1", value: "Which one?" }]],
    ["no question", []],
  ])("ends with the state so far and %s where a node stops it, as the engine does", async (_what, interrupts) => {
    const make = () => {
      const prompt = () => {
        throw new GraphInterrupt(interrupts);
      };
      return new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel(), prompt } } }) as never;
    };
    const [stepped, direct] = (await both(make)) as Record<string, unknown>[];
    expect(direct?.[INTERRUPT]).toEqual(interrupts);
    expect(direct?.[INTERRUPT]).toEqual(stepped?.[INTERRUPT]);
    expect(Object.keys(direct ?? {}).toSorted()).toEqual(Object.keys(stepped ?? {}).toSorted());
  });

  it("that is aborted for a reason that is no error says that it was", async () => {
    const make = () => {
      const controller = new AbortController();
      const prompt = () => new Promise<string>(() => undefined);
      const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel(), prompt } } });
      return { controller, graph: swarm.compile() };
    };
    for (const [reason, message] of [
      [42, "Aborted"],
      ["the user left", "the user left"],
    ] as const) {
      const { controller, graph } = make();
      const run = graph.invoke(says(), { signal: controller.signal });
      controller.abort(reason);
      await expect(run).rejects.toThrow(new Error(message));
    }
  });
});

describe("a checkpointer that comes with the call", () => {
  it("ends the run and nothing else where it fails to write", async () => {
    const unhandled: unknown[] = [];
    const keep = (reason: unknown): void => void unhandled.push(reason);
    const why = new Error("the connection was closed");
    const saver = new MemorySaver();
    vi.spyOn(saver, "put").mockRejectedValue(why);
    process.on("unhandledRejection", keep);
    try {
      const prompt = () => new Promise<string>((resolve) => setTimeout(resolve, 30, "Be kind."));
      const graph = new SwarmAgent({
        entry: "a",
        agents: { a: { model: scriptedModel().say("Hi"), prompt } },
      }).compile();
      const configurable = { thread_id: "t", __pregel_checkpointer: saver };
      await expect(graph.invoke(says(), { configurable })).rejects.toBe(why);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", keep);
    }
  });
});

describe("what a swarm says of its runs' context", () => {
  it.each(["stepped", "auto"] as const)("is checked, %s", async (speed) => {
    const context = z.object({ tenant: z.string() });
    const make = () =>
      new SwarmAgent({ entry: "a", context, agents: { a: { model: scriptedModel().say("Hi") } } }).compile({ speed });
    await expect(make().invoke(says(), { context: { tenant: 1 } as never })).rejects.toThrow(/tenant/);
    expect((await make().invoke(says(), { context: { tenant: "acme" } })).messages).toHaveLength(2);
  });

  it("is for the supersteps that the budgets can come to", () => {
    const limitOf = (maxTurns?: number) => {
      const limits = maxTurns === undefined ? {} : { maxTurns };
      const swarm = new SwarmAgent({ entry: "a", limits, agents: { a: { model: scriptedModel() } } });
      return (swarm.compile().config as { recursionLimit: number }).recursionLimit;
    };
    expect(limitOf(7)).toBe(31);
    expect(limitOf(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe("what a node's functions find around them", () => {
  interface Around {
    readonly metadata: Record<string, unknown>;
    readonly configurable: Record<string, unknown>;
    readonly [key: string]: unknown;
  }

  /** Ids are of one run, and what LangGraph keeps for itself is nobody's to read. */
  function essence({ metadata, configurable, tags, context, recursionLimit }: Around): unknown {
    const text = JSON.stringify({ metadata, tags, context, recursionLimit });
    const own = Object.fromEntries(Object.entries(configurable).filter(([key]) => !/^__|^checkpoint/.test(key)));
    return [JSON.parse(text.replaceAll(/[0-9a-f-]{36}/g, "<id>")), own];
  }

  async function seenBy(speed: "stepped" | "auto", config: object, options: object) {
    const seen: unknown[] = [];
    const prompt = () => {
      seen.push(essence(getConfig() as unknown as Around));
      return "";
    };
    const model = scriptedModel().handoff("b").say("Hi");
    const context = z.object({ tenant: z.string() }).optional();
    const swarm = new SwarmAgent({
      entry: "a",
      context,
      agents: { a: { model, prompt }, b: { model, prompt } },
    } as never);
    const graph = swarm.compile({ speed }).withConfig(config) as unknown as SwarmGraph;
    await graph.invoke(says(), options as never);
    return seen;
  }

  it.each<[string, object, object]>([
    ["nothing", {}, {}],
    ["the graph's own config", { tags: ["g"], metadata: { g: 1, both: "g" }, configurable: { g: 1, both: "g" } }, {}],
    ["the call's", {}, { tags: ["c"], metadata: { c: 1 }, configurable: { c: 1, model: "m" }, recursionLimit: 9 }],
    [
      "both",
      { tags: ["g"], metadata: { g: 1, both: "g" }, configurable: { g: 1, both: "g" }, recursionLimit: 7 },
      { tags: ["c"], metadata: { both: "c" }, configurable: { both: "c" } },
    ],
    ["a context", {}, { context: { tenant: "acme" } }],
    ["the graph's own context", { context: { tenant: "acme" } }, {}],
    ["both contexts", { context: { tenant: "acme" } }, { context: { tenant: "other" } }],
  ])("is the same at both speeds, given %s", async (_what, config, options) => {
    const stepped = await seenBy("stepped", config, options);
    expect(stepped).toHaveLength(2);
    expect(await seenBy("auto", config, options)).toEqual(stepped);
  });
});

describe("a graph within an agent", () => {
  const inner = new StateGraph(MessagesAnnotation)
    .addNode("deep", () => ({}))
    .addEdge("__start__", "deep")
    .compile();

  it.each<[string, unknown, string[]]>([
    ["a compiled graph is found by whoever looks for graphs within", inner, ["a"]],
    ["a function is none", () => "Done.", []],
    ["what only looks like one is none", { invoke: async () => says(), channels: {} }, []],
    ["nor is what has nodes alone", { invoke: async () => says(), nodes: {} }, []],
  ])("%s", (_what, graph, found) => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { graph: graph as never } } });
    expect([...swarm.compile().getSubgraphs()].map(([name]) => name)).toEqual(found);
  });
});

describe("the edge after an approval", () => {
  const called = (...ids: string[]) =>
    new AIMessage({ id: "m", content: "", tool_calls: ids.map((id) => ({ id, name: "transfer_to_b", args: {} })) });
  const record = (change: object) => ({
    id: "m:c",
    from: "a",
    to: "b",
    status: "pending",
    callId: "c",
    messageId: "m",
    at: "",
    ...change,
  });

  function next(...handoffs: object[]): string {
    const model = scriptedModel();
    const canHandoffTo = [{ to: "b", requiresApproval: true }] as const;
    const { definition } = new SwarmAgent({
      entry: "c",
      agents: { a: { model, canHandoffTo }, b: { model, canHandoffTo: [] }, c: { model } },
    });
    return approvalEdge(definition)({ messages: [called("c", "d")], handoffs: handoffs.map(record) } as never);
  }

  it("leads on where the handoff was granted, else back to who wanted it", () => {
    expect(next({ approval: "granted" })).toBe("b");
    expect(next({ approval: "required" })).toBe("a");
    expect(next({ approval: "denied", status: "refused" })).toBe("a");
    expect(next({ approval: "granted", status: "refused" })).toBe("a");
    expect(next({ callId: "d", approval: "required" }, { approval: "granted" })).toBe("b");
  });

  it("ends the turn where nothing was to be approved", () => {
    expect(next()).toBe("__end__");
    expect(next({ status: "done" })).toBe("__end__");
  });
});

describe("a routing function's unknown target", () => {
  it("is named, with those that there are", async () => {
    const model = scriptedModel().say("Hi").repeat();
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model, canHandoffTo: ["b"], route: () => "c" }, b: { model }, c: { model } },
    });
    await expect(swarm.compile().invoke(says())).rejects.toMatchObject({
      code: "ROUTE_UNKNOWN_TARGET",
      agent: "a",
      message:
        'the routing function of agent "a" chose "c", which is not an edge of its own ("b", "a", "__end__"). Add it to canHandoffTo.',
    });
  });
});

describe("the edges of a thread from before a deploy", () => {
  it("ends in LangGraph's own error where a node leads to none that the graph has", async () => {
    const make = (speed: "stepped" | "auto") => {
      const model = scriptedModel().say("Hi");
      const swarm = new SwarmAgent({
        entry: "a",
        agents: { a: { model, canHandoffTo: [] }, b: { model, canHandoffTo: [] } },
      });
      const graph = swarm.compile({ speed });
      const { nodes } = nodesOf(graph.definition);
      vi.spyOn(nodes.get("a") as unknown as { edge: () => string }, "edge").mockReturnValue("nowhere");
      return graph;
    };
    await expect(make("auto").invoke(says())).rejects.toThrow("Branch condition returned unknown or null destination");
  });
});

describe("what a run may write", () => {
  it("is named where it is not the caller's to write, with the way out", async () => {
    const graph = new SwarmAgent({
      entry: "a",
      agents: { a: { model: scriptedModel().say("Hi").repeat() } },
    }).compile();
    await expect(graph.invoke({ ...says(), activeAgent: "b", turn: {} } as never)).rejects.toMatchObject({
      code: "INPUT_FORBIDDEN_CHANNEL",
      message:
        'the input may not write "activeAgent", "turn": the swarm keeps these itself. Leave them out; to move a thread by hand use graph.updateState(...).',
    });
    const { messages } = await graph.invoke({ messages: { role: "user", content: "Hello" } } as never);
    expect(shape(messages)).toEqual(["human: Hello", "ai: Hi"]);
  });

  it.each([7, true, "text", null, undefined])("that is %j is LangGraph's to refuse", async (input) => {
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hi") } } }).compile();
    await expect(graph.invoke(input as never)).rejects.toMatchObject({
      name: input == null ? "EmptyInputError" : "InvalidUpdateError",
    });
  });
});

describe("a graph's own thread", () => {
  const threaded = () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hi").repeat() } } });
    return swarm.compile({ checkpointer: new MemorySaver() });
  };

  it("is the one of its config, where the call names none", async () => {
    const graph = threaded().withConfig({ configurable: { thread_id: "t" } }) as unknown as SwarmGraph;
    await graph.invoke(says("One"));
    expect(shape((await graph.invoke(says("Two"))).messages)).toEqual(["human: One", "ai: Hi", "human: Two", "ai: Hi"]);
    const other = await graph.invoke(says("Three"), { configurable: { thread_id: "u" } });
    expect(shape(other.messages)).toEqual(["human: Three", "ai: Hi"]);
  });

  it("is the outer run's where it is within another graph: nobody waits for it twice", async () => {
    const graph = threaded();
    const configurable = { thread_id: "t", checkpoint_ns: "outer:1" };
    const runs = [graph.invoke(says("One"), { configurable }), graph.invoke(says("Two"), { configurable })];
    const done = await Promise.allSettled(runs);
    expect(done.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    const own = ["One", "Two"].map((text) =>
      graph.invoke(says(text), { configurable: { thread_id: "t", checkpoint_ns: "" } }),
    );
    const busy = await Promise.allSettled(own);
    expect(busy).toMatchObject([{ status: "fulfilled" }, { status: "rejected", reason: { code: "THREAD_BUSY" } }]);
  });

  it("stops once after the nodes that the graph or the call names, and goes on", async () => {
    const model = () => scriptedModel().tool("echo", { text: "x" }).say("Done.");
    const swarm = () => new SwarmAgent({ entry: "a", agents: { a: { model: model(), tools: [echo] } } });
    for (const [options, call] of [
      [{ interruptAfter: ["a.tools"] }, {}],
      [{}, { interruptAfter: ["a.tools"] }],
      [{}, { interruptAfter: "*" }],
      [{ interruptAfter: [] }, {}],
    ] as const) {
      const graph = swarm().compile({ ...options, checkpointer: new MemorySaver() });
      const at = { configurable: { thread_id: "t" }, ...call };
      const lengths = [(await graph.invoke(says(), at as never)).messages.length];
      while ((await graph.getState(at as never)).next.length > 0) {
        lengths.push((await graph.invoke(null, at as never)).messages.length);
      }
      const stops = "interruptAfter" in call && (call.interruptAfter as unknown) === "*" ? [2, 3, 4] : [3, 4];
      expect(lengths).toEqual("interruptAfter" in options && options.interruptAfter.length === 0 ? [4] : stops);
    }
  });
});
