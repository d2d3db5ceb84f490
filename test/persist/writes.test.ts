import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { Annotation, Command, END, interrupt, MemorySaver, START, StateGraph } from "@langchain/langgraph";
import { appendMessages, FENCE_KEY } from "swarmgraph";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBackend, KINDS } from "./backends.ts";
import type { Backend } from "./backends.ts";
import { dump } from "./dump.ts";
import type { Saver } from "./savers.ts";
import { upstreamSaver } from "./upstream.ts";

const thread = { configurable: { thread_id: "t" } };

const State = Annotation.Root({
  messages: Annotation<BaseMessage[], BaseMessage[]>({ reducer: appendMessages, default: () => [] }),
});

/** Counts what was done, over all graphs that are given it. */
interface Work {
  done: number;
}

/** A step of two tasks: one says something, the other asks and stops the run, so that the first one's write is left. */
function halfDone(checkpointer?: BaseCheckpointSaver | true, work: Work = { done: 0 }) {
  return new StateGraph(State)
    .addNode("works", () => {
      work.done += 1;
      return { messages: [new AIMessage({ id: `work-${work.done}`, content: `worked ${work.done}` })] };
    })
    .addNode("asks", () => ({
      messages: [new HumanMessage({ id: "answer", content: interrupt<string, string>("?") })],
    }))
    .addEdge(START, "works")
    .addEdge(START, "asks")
    .addEdge("works", END)
    .addEdge("asks", END)
    .compile(checkpointer === undefined ? {} : { checkpointer });
}

/** The same as a subgraph. */
function nested(checkpointer: BaseCheckpointSaver, work: Work) {
  return new StateGraph(State)
    .addNode("inner", halfDone(undefined, work))
    .addEdge(START, "inner")
    .addEdge("inner", END)
    .compile({ checkpointer });
}

const question = { messages: [new HumanMessage({ id: "q", content: "question" })] };

function textsOf({ messages }: { readonly messages: readonly BaseMessage[] }): string[] {
  return messages.map(({ text }) => text).toSorted();
}

/** The messages that were written on top of a checkpoint. */
async function pendingIn(saver: Saver, config: RunnableConfig): Promise<string[][]> {
  const { pendingWrites = [] } = (await saver.getTuple(config)) ?? {};
  const writes = pendingWrites.filter(([, channel]) => channel === "messages");
  return writes.map(([, , value]) => textsOf({ messages: value as BaseMessage[] }));
}

/** How often a text stands in the database. */
async function countOf(text: string, saver: Saver, backend: Backend): Promise<number> {
  return (await dump(saver, backend)).split(text).length - 1;
}

describe.each(KINDS)("a step's writes on %s", (kind) => {
  let backend: Backend;
  let saver: Saver;
  beforeEach(async () => {
    backend = await createBackend(kind);
    saver = await backend.open();
  });
  afterEach(() => backend.remove());

  it("[F33] and the checkpoint that follows hold each message once", async () => {
    await halfDone(saver).invoke(question, thread);
    expect(await countOf("worked 1", saver, backend)).toBe(1);
    await halfDone(await backend.open()).invoke(new Command({ resume: "this" }), thread);
    expect(await countOf("worked 1", saver, backend)).toBe(1);
    expect((await saver.getTuple(thread))?.checkpoint.channel_values["messages"]).toHaveLength(3);
  });

  it("[I13] are read by whoever goes on, in another process, and not done again", async () => {
    const work = { done: 0 };
    await halfDone(saver, work).invoke(question, thread);
    const other = await backend.open();
    expect(await pendingIn(other, thread)).toContainEqual(["worked 1"]);
    const state = await halfDone(other, work).invoke(new Command({ resume: "this" }), thread);
    expect({ texts: textsOf(state), ...work }).toEqual({ texts: ["question", "this", "worked 1"], done: 1 });
  });

  it("[F33][I13] keep what they name as long as their checkpoint is kept, whatever the checkpoints name", async () => {
    const graph = halfDone(saver);
    await graph.invoke(question, thread);
    const { config: asked } = await graph.getState(thread);
    const first = (await saver.getTuple(asked))?.parentConfig ?? {};
    // Another branch, which names what was written to the log later.
    await graph.updateState(first, { messages: [new HumanMessage({ id: "b", content: "branch" })] }, "works");
    await graph.updateState(thread, { messages: [new HumanMessage({ id: "c", content: "more" })] }, "works");
    expect((await saver.prune({ keepLast: 3 })).checkpoints).toBe(1);
    expect(await pendingIn(await backend.open(), asked)).toContainEqual(["worked 1"]);
  });

  it("leave nothing in the database once their checkpoint is pruned", async () => {
    const graph = halfDone(saver);
    await graph.invoke(question, thread);
    const first = (await saver.getTuple(thread))?.parentConfig ?? {};
    await graph.updateState(first, { messages: [new HumanMessage({ id: "b", content: "branch" })] }, "works");
    expect(await countOf("worked 1", saver, backend)).toBe(1);
    await saver.prune({ keepLast: 1 });
    expect(await countOf("worked 1", saver, backend)).toBe(0);
    expect(await countOf("branch", saver, backend)).toBeGreaterThan(0);
  });

  it("leave nothing in the database of a deleted thread, which begins anew with the same messages", async () => {
    await halfDone(saver).invoke(question, thread);
    await saver.deleteThread("t");
    expect(await countOf("worked 1", saver, backend)).toBe(0);
    const work = { done: 0 };
    await halfDone(saver, work).invoke(question, thread);
    const state = await halfDone(await backend.open(), work).invoke(new Command({ resume: "this" }), thread);
    expect(textsOf(state)).toEqual(["question", "this", "worked 1"]);
  });

  it("[I13] of a subgraph are kept with the step that it belongs to", async () => {
    const work = { done: 0 };
    await nested(saver, work).invoke(question, thread);
    const { tasks } = await nested(saver, work).getState(thread);
    const inner = tasks[0]?.state as RunnableConfig;
    expect(inner.configurable?.["checkpoint_ns"]).toMatch(/^inner:/u);
    expect((await saver.prune({ keepLast: 1 })).checkpoints).toBeGreaterThan(0);
    const other = await backend.open();
    expect(await pendingIn(other, inner)).toContainEqual(["worked 1"]);
    const state = await nested(other, work).invoke(new Command({ resume: "this" }), thread);
    expect({ texts: textsOf(state), ...work }).toEqual(await resumed());
  });

  /** What LangGraph's own saver in memory makes of a question to a subgraph. */
  async function resumed() {
    const work = { done: 0 };
    const graph = nested(new MemorySaver(), work);
    await graph.invoke(question, thread);
    return { texts: textsOf(await graph.invoke(new Command({ resume: "this" }), thread)), ...work };
  }

  it("[I13] that LangGraph's saver has stored are gone on with", async () => {
    const work = { done: 0 };
    const upstream = upstreamSaver(backend);
    await halfDone(upstream.saver, work).invoke(question, thread);
    await upstream.close();
    expect((await saver.prune({ keepLast: 1 })).checkpoints).toBe(1);
    const state = await halfDone(saver, work).invoke(new Command({ resume: "this" }), thread);
    expect({ texts: textsOf(state), ...work }).toEqual({ texts: ["question", "this", "worked 1"], done: 1 });
    const { values } = await halfDone(await backend.open()).getState(thread);
    expect(textsOf(values as typeof question)).toEqual(["question", "this", "worked 1"]);
  });

  it("[F32] of a run that has lost its thread are refused, and nobody reads them", async () => {
    await halfDone(saver).invoke(question, thread);
    const old = await saver.threadLock.acquire({ threadId: "t", owner: "old", ttlMs: 60_000 });
    await old?.release();
    await saver.threadLock.acquire({ threadId: "t", owner: "new", ttlMs: 60_000 });
    const { config } = (await saver.getTuple(thread)) ?? {};
    const late = { configurable: { ...config?.configurable, [FENCE_KEY]: old?.token } };
    const write: [string, BaseMessage[]] = ["messages", [new AIMessage({ id: "late", content: "too late" })]];
    await expect(saver.putWrites(late, [write], "task")).rejects.toMatchObject({ code: "LEASE_LOST" });
    const { pendingWrites = [] } = (await (await backend.open()).getTuple(thread)) ?? {};
    expect(pendingWrites.length).toBeGreaterThan(0);
    expect(pendingWrites.filter(([task]) => task === "task")).toEqual([]);
  });

  it("[F33] of two processes that take turns get numbers of their own", async () => {
    const other = await backend.open();
    for (let turn = 0; turn < 3; turn += 1) {
      for (const [index, one] of [saver, other].entries()) {
        const messages = [new HumanMessage({ id: `${turn}-${index}`, content: `${turn}-${index}` })];
        await halfDone(one).updateState(thread, { messages }, "works");
      }
    }
    const { values } = await halfDone(await backend.open()).getState(thread);
    expect(textsOf(values as typeof question)).toEqual(["0-0", "0-1", "1-0", "1-1", "2-0", "2-1"]);
  });
});
