import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Annotation, Command, interrupt, MemorySaver } from "@langchain/langgraph";
import type { Checkpoint } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent, toolEffects } from "../../src/index.ts";
import { FENCE_KEY } from "../../src/compile/thread-lock.ts";
import { SwarmMemorySaver } from "../../src/persist/memory-saver.ts";
import { encodePrompt, scriptedModel, validateWire } from "../../src/testing/index.ts";
import type { ScriptedModel, WirePrompt } from "../../src/testing/index.ts";
import { cutOff, echo, shape } from "../support.ts";

const thread = { configurable: { thread_id: "t" }, durability: "sync" as const };
const noArguments = z.object({});

/** What is written, as a process dies before it that is killed there: nothing after it is written either. */
type Fatal = (write: { readonly checkpoint: Checkpoint } | { readonly channels: readonly string[] }) => boolean;

/** A saver whose process dies before a write. */
function dying(Saver: typeof MemorySaver) {
  return new (class extends Saver {
    /** Before which write; `undefined` while the process lives. */
    fatal: Fatal | undefined;
    #isDead = false;
    /** The fences of all checkpoints. */
    readonly fences: unknown[] = [];
    reads = 0;

    /** Another process takes over. */
    revive(): void {
      this.fatal = undefined;
      this.#isDead = false;
    }

    override async getTuple(...given: Parameters<MemorySaver["getTuple"]>) {
      this.reads += 1;
      return super.getTuple(...given);
    }

    override async put(...given: Parameters<MemorySaver["put"]>) {
      this.#live({ checkpoint: given[1] });
      this.fences.push(given[0].configurable?.[FENCE_KEY]);
      return super.put(...given);
    }

    override async putWrites(...given: Parameters<MemorySaver["putWrites"]>) {
      this.#live({ channels: given[1].map(([channel]) => String(channel)) });
      return super.putWrites(...given);
    }

    #live(write: Parameters<Fatal>[0]): void {
      this.#isDead ||= this.fatal?.(write) ?? false;
      if (this.#isDead) throw new Error("killed");
    }
  })();
}

/** Before the checkpoint whose last message is so. */
function beforeCheckpointOf(text: string): Fatal {
  return (write) => {
    if (!("checkpoint" in write)) return false;
    const { messages } = write.checkpoint.channel_values as { messages?: readonly BaseMessage[] };
    return messages?.at(-1)?.text === text;
  };
}

function expectValid({ calls }: ScriptedModel): void {
  for (const { messages, toolDefinitions } of calls) {
    const prompt = { messages: [...messages], tools: [...toolDefinitions] } as WirePrompt;
    for (const profile of ["openai-chat", "anthropic"] as const) {
      expect(validateWire(profile, encodePrompt(profile, prompt))).toEqual([]);
    }
  }
}

describe.each([
  ["LangGraph's saver", MemorySaver],
  ["a saver by delta", SwarmMemorySaver],
])("[F28] a thread in %s whose process died before a step's checkpoint", (_name, Saver) => {
  /** A thread whose run was killed, with the next process at it. */
  async function left(fatal: Fatal, model: ScriptedModel, tools: readonly (typeof echo)[] = []) {
    const checkpointer = dying(Saver as typeof MemorySaver);
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [...tools] } } }).compile({ checkpointer });
    checkpointer.fatal = fatal;
    await expect(graph.invoke({ messages: "1?" }, thread)).rejects.toThrow("killed");
    checkpointer.revive();
    return { graph, checkpointer };
  }

  it("is seen by the state's tasks, not by what is next", async () => {
    const { graph } = await left(beforeCheckpointOf("one"), scriptedModel().say("one"));
    const { next, tasks } = await graph.getState(thread);
    expect([next, tasks.length]).toEqual([[], 1]);
  });

  it("is ended by invoke(null)", async () => {
    const { graph } = await left(beforeCheckpointOf("one"), scriptedModel().say("one").say("two"));
    expect(shape((await graph.invoke(null, thread)).messages)).toEqual(["human: 1?", "ai: one"]);
    const { messages } = await graph.invoke({ messages: "2?" }, thread);
    expect(shape(messages)).toEqual(["human: 1?", "ai: one", "human: 2?", "ai: two"]);
  });

  it("keeps the answer when a message comes", async () => {
    const { graph } = await left(beforeCheckpointOf("one"), scriptedModel().say("one").say("two"));
    const { messages } = await graph.invoke({ messages: "2?" }, thread);
    expect(shape(messages)).toEqual(["human: 1?", "ai: one", "human: 2?", "ai: two"]);
  });

  it("keeps what the user said when a message comes", async () => {
    const { graph } = await left(beforeCheckpointOf("1?"), scriptedModel().say("one"));
    const { messages, outcome } = await graph.invoke({ messages: "2?" }, thread);
    expect(shape(messages)).toEqual(["human: 1?", "human: 2?", "ai: one"]);
    expect(outcome).toMatchObject({ kind: "answered", path: ["a"] });
  });

  it("keeps a tool's result when a message comes, and does not run it again", async () => {
    const model = scriptedModel().tool("echo", { text: "paid" }).say("done");
    const { graph } = await left(beforeCheckpointOf("paid"), model, [echo]);
    const { messages } = await graph.invoke({ messages: "2?" }, thread);
    expect(shape(messages)).toEqual(["human: 1?", "ai: [echo]", "tool: paid", "human: 2?", "ai: done"]);
    expectValid(model);
  });

  it("tells the model of a call that may have happened, where its result was not written down", async () => {
    const model = scriptedModel().tool("echo", { text: "paid" }).say("done");
    const { graph } = await left((write) => "channels" in write && write.channels.includes("__return__"), model, [
      echo,
    ]);
    const { messages } = await graph.invoke({ messages: "2?" }, thread);
    expect(shape(messages)).toEqual(["human: 1?", "ai: [echo]", cutOff("echo"), "human: 2?", "ai: done"]);
    expectValid(model);
  });

  it("keeps what is noted of a call that must not happen twice", async () => {
    const model = scriptedModel().tool("echo", { text: "paid" }).say("done");
    const checkpointer = dying(Saver as typeof MemorySaver);
    const pay = tool(({ text }) => text, {
      name: "echo",
      description: "Pays.",
      schema: z.object({ text: z.string() }),
      metadata: toolEffects({ sideEffect: "unsafe" }),
    });
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [pay] } } }).compile({ checkpointer });
    checkpointer.fatal = (write) => "channels" in write && write.channels.includes("__return__");
    await expect(graph.invoke({ messages: "1?" }, thread)).rejects.toThrow("killed");
    checkpointer.revive();
    const { messages } = await graph.invoke({ messages: "2?" }, thread);
    expect(shape(messages)).toEqual(["human: 1?", "ai: [echo]", "tool: paid", "human: 2?", "ai: done"]);
    expectValid(model);
  });

  it("writes what it keeps under the lease of the run that keeps it", async () => {
    const { graph, checkpointer } = await left(beforeCheckpointOf("one"), scriptedModel().say("one").say("two"));
    const lock = {
      acquire: async () => ({ token: 7, renew: async () => true, release: async () => {} }),
      request: async () => {},
    };
    const other = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("two") } } });
    checkpointer.fences.length = 0;
    await other.compile({ checkpointer, lock }).invoke({ messages: "2?" }, thread);
    expect(new Set(checkpointer.fences)).toEqual(new Set([7]));
    expect(shape((await graph.getState(thread)).values.messages)).toContain("ai: one");
  });

  it("keeps it once where the process dies again while it keeps it", async () => {
    const { graph, checkpointer } = await left(beforeCheckpointOf("one"), scriptedModel().say("one").say("two"));
    for (let times = 0; times < 2; times += 1) {
      checkpointer.fatal = (write) => "checkpoint" in write;
      await expect(graph.invoke({ messages: "2?" }, thread)).rejects.toThrow("killed");
      checkpointer.revive();
    }
    const { messages } = await graph.invoke({ messages: "2?" }, thread);
    expect(shape(messages)).toEqual(["human: 1?", "ai: one", "human: 2?", "ai: two"]);
  });

  it("is as it was for a message at an older checkpoint", async () => {
    const { graph } = await left(beforeCheckpointOf("one"), scriptedModel().say("one").say("two"));
    const { config } = await graph.getState(thread);
    const { messages } = await graph.invoke({ messages: "2?" }, { ...config, durability: "sync" });
    expect(shape(messages)).toEqual(["human: 1?", "human: 2?", "ai: two"]);
  });
});

describe("[F28] a thread whose tools were left half done", () => {
  const state = Annotation.Root({
    paid: Annotation<string[], string>({ reducer: (all, one) => [...all, one], default: () => [] }),
  });

  /** A swarm whose one call pays, and whose other one does what it is told. */
  function swarmWith(other: () => unknown) {
    const runs = { pay: 0 };
    /** Aborts once the result of a call is stored. */
    const stored = new AbortController();
    const pay = tool(
      () => {
        runs.pay += 1;
        return new Command({ update: { paid: "40 €" } });
      },
      { name: "pay", description: "Pays.", schema: noArguments },
    );
    const hang = tool(other, { name: "hang", description: "Waits.", schema: noArguments });
    const model = scriptedModel()
      .raw(new AIMessage({ content: "", tool_calls: ["hang", "pay"].map((name) => ({ name, args: {}, id: name })) }))
      .say("done")
      .say("again");
    const checkpointer = new (class extends MemorySaver {
      override async putWrites(...given: Parameters<MemorySaver["putWrites"]>) {
        await super.putWrites(...given);
        if (given[1].some(([channel]) => channel === "__return__")) stored.abort();
      }
    })();
    const agents = { a: { model, tools: [hang, pay] } };
    const graph = new SwarmAgent({ entry: "a", state, agents }).compile({ checkpointer });
    return { graph, model, runs, signal: stored.signal };
  }

  it("keeps the results of those that were done when a message comes, with what they wrote", async () => {
    const { graph, model, runs, signal } = swarmWith(() => new Promise(() => {}));
    await expect(graph.invoke({ messages: "1?" }, { ...thread, signal })).rejects.toThrow("aborted");
    const { messages, paid } = await graph.invoke({ messages: "2?" }, thread);
    expect(shape(messages)).toEqual([
      "human: 1?",
      "ai: [hang, pay]",
      cutOff("hang"),
      "tool: Done.",
      "human: 2?",
      "ai: done",
    ]);
    expect([runs.pay, paid]).toEqual([1, ["40 €"]]);
    expectValid(model);
    const sources = [];
    for await (const { metadata } of graph.getStateHistory(thread)) sources.push(metadata?.source);
    expect(sources.filter((source) => source === "update")).toHaveLength(1);
  });

  it("keeps the result of a call beside one that waits for a person, when a message comes instead of the answer", async () => {
    const { graph, model, runs } = swarmWith(() => interrupt("may I?"));
    await graph.invoke({ messages: "1?" }, thread);
    const { messages } = await graph.invoke({ messages: "2?" }, thread);
    expect(shape(messages)).toEqual(["human: 1?", "ai: [hang, pay]", "tool: Done.", "human: 2?", "ai: done"]);
    expect(runs.pay).toBe(1);
    expectValid(model);
    const after = await graph.invoke({ messages: "3?" }, thread);
    expect(after.messages.filter(({ type }) => type === "tool")).toHaveLength(1);
  });

  it("does not say of a call that was approved and had begun that it was not executed", async () => {
    const stop = new AbortController();
    const pay = tool(
      () => {
        stop.abort();
        return new Promise(() => {});
      },
      { name: "pay", description: "Pays.", schema: noArguments },
    );
    const model = scriptedModel().tool("pay").say("done");
    const agents = { a: { model, tools: [pay], confirm: ["pay"] } };
    const graph = new SwarmAgent({ entry: "a", agents }).compile({ checkpointer: new MemorySaver() });
    const { __interrupt__: asked } = await graph.invoke({ messages: "1?" }, thread);
    const [{ value }] = asked as [{ value: { calls: { callId: string }[] } }];
    const resume = { [value.calls[0]?.callId ?? ""]: { approve: true } };
    const answer = graph.invoke(new Command({ resume }), { ...thread, signal: stop.signal });
    await expect(answer).rejects.toThrow("aborted");
    const { messages } = await graph.invoke({ messages: "2?" }, thread);
    expect(shape(messages)).toEqual(["human: 1?", "ai: [pay]", cutOff("pay"), "human: 2?", "ai: done"]);
    expectValid(model);
  });

  it("goes on where it was with invoke(null), and pays once", async () => {
    let isBack = false;
    const { graph, runs, signal } = swarmWith(() => (isBack ? "back" : new Promise(() => {})));
    await expect(graph.invoke({ messages: "1?" }, { ...thread, signal })).rejects.toThrow("aborted");
    isBack = true;
    const { messages, paid } = await graph.invoke(null, thread);
    expect(shape(messages)).toEqual(["human: 1?", "ai: [hang, pay]", "tool: back", "tool: Done.", "ai: done"]);
    expect([runs.pay, paid]).toEqual([1, ["40 €"]]);
  });
});

describe("[B78] a thread whose routing function failed", () => {
  it("keeps the answer when a message comes, and does not ask where it was to go", async () => {
    let asked = 0;
    const route = () => {
      asked += 1;
      if (asked === 1) throw new Error("the rota cannot be read");
      return "__end__";
    };
    const model = scriptedModel().say("one").say("two");
    const checkpointer = new MemorySaver();
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, route } } }).compile({ checkpointer });
    await expect(graph.invoke({ messages: "1?" }, thread)).rejects.toMatchObject({ code: "ROUTE_FAILED" });
    const { messages } = await graph.invoke({ messages: "2?" }, thread);
    expect(shape(messages)).toEqual(["human: 1?", "ai: one", "human: 2?", "ai: two"]);
    expect(asked).toBe(2);
  });
});

describe("a thread that nobody left", () => {
  it("is read once a turn", async () => {
    const checkpointer = dying(MemorySaver);
    const model = scriptedModel().say("one").say("two");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile({ checkpointer });
    await graph.invoke({ messages: "1?" }, thread);
    expect(checkpointer.reads).toBe(1);
    const { messages } = await graph.invoke({ messages: "2?" }, thread);
    expect(checkpointer.reads).toBe(2);
    expect(shape(messages)).toEqual(["human: 1?", "ai: one", "human: 2?", "ai: two"]);
  });
});
