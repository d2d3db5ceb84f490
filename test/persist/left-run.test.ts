import type { BaseMessage } from "@langchain/core/messages";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBackend, KINDS } from "./backends.ts";
import type { Backend } from "./backends.ts";

const thread = { configurable: { thread_id: "t" }, durability: "sync" as const };

const textsOf = ({ messages }: { readonly messages: readonly BaseMessage[] }) => messages.map(({ text }) => text);

describe.each(KINDS)("a run that broke off on %s", (kind) => {
  let backend: Backend;
  beforeEach(async () => {
    backend = await createBackend(kind);
  });
  afterEach(() => backend.remove());

  /** A swarm whose routing function fails the first time. */
  async function unrouted() {
    let asked = 0;
    const route = () => {
      asked += 1;
      if (asked === 1) throw new Error("the rota cannot be read");
      return "__end__";
    };
    const model = scriptedModel().say("one").say("two");
    const checkpointer = await backend.open();
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, route } } }).compile({ checkpointer });
    await expect(graph.invoke({ messages: "1?" }, thread)).rejects.toMatchObject({ code: "ROUTE_FAILED" });
    return graph;
  }

  it("[B78] behind its last answer keeps that when it goes on", async () => {
    const graph = await unrouted();
    expect(textsOf(await graph.invoke(null, thread))).toEqual(["1?", "one"]);
    expect(textsOf((await graph.getState(thread)).values as never)).toEqual(["1?", "one"]);
    expect(textsOf(await graph.invoke({ messages: "2?" }, thread))).toEqual(["1?", "one", "2?", "two"]);
  });

  it("[B78] behind its last answer keeps that when a message comes", async () => {
    const graph = await unrouted();
    expect(textsOf(await graph.invoke({ messages: "2?" }, thread))).toEqual(["1?", "one", "2?", "two"]);
    expect(textsOf((await graph.getState(thread)).values as never)).toEqual(["1?", "one", "2?", "two"]);
  });

  it("[F28] before the checkpoint of its answer keeps that when a message comes", async () => {
    const checkpointer = await backend.open();
    const put = checkpointer.put.bind(checkpointer) as (...given: unknown[]) => Promise<never>;
    checkpointer.put = async (...given: unknown[]): Promise<never> => {
      const { channel_values } = given[1] as { channel_values: { messages?: BaseMessage[] } };
      if (channel_values.messages?.at(-1)?.text === "one") throw new Error("killed");
      return put(...given);
    };
    const model = scriptedModel().say("one").say("two");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile({ checkpointer });
    await expect(graph.invoke({ messages: "1?" }, thread)).rejects.toThrow("killed");
    checkpointer.put = put;
    expect(textsOf(await graph.invoke({ messages: "2?" }, thread))).toEqual(["1?", "one", "2?", "two"]);
    expect(textsOf((await graph.getState(thread)).values as never)).toEqual(["1?", "one", "2?", "two"]);
  });
});
