import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, interrupt } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent, SwarmMemorySaver, toolEffects } from "../../src/index.ts";
import type {
  OnUnknownOutcome,
  SideEffect,
  StepRunner,
  ToolEffects,
  ToolLedger,
  ToolRequest,
} from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says, toolMessages } from "../support.ts";

const THREAD = { configurable: { thread_id: "t" } };

/** A process that dies. */
class Died extends Error {}

/** What a process that is gone would have written is not written: LangGraph notes the error of a task that ends. */
class Disk extends SwarmMemorySaver {
  override async putWrites(...[config, writes, id]: Parameters<SwarmMemorySaver["putWrites"]>): Promise<void> {
    if (!writes.some(([channel]) => channel === "__error__")) await super.putWrites(config, writes, id);
  }
}

/** A tool that pays once per run, and a switch that lets its process die at the end of it, before that is known. */
function till(effects: ToolEffects, die: "before" | "after" | "never" = "after") {
  const state = { die, runs: [] as string[], keys: [] as string[] };
  const pay = tool(
    async ({ to }, config) => {
      if (state.die === "before") await dead();
      state.runs.push(to);
      state.keys.push((config as unknown as { idempotencyKey: string }).idempotencyKey);
      if (state.die === "after") await dead();
      return `paid ${to}`;
    },
    { name: "pay", description: "Pays.", schema: z.object({ to: z.string() }), metadata: toolEffects(effects) },
  );
  const dead = () =>
    new Promise<never>((_, reject) => {
      process.nextTick(() => died.abort(new Died()));
      died.signal.addEventListener("abort", () => reject(new Died()));
    });
  let died = new AbortController();
  return {
    pay,
    state,
    /** A run of a process that dies where it is told to, or lives. */
    get signal() {
      died = new AbortController();
      return died.signal;
    },
  };
}

function swarmOf(
  pay: ReturnType<typeof till>["pay"],
  options: { stepRunner?: StepRunner; toolLedger?: ToolLedger } = {},
) {
  const calls: { id: string; tool: string; args: Record<string, unknown> }[] = [
    { id: "c1", tool: "pay", args: { to: "Ann" } },
    { id: "c2", tool: "note", args: {} },
  ];
  const noted: string[] = [];
  const note = tool(
    () => {
      noted.push("note");
      return "noted";
    },
    { name: "note", description: "Notes.", schema: z.object({}) },
  );
  const model = scriptedModel()
    .reply(({ messages }) =>
      messages.at(-1)?.type === "tool"
        ? { kind: "message", text: "done", calls: [] }
        : { kind: "message", text: "", calls },
    )
    .repeat(9);
  return { swarm: new SwarmAgent({ entry: "a", agents: { a: { model, tools: [pay, note] } }, ...options }), noted };
}

async function dies(run: Promise<unknown>): Promise<void> {
  const end = await run.then(
    () => "lived",
    (error: unknown) => error,
  );
  if (!(end instanceof Died)) throw new Error(`the process did not die: ${String(end)}`);
}

const answers = (messages: readonly BaseMessage[]) => toolMessages(messages).map(({ text }) => text);

const GIVEN_UP = /^Error: "pay" had begun when its process died\./u;

describe("toolEffects", () => {
  const pairs = (["none", "idempotent", "unsafe"] as const).flatMap((sideEffect) =>
    (["retry", "ask", "fail"] as const).map((onUnknownOutcome) => [sideEffect, onUnknownOutcome] as const),
  );
  it.each(pairs)(
    "takes %s with %s where that makes sense",
    (sideEffect: SideEffect, onUnknownOutcome: OnUnknownOutcome) => {
      const declare = () => toolEffects({ sideEffect, onUnknownOutcome } as ToolEffects);
      if (sideEffect === "none" && onUnknownOutcome !== "retry") {
        expect(declare).toThrow(/TOOL_EFFECTS_INVALID/u);
      } else expect(declare()).toEqual({ sideEffect, onUnknownOutcome });
    },
  );

  it("asks about unsafe tools by default, and runs the others again", () => {
    expect(toolEffects({ sideEffect: "none" })["onUnknownOutcome"]).toBe("retry");
    expect(toolEffects({ sideEffect: "idempotent" })["onUnknownOutcome"]).toBe("retry");
    expect(toolEffects({ sideEffect: "unsafe" })["onUnknownOutcome"]).toBe("ask");
  });

  it.each(["sometimes", "toString", undefined])("refuses the side effect %s with the names that there are", (value) => {
    expect(() => toolEffects({ sideEffect: value as "none" })).toThrow(/"none", "idempotent", "unsafe"/u);
  });
});

describe.each(["before", "after"] as const)("a process that dies %s a tool's effect", (die) => {
  const start = async (effects: ToolEffects) => {
    const desk = till(effects, die);
    const { swarm, noted } = swarmOf(desk.pay);
    const graph = swarm.compile({ checkpointer: new Disk() });
    await dies(graph.invoke(says(), { ...THREAD, signal: desk.signal }));
    desk.state.die = "never";
    return { ...desk, graph, noted, before: desk.state.runs.length };
  };

  it.each(["none", "idempotent", "unsafe"] as const)(
    "runs a %s tool again that says retry, with the same key",
    async (sideEffect) => {
      const { graph, state, noted, before } = await start({ sideEffect, onUnknownOutcome: "retry" });
      const { messages } = await graph.invoke(null, THREAD);
      expect(answers(messages)).toEqual(["paid Ann", "noted"]);
      expect(state.runs).toHaveLength(before + 1);
      expect(new Set(state.keys)).toEqual(new Set(["t:c1"]));
      expect(noted).toEqual(["note"]);
    },
  );

  it.each(["idempotent", "unsafe"] as const)("never runs a %s tool again that says fail", async (sideEffect) => {
    const { graph, state, noted, before } = await start({ sideEffect, onUnknownOutcome: "fail" });
    const { messages } = await graph.invoke(null, THREAD);
    expect(answers(messages)).toEqual([expect.stringMatching(GIVEN_UP), "noted"]);
    expect(toolMessages(messages)[0]?.status).toBe("error");
    expect(state.runs).toHaveLength(before);
    expect(noted).toEqual(["note"]);
  });

  it.each([
    ["idempotent", { approve: true }, "paid Ann", 1],
    ["idempotent", { result: "paid by hand" }, "paid by hand", 0],
    ["idempotent", { approve: false, reason: "enough" }, 'Error: the call of "pay" was denied: enough.', 0],
    ["unsafe", { approve: true }, "paid Ann", 1],
    ["unsafe", { result: "lost", isError: true }, "lost", 0],
    ["unsafe", { approve: false }, 'Error: the call of "pay" was denied: it was not approved.', 0],
  ] as const)(
    "asks about a %s tool that says ask, and does with it what is answered: %o",
    async (sideEffect, reply, answer, more) => {
      const { graph, state, noted, before } = await start({ sideEffect, onUnknownOutcome: "ask" });
      const asked = await graph.invoke(null, THREAD);
      const [pending] = asked.__interrupt__ as { value: ToolRequest }[];
      expect(pending?.value).toEqual({
        type: "tool.request",
        agent: "a",
        calls: [{ callId: "c1", name: "pay", args: { to: "Ann" }, needs: "approval", begun: true }],
      });
      expect(state.runs).toHaveLength(before);
      const { messages } = await graph.invoke(new Command({ resume: { c1: reply } }), THREAD);
      expect(answers(messages)).toEqual([answer, "noted"]);
      expect(state.runs).toHaveLength(before + more);
      expect(noted).toEqual(["note"]);
    },
  );
});

describe("a call that is asked about", () => {
  it("is asked about again where the answer names another call, and where its second run dies too", async () => {
    const desk = till({ sideEffect: "unsafe" });
    const { swarm } = swarmOf(desk.pay);
    const graph = swarm.compile({ checkpointer: new Disk() });
    await dies(graph.invoke(says(), { ...THREAD, signal: desk.signal }));
    await graph.invoke(null, THREAD);
    const again = await graph.invoke(new Command({ resume: { c7: { approve: true } } }), THREAD);
    expect(again.__interrupt__).toHaveLength(1);
    const resume = new Command({ resume: { c1: { approve: true } } });
    await dies(graph.invoke(resume, { ...THREAD, signal: desk.signal }));
    expect(desk.state.runs).toHaveLength(2);
    const third = await graph.invoke(null, THREAD);
    expect(third.__interrupt__).toHaveLength(1);
    expect(desk.state.runs).toHaveLength(2);
    const { messages } = await graph.invoke(new Command({ resume: { c1: { result: "by hand" } } }), THREAD);
    expect(answers(messages)).toEqual(["by hand", "noted"]);
  });

  it("does not count as begun where its tool stopped to ask something itself", async () => {
    const pay = tool(() => `paid ${interrupt<string, string>("whom?")}`, {
      name: "pay",
      description: "Pays.",
      schema: z.object({}).loose(),
      metadata: toolEffects({ sideEffect: "unsafe", onUnknownOutcome: "fail" }),
    });
    const { swarm } = swarmOf(pay as never);
    const graph = swarm.compile({ checkpointer: new SwarmMemorySaver() });
    await graph.invoke(says(), THREAD);
    const { messages } = await graph.invoke(new Command({ resume: "Bob" }), THREAD);
    expect(answers(messages)).toEqual(["paid Bob", "noted"]);
  });

  it("is noted in the checkpointer before it runs", async () => {
    const saver: BaseCheckpointSaver = new SwarmMemorySaver();
    const log: string[] = [];
    const putWrites = saver.putWrites.bind(saver);
    saver.putWrites = async (config, writes, id) => {
      await new Promise((wake) => setTimeout(wake, 5));
      await putWrites(config, writes, id);
      for (const [, value] of writes) {
        const { was } = (value ?? {}) as { was?: string };
        if (was !== undefined) log.push(was);
      }
    };
    const pay = tool(
      () => {
        log.push("paid");
        return "paid";
      },
      { name: "pay", description: "", schema: z.object({}).loose(), metadata: toolEffects({ sideEffect: "unsafe" }) },
    );
    const { swarm } = swarmOf(pay as never);
    await swarm.compile({ checkpointer: saver }).invoke(says(), THREAD);
    expect(log).toEqual(["begun", "paid", "ended"]);
  });
});

/** An engine's journal: what a step came to is kept as LangGraph's serialiser writes it. */
function journal(): StepRunner & { readonly kept: Map<string, [string, Uint8Array]>; readonly ran: string[] } {
  const serde = new SwarmMemorySaver().serde;
  const kept = new Map<string, [string, Uint8Array]>();
  const ran: string[] = [];
  return {
    kept,
    ran,
    async run<T>(name: string, key: string, fn: () => Promise<T>): Promise<T> {
      const known = kept.get(key);
      if (known !== undefined) return (await serde.loadsTyped(...known)) as T;
      ran.push(`${name} ${key}`);
      const value = await fn();
      kept.set(key, await serde.dumpsTyped(value));
      return value;
    },
  };
}

describe("a step runner", () => {
  it("gets each model call and each tool call under the same names each time, and makes a whole run of what it kept", async () => {
    const steps = journal();
    const { swarm, noted } = swarmOf(till({ sideEffect: "none" }, "never").pay, { stepRunner: steps });
    const first = await swarm.compile().invoke(says());
    expect(steps.ran).toEqual(["a a#1", "pay tool:c1", "note tool:c2", "a a#2"]);
    const second = await swarm.compile().invoke(says());
    expect(steps.ran).toHaveLength(4);
    expect(noted).toEqual(["note"]);
    expect(second.messages.map(({ text, type, name }) => [text, type, name])).toEqual(
      first.messages.map(({ text, type, name }) => [text, type, name]),
    );
    expect(second.messages.some((message) => AIMessage.isInstance(message))).toBe(true);
  });

  it("keeps what a tool threw, which is not run again", async () => {
    const steps = journal();
    const desk = till({ sideEffect: "none" }, "never");
    const pay = tool(
      () => {
        desk.state.runs.push("ran");
        throw new Error("no money");
      },
      { name: "pay", description: "Pays.", schema: z.object({}).loose() },
    );
    const { swarm } = swarmOf(pay as never, { stepRunner: steps });
    for (let run = 0; run < 2; run += 1) {
      const { messages } = await swarm.compile().invoke(says());
      expect(answers(messages)).toEqual(["Error: no money", "noted"]);
    }
    expect(desk.state.runs).toEqual(["ran"]);
  });

  it("is told that a call begins before any call of the message runs, and what it then does not know is asked", async () => {
    const steps = journal();
    const desk = till({ sideEffect: "unsafe", onUnknownOutcome: "ask" });
    const { swarm } = swarmOf(desk.pay, { stepRunner: steps });
    await dies(swarm.compile().invoke(says(), { signal: desk.signal }));
    expect(steps.ran).toEqual(["a a#1", "pay begin:c1", "pay tool:c1", "note tool:c2"]);
    desk.state.die = "never";
    const graph = swarm.compile({ checkpointer: new SwarmMemorySaver() });
    const asked = await graph.invoke(says(), THREAD);
    expect(asked.__interrupt__).toHaveLength(1);
    const { messages } = await graph.invoke(new Command({ resume: { c1: { approve: true } } }), THREAD);
    expect(answers(messages)).toEqual(["paid Ann", "noted"]);
    expect(steps.ran).toContain("pay tool:c1~2");
    expect(desk.state.runs).toHaveLength(2);
  });

  it("that fails ends the run, since no tool has failed", async () => {
    const stepRunner: StepRunner = {
      run: (_name, key, fn) => (key === "tool:c1" ? Promise.reject(new Error("no journal")) : fn()),
    };
    const { swarm } = swarmOf(till({ sideEffect: "none" }, "never").pay, { stepRunner });
    await expect(swarm.compile().invoke(says())).rejects.toThrow("no journal");
  });
});

describe("a tool ledger", () => {
  it("keeps what a call came to, also where the run does not", async () => {
    const entries = new Map<string, unknown>();
    const toolLedger: ToolLedger = {
      begin: async (key) => {
        if (!entries.has(key)) {
          entries.set(key, undefined);
          return "new";
        }
        const outcome = entries.get(key);
        return outcome === undefined ? "begun" : { outcome };
      },
      end: async (key, outcome) => void entries.set(key, outcome),
      release: async (key) => void entries.delete(key),
    };
    const desk = till({ sideEffect: "unsafe", onUnknownOutcome: "fail" }, "never");
    const { swarm } = swarmOf(desk.pay, { toolLedger });
    for (let run = 0; run < 2; run += 1) {
      const { messages } = await swarm.compile({ checkpointer: new SwarmMemorySaver() }).invoke(says(), THREAD);
      expect(answers(messages)).toEqual(["paid Ann", "noted"]);
    }
    expect(desk.state.runs).toEqual(["Ann"]);
    expect([...entries.keys()]).toEqual(["t:c1"]);
  });
});

it("[F33] a call whose beginning cannot be noted does not run, and the run fails with why", async () => {
  const why = new Error("the connection was closed");
  class Closing extends SwarmMemorySaver {
    override async putWrites(...[config, writes, id]: Parameters<SwarmMemorySaver["putWrites"]>): Promise<void> {
      if (writes.some(([channel]) => channel === "__swarm_tool_call")) throw why;
      await super.putWrites(config, writes, id);
    }
  }
  const { pay, state } = till({ sideEffect: "unsafe" }, "never");
  const graph = swarmOf(pay).swarm.compile({ checkpointer: new Closing() });
  await expect(graph.invoke(says(), THREAD)).rejects.toBe(why);
  expect(state.runs).toEqual([]);
});
