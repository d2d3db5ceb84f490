import { tool } from "@langchain/core/tools";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Session, SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { addTool, says, shape } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

/** Two agents, a hands to b; `a` first adds. */
function build() {
  const { add, runs } = addTool();
  const a = scriptedModel().tool("add", { a: 1, b: 2 }).handoff("b");
  const b = scriptedModel().say("b answers").say("b again");
  const swarm = new SwarmAgent({
    entry: "a",
    agents: { a: { model: a, tools: [add] }, b: { model: b, canHandoffTo: [] } },
  });
  return { swarm, a, b, runs };
}

describe("interrupts", () => {
  it("[B116] stop before a node: what is before it has run, it has not; a resume goes on", async () => {
    const { swarm, a, b } = build();
    const graph = swarm.compile({ checkpointer: new MemorySaver(), interruptBefore: ["b"] });
    await graph.invoke(says(), thread);
    expect([a.calls.length, b.calls.length]).toEqual([2, 0]);
    expect((await graph.getState(thread)).next).toEqual(["b"]);
    const done = await graph.invoke(null, thread);
    expect([b.calls.length, done.messages.at(-1)?.text]).toEqual([1, "b answers"]);
  });

  it("[B117] stop after a node: the next one runs only on a resume", async () => {
    const { swarm, a, b, runs } = build();
    const graph = swarm.compile({ checkpointer: new MemorySaver(), interruptAfter: ["a.tools"] });
    await graph.invoke(says(), thread);
    expect([runs.count, a.calls.length]).toEqual([1, 1]);
    await graph.invoke(null, thread);
    expect([runs.count, a.calls.length, b.calls.length]).toEqual([1, 2, 1]);
  });

  it("[B118] pause once each, where there are several", async () => {
    const { swarm, b } = build();
    const graph = swarm.compile({ checkpointer: new MemorySaver(), interruptBefore: ["a.tools", "b"] });
    await graph.invoke(says(), thread);
    expect((await graph.getState(thread)).next).toEqual(["a.tools"]);
    await graph.invoke(null, thread);
    expect((await graph.getState(thread)).next).toEqual(["b"]);
    await graph.invoke(null, thread);
    expect([(await graph.getState(thread)).next, b.calls.length]).toEqual([[], 1]);
  });

  it("[B119][B121] of a tool's own show their request, give back the answer, and leave no error behind", async () => {
    const asked: string[] = [];
    const ask = tool(
      ({ question }) => {
        asked.push(question);
        return `They said ${String(interrupt({ question }))}.`;
      },
      { name: "ask", description: "Asks a person.", schema: z.object({ question: z.string() }) },
    );
    const { add, runs } = addTool();
    const model = scriptedModel()
      .callAll([
        { tool: "add", args: { a: 1, b: 2 } },
        { tool: "ask", args: { question: "Sure?" } },
      ])
      .say("Fine.");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [add, ask] } } }).compile({
      checkpointer: new MemorySaver(),
    });
    const paused = await graph.invoke(says(), thread);
    expect((paused as unknown as { __interrupt__: unknown[] }).__interrupt__).toMatchObject([
      { value: { question: "Sure?" } },
    ]);
    expect(paused.messages.filter(({ type }) => type === "tool")).toEqual([]);
    const done = await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(shape(done.messages).slice(1)).toEqual(["ai: [add, ask]", "tool: 3", "tool: They said yes.", "ai: Fine."]);
    expect([asked.length, runs.count]).toEqual([2, 1]);
  });

  it("[B122] on a handoff: let through, denied, or sent elsewhere", async () => {
    const at = async (resume: unknown) => {
      const a = scriptedModel().handoff("b").say("a answers");
      const agents = {
        a: { model: a, canHandoffTo: [{ to: "b" as const, requiresApproval: true }, "c" as const] },
        b: { model: scriptedModel().say("b answers"), canHandoffTo: [] },
        c: { model: scriptedModel().say("c answers"), canHandoffTo: [] },
      };
      const graph = new SwarmAgent({ entry: "a", agents }).compile({ checkpointer: new MemorySaver() });
      await graph.invoke(says(), thread);
      return (await graph.invoke(new Command({ resume }), thread)).messages.at(-1)?.text;
    };
    expect(await at({ approve: true })).toBe("b answers");
    expect(await at({ approve: false, reason: "not now" })).toBe("a answers");
    expect(await at({ to: "c" })).toBe("c answers");
  });
});

describe("turns of one thread", () => {
  it("[B124][B125] keep the state, and stay with the active agent", async () => {
    const { swarm, b } = build();
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.invoke(says("one"), thread);
    const second = await graph.invoke(says("two"), thread);
    expect(second.messages.filter(({ type }) => type === "human").map(({ text }) => text)).toEqual(["one", "two"]);
    expect([second.activeAgent, b.calls.length]).toEqual(["b", 2]);
  });

  it("[B126] tell the last agent in the result and at the end of the stream; [B127] clear() forgets them", async () => {
    const { swarm } = build();
    const session = new Session(swarm.compile());
    const stream = session.stream("one");
    let next = await stream.next();
    while (next.done !== true) next = await stream.next();
    expect(next.value.lastAgent).toBe("b");
    expect((await session.run("two")).lastAgent).toBe("b");
    await session.clear();
    const fresh = build();
    const other = new Session(fresh.swarm.compile());
    await other.run("x");
    await other.clear();
    fresh.a.say("a answers");
    expect((await other.run("y")).messages.map(({ text }) => text)).toEqual(["y", "a answers"]);
  });

  it("[B129] enter the target once where the run ended between the decision and the target", async () => {
    const { swarm, b } = build();
    const events: string[] = [];
    const graph = swarm.compile({ checkpointer: new MemorySaver(), interruptBefore: ["b"] });
    await graph.invoke(says(), thread);
    // As after a crash: the thread is taken up from its last checkpoint.
    for await (const [, event] of await graph.stream(null, { ...thread, streamMode: ["custom"] })) {
      events.push((event as { type: string }).type);
    }
    const { values } = await graph.getState(thread);
    expect(b.calls.length).toBe(1);
    expect(events.filter((type) => type === "handoff.done")).toHaveLength(1);
    expect((values as { handoffs: { status: string }[] }).handoffs.map(({ status }) => status)).toEqual(["done"]);
  });
});
