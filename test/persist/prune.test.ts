import { HumanMessage, RemoveMessage } from "@langchain/core/messages";
import { Annotation, Command, DeltaValue, END, interrupt, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createBackend, KINDS } from "./backends.ts";
import type { Backend } from "./backends.ts";
import { dump } from "./dump.ts";
import { countCheckpoints } from "./savers.ts";
import type { Saver } from "./savers.ts";

const thread = { configurable: { thread_id: "t" } };

const Words = Annotation.Root({
  words: Annotation<string[], string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
});

/** A swarm of one that answers. */
function swarm(checkpointer: Saver) {
  const agents = { echo: { model: scriptedModel().say("Yes.").repeat() } };
  return new SwarmAgent({ entry: "echo", agents }).compile({ checkpointer });
}

describe.each(KINDS)("prune on %s", (kind) => {
  let backend: Backend;
  let saver: Saver;
  beforeEach(async () => {
    backend = await createBackend(kind);
    saver = await backend.open();
  });
  afterEach(() => backend.remove());

  it("[F33][I12] keeps the newest checkpoints, which read as before, and the thread goes on", async () => {
    const graph = swarm(saver);
    for (let turn = 0; turn < 4; turn += 1) await graph.invoke({ messages: [new HumanMessage(`${turn}`)] }, thread);
    const before = [];
    for await (const state of graph.getStateHistory(thread)) before.push(state);
    const bytes = (await dump(saver, backend)).length;
    expect(await saver.prune({ keepLast: 3 })).toEqual({ checkpoints: before.length - 3, busy: [] });
    const after = [];
    for await (const state of (await reopened()).getStateHistory(thread)) after.push(state);
    expect(after.map(({ values }) => values)).toEqual(before.slice(0, 3).map(({ values }) => values));
    expect((await dump(saver, backend)).length).toBeLessThan(bytes);
    const { messages } = await graph.invoke({ messages: [new HumanMessage("more")] }, thread);
    expect(messages.map(({ text }) => text)).toEqual(["0", "1", "2", "3", "more"].flatMap((text) => [text, "Yes."]));
    expect(await saver.prune({ keepLast: 50 })).toEqual({ checkpoints: 0, busy: [] });
  });

  it("prunes one thread where it is told to, and by age", async () => {
    const graph = swarm(saver);
    const other = { configurable: { thread_id: "other" } };
    for (const config of [thread, other]) await graph.invoke({ messages: [new HumanMessage("Hi")] }, config);
    const count = await countCheckpoints(saver, "other");
    await saver.prune({ threadId: "t", maxAge: 3600_000 });
    expect(await countCheckpoints(saver, "t")).toBe(count);
    // Age is counted in whole milliseconds.
    await expect
      .poll(async () => {
        await saver.prune({ threadId: "t", maxAge: 0 });
        return countCheckpoints(saver, "t");
      })
      .toBe(1);
    expect(await countCheckpoints(saver, "other")).toBe(count);
  });

  it("[I13] keeps pending writes: what had finished before an interrupt is not done again", async () => {
    let done = 0;
    const graph = new StateGraph(Words)
      .addNode("works", () => {
        done += 1;
        return { words: ["worked"] };
      })
      .addNode("asks", () => ({ words: [interrupt<string, string>("Which?")] }))
      .addEdge(START, "works")
      .addEdge(START, "asks")
      .addEdge("works", END)
      .addEdge("asks", END)
      .compile({ checkpointer: saver });
    await graph.invoke({ words: ["start"] }, thread);
    expect((await saver.prune({ keepLast: 1 })).checkpoints).toBeGreaterThan(0);
    const { words } = await graph.invoke(new Command({ resume: "this" }), thread);
    expect({ words: words.toSorted(), done }).toEqual({ words: ["start", "this", "worked"], done: 1 });
  });

  it("[I13] keeps what a subgraph has asked", async () => {
    const inner = new StateGraph(Words)
      .addNode("first", () => ({ words: ["first"] }))
      .addNode("asks", () => ({ words: [interrupt<string, string>("Which?")] }))
      .addEdge(START, "first")
      .addEdge("first", "asks")
      .addEdge("asks", END)
      .compile();
    const graph = new StateGraph(Words)
      .addNode("inner", inner)
      .addEdge(START, "inner")
      .addEdge("inner", END)
      .compile({ checkpointer: saver });
    await graph.invoke({ words: ["start"] }, thread);
    expect((await saver.prune({ keepLast: 1 })).checkpoints).toBeGreaterThan(0);
    await graph.invoke(new Command({ resume: "this" }), thread);
    expect((await graph.getState(thread)).values).toMatchObject({ words: expect.arrayContaining(["first", "this"]) });
    await saver.prune({ keepLast: 1 });
    expect(await countCheckpoints(saver, "t")).toBe(1);
  });

  it("[I13] keeps the ancestors that a DeltaChannel's state is computed from", async () => {
    const State = new StateSchema({
      words: new DeltaValue(z.array(z.string()).default([]), {
        reducer: (all: string[], updates: string[][]) => [...all, ...updates.flat()],
        snapshotFrequency: 4,
      }),
    });
    const graph = new StateGraph(State)
      .addNode("listen", () => ({}))
      .addEdge(START, "listen")
      .addEdge("listen", END)
      .compile({ checkpointer: saver });
    for (let turn = 0; turn < 11; turn += 1) {
      await graph.invoke({ words: [`${turn}`] }, thread);
      await saver.prune({ keepLast: 1 });
      expect((await graph.getState(thread)).values).toEqual({
        words: Array.from({ length: turn + 1 }, (_, index) => `${index}`),
      });
    }
    expect(await countCheckpoints(saver, "t")).toBeLessThan(14);
  });

  it("[F32] leaves a thread that a run holds for the next time", async () => {
    await swarm(saver).invoke({ messages: [new HumanMessage("Hi")] }, thread);
    const lease = await saver.threadLock.acquire({ threadId: "t", owner: "run", ttlMs: 60_000 });
    expect(await saver.prune({ keepLast: 1 })).toEqual({ checkpoints: 0, busy: ["t"] });
    expect(await lease?.renew()).toBe(true);
    await lease?.release();
    expect((await saver.prune({ keepLast: 1 })).busy).toEqual([]);
    expect(await countCheckpoints(saver, "t")).toBe(1);
  });

  it("leaves nothing in the database of a message that was removed", async () => {
    const graph = swarm(saver);
    await graph.invoke({ messages: [new HumanMessage({ id: "m-1", content: "my secret" })] }, thread);
    await graph.invoke({ messages: [new HumanMessage("something else")] }, thread);
    await graph.updateState(thread, { messages: [new RemoveMessage({ id: "m-1" })] });
    expect(await dump(saver, backend)).toContain("my secret");
    await saver.prune({ keepLast: 1 });
    expect(await dump(saver, backend)).not.toContain("my secret");
    const { messages } = await graph.invoke({ messages: [new HumanMessage("more")] }, thread);
    expect(messages.map(({ text }) => text)).toEqual(["Yes.", "something else", "Yes.", "more", "Yes."]);
  });

  it("leaves nothing in the database of a value that no kept checkpoint holds", async () => {
    const graph = new StateGraph(Annotation.Root({ note: Annotation<string>() }))
      .addNode("listen", () => ({}))
      .addEdge(START, "listen")
      .addEdge("listen", END)
      .compile({ checkpointer: saver });
    await graph.invoke({ note: "my secret" }, thread);
    await graph.invoke({ note: "something else" }, thread);
    await saver.prune({ keepLast: 1 });
    expect(await dump(saver, backend)).not.toContain("my secret");
    expect((await graph.getState(thread)).values).toEqual({ note: "something else" });
  });

  it("leaves nothing in the database of a deleted thread, which begins anew", async () => {
    const graph = swarm(saver);
    const { messages } = await graph.invoke({ messages: [new HumanMessage("my secret")] }, thread);
    await saver.deleteThread("t");
    expect(await dump(saver, backend)).not.toContain("my secret");
    expect(await saver.getTuple(thread)).toBeUndefined();
    // The very objects that were stored before.
    await graph.invoke({ messages: [...messages, new HumanMessage("more")] }, thread);
    expect((await (await reopened()).getState(thread)).values).toMatchObject({
      messages: [{ content: "my secret" }, { content: "Yes." }, { content: "more" }, { content: "Yes." }],
    });
  });

  it("refuses options that keep everything", async () => {
    await expect(saver.prune({})).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  /** The graph over another saver, which remembers nothing. */
  async function reopened() {
    return swarm(await backend.open());
  }
});
