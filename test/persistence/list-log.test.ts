import { AIMessage, HumanMessage, RemoveMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SwarmAgent, SwarmMemorySaver } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";

const thread = { configurable: { thread_id: "t" } };

/** Two agents that hand the conversation over with each message. */
function pingPong(checkpointer: BaseCheckpointSaver) {
  let turn = 0;
  const next = (to: string) =>
    scriptedModel()
      .reply(({ messages }) => {
        turn += 1;
        const calls = [{ id: `c${turn}`, name: `transfer_to_${to}`, args: {}, type: "tool_call" as const }];
        const isAsked = messages.at(-1)?.type === "human";
        const message = new AIMessage(
          isAsked ? { id: `r${turn}`, content: "", tool_calls: calls } : { id: `r${turn}`, content: `answer ${turn}` },
        );
        return { kind: "raw", message };
      })
      .repeat();
  return new SwarmAgent({
    entry: "a",
    agents: { a: { model: next("b"), canHandoffTo: ["b"] }, b: { model: next("a"), canHandoffTo: ["a"] } },
  }).compile({ checkpointer });
}

type Graph = ReturnType<typeof pingPong>;

/** Bytes of everything that a saver has stored. */
function bytesOf(saver: MemorySaver): number {
  let sum = 0;
  const add = (value: unknown): void => {
    if (value instanceof Uint8Array) sum += value.byteLength;
    else if (typeof value === "object" && value !== null) for (const part of Object.values(value)) add(part);
  };
  add(saver.storage);
  add(saver.writes);
  return sum;
}

/** What somebody who reads a thread sees: each checkpoint's messages and ledger, the newest first. */
async function seen(graph: Graph): Promise<unknown[]> {
  const states: unknown[] = [];
  for await (const { values, next } of graph.getStateHistory(thread)) {
    const { messages = [], handoffs = [], ...rest } = values as { messages?: BaseMessage[]; handoffs?: object[] };
    states.push({
      next,
      rest: { ...rest, turn: undefined },
      messages: messages.map(({ id, type, content }) => ({ id, type, content })),
      handoffs: handoffs.map((record) => ({ ...record, id: undefined, at: undefined })),
    });
  }
  return states;
}

type Step =
  | { readonly kind: "say" }
  | { readonly kind: "fork"; readonly back: number }
  | { readonly kind: "edit"; readonly at: number }
  | { readonly kind: "remove"; readonly at: number }
  | { readonly kind: "fail"; readonly put: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "say" } as const) },
  fc.record({ kind: fc.constant("fork" as const), back: fc.nat(8) }),
  fc.record({ kind: fc.constant("edit" as const), at: fc.nat(20) }),
  fc.record({ kind: fc.constant("remove" as const), at: fc.nat(20) }),
  fc.record({ kind: fc.constant("fail" as const), put: fc.nat(5) }),
);

/** A saver's class whose n-th `put` can be made to fail. */
function failing<Saver extends MemorySaver>(saver: Saver): { saver: Saver; failAt: (put: number) => void } {
  let left = -1;
  const put = saver.put.bind(saver);
  saver.put = async (...args) => {
    left -= 1;
    if (left === -1) throw new Error("the disk is full");
    return put(...args);
  };
  return { saver, failAt: (n) => (left = n) };
}

async function play(steps: readonly Step[], made: MemorySaver): Promise<unknown[]> {
  const { saver, failAt } = failing(made);
  const graph = pingPong(saver);
  for (const [index, step] of steps.entries()) {
    const input = { messages: [new HumanMessage({ id: `h${index}`, content: "hello" })] };
    const { messages = [] } = (await graph.getState(thread)).values as { messages?: BaseMessage[] };
    const message = "at" in step ? messages[step.at % Math.max(messages.length, 1)] : undefined;
    if (step.kind === "say") await graph.invoke(input, thread);
    if (step.kind === "fork") {
      const configs = [];
      for await (const { config } of graph.getStateHistory(thread)) configs.push(config);
      await graph.invoke(input, configs[step.back % Math.max(configs.length, 1)] ?? thread);
    }
    if (step.kind === "edit" && message !== undefined) {
      await graph.updateState(
        thread,
        { messages: [new AIMessage({ id: message.id ?? "", content: `edit ${index}` })] },
        "a",
      );
    }
    if (step.kind === "remove" && message !== undefined) {
      await graph.updateState(thread, { messages: [new RemoveMessage({ id: message.id ?? "" })] }, "a");
    }
    if (step.kind === "fail") {
      failAt(step.put);
      await graph.invoke(input, thread).catch(() => undefined);
      failAt(-1);
    }
  }
  return seen(graph);
}

describe("SwarmMemorySaver", () => {
  it("[I13] reads back what LangGraph's own saver does, after forks, edits, removals and failed writes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        expect(await play(steps, new SwarmMemorySaver())).toEqual(await play(steps, new MemorySaver()));
      }),
      { numRuns: 40 },
    );
  });

  it("writes no more for a step of a long thread than for one of a short thread", async () => {
    const saver = new SwarmMemorySaver();
    const graph = pingPong(saver);
    const costs: number[] = [];
    for (let turn = 0; turn < 60; turn += 1) {
      const before = bytesOf(saver);
      await graph.invoke({ messages: [new HumanMessage("hello")] }, thread);
      costs.push(bytesOf(saver) - before);
    }
    const [early = 0, late = 0] = [costs[5], costs[59]];
    expect(late / early).toBeLessThan(1.1);
  });

  it("keeps a list that was edited all over in few pieces", async () => {
    const saver = new SwarmMemorySaver();
    const graph = pingPong(saver);
    const messages = Array.from(
      { length: 600 },
      (_, index) => new HumanMessage({ id: `m${index}`, content: `${index}` }),
    );
    await graph.updateState(thread, { messages }, "a");
    const edits = messages
      .filter((_, index) => index % 2 === 0)
      .map(({ id }) => new HumanMessage({ id: id ?? "", content: "edited" }));
    await graph.updateState(thread, { messages: edits }, "a");
    const before = bytesOf(saver);
    await graph.updateState(thread, { messages: [new HumanMessage("one more")] }, "a");
    expect(bytesOf(saver) - before).toBeLessThan(6000);
    const { values } = await graph.getState(thread);
    expect((values as { messages: BaseMessage[] }).messages.map(({ text }) => text)).toEqual([
      ...messages.map(({ text }, index) => (index % 2 === 0 ? "edited" : text)),
      "one more",
    ]);
  });

  it("forgets a thread that is deleted, also where its messages are written again", async () => {
    const saver = new SwarmMemorySaver();
    const graph = pingPong(saver);
    const messages = ["one", "two", "three"].map((text) => new HumanMessage({ id: text, content: text }));
    await graph.updateState(thread, { messages }, "a");
    await saver.deleteThread("t");
    expect((await graph.getState(thread)).values).toEqual({});
    await graph.updateState(thread, { messages: messages.slice(1) }, "a");
    const { values } = await graph.getState(thread);
    expect((values as { messages: BaseMessage[] }).messages.map(({ text }) => text)).toEqual(["two", "three"]);
  });

  it("[F66] says so where the items of a checkpoint are gone", async () => {
    const saver = new SwarmMemorySaver();
    const graph = pingPong(saver);
    await graph.invoke({ messages: [new HumanMessage("hello")] }, thread);
    const other = new SwarmMemorySaver();
    other.storage = saver.storage;
    await expect(pingPong(other).getState(thread)).rejects.toMatchObject({ code: "CHECKPOINT_INCOMPATIBLE" });
  });
});
