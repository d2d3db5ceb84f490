import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { project, SwarmAgent, SwarmGraph } from "../../src/index.ts";
import type { HandoffRecord } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";

const SPEEDS = ["auto", "stepped"] as const;

const textsOf = (messages: readonly BaseMessage[]) => messages.map(({ type, text }) => `${type}: ${text}`);

/** A swarm of one agent that says "1", then "2", and what its model was asked. */
function answering(speed: (typeof SPEEDS)[number], checkpointer?: MemorySaver) {
  const model = scriptedModel().say("1").say("2");
  const graph = new SwarmAgent({ entry: "a", model, agents: { a: {} } }).compile({ speed, checkpointer });
  const asked = (call: number) =>
    textsOf(model.calls[call - 1]?.messages ?? []).filter((line) => !line.startsWith("system"));
  return { graph, asked };
}

describe.each(SPEEDS)("what is given to two turns, %s,", (speed) => {
  it("is said twice, where it has no id", async () => {
    const { graph, asked } = answering(speed, new MemorySaver());
    const config = { configurable: { thread_id: "t" } };
    for (const message of [{ role: "user", content: "go on" }]) {
      await graph.invoke({ messages: [message] }, config);
      await graph.invoke({ messages: [message] }, config);
    }
    expect(asked(2)).toEqual(["human: go on", "ai: 1", "human: go on"]);
  });

  it.each([
    ["an object", { role: "user", content: "first" }],
    ["a message", new HumanMessage("first")],
  ])("is %s as it stands at the time", async (_what, message) => {
    const { graph, asked } = answering(speed);
    await graph.invoke({ messages: [message as HumanMessage] });
    message.content = "second";
    await graph.invoke({ messages: [message as HumanMessage] });
    expect(asked(2)).toEqual(["human: second"]);
  });

  it("is one message, where it has an id", async () => {
    const { graph, asked } = answering(speed, new MemorySaver());
    const config = { configurable: { thread_id: "t" } };
    for (let turn = 0; turn < 2; turn += 1) {
      await graph.invoke({ messages: [new HumanMessage({ id: "1", content: "go on" })] }, config);
    }
    expect(asked(2).filter((line) => line === "human: go on")).toHaveLength(1);
  });

  it("is a list of a result that its owner has changed since", async () => {
    const { graph, asked } = answering(speed);
    const earlier = [
      new HumanMessage({ id: "1", content: "hi" }),
      new AIMessage({ id: "2", content: "first" }),
      new HumanMessage({ id: "3", content: "x" }),
    ];
    const { messages } = await graph.invoke({ messages: earlier });
    messages[1] = new AIMessage({ id: "2", content: "second" });
    await graph.invoke({ messages: messages.slice(0, 3) });
    expect(asked(2)).toEqual(["human: hi", "ai: second", "human: x"]);
  });
});

describe("a prompt", () => {
  const handed = (messageId: string, change: Partial<HandoffRecord> = {}): HandoffRecord => ({
    id: `${messageId}:c`,
    from: "a",
    to: "b",
    status: "done",
    callId: "c",
    messageId,
    at: "",
    ...change,
  });

  it("holds all of a log in which something else stands for the message that handed over", () => {
    const log = [
      new HumanMessage({ id: "h0", content: "0" }),
      new AIMessage({ id: "a1", content: "one" }),
      new HumanMessage({ id: "x", content: "was a handoff" }),
      new AIMessage({ id: "a3", content: "three" }),
      new HumanMessage({ id: "h4", content: "4" }),
    ];
    expect(textsOf(project(log, { agent: "b", handoffs: [handed("x")] }).messages)).toEqual(textsOf(log));
  });

  it("is told the reason and the input of a handoff as they are now", () => {
    const log = [
      new HumanMessage({ id: "h", content: "q" }),
      new AIMessage({ id: "x", content: "", tool_calls: [{ id: "c", name: "transfer_to_b", args: {} }] }),
    ];
    const briefOf = (change: Partial<HandoffRecord>) =>
      project(log, { agent: "b", handoffs: [handed("x", change)] }).brief;
    expect(briefOf({ status: "pending", reason: "one" })).toContain("one");
    expect(briefOf({ reason: "two" })).toContain("two");
    expect(briefOf({ reason: "two", input: { order: 7 } })).toContain('{"order":7}');
  });
});

describe("a graph's class of one's own", () => {
  it("streams in its own way in every speed", async () => {
    let seen = 0;
    class Mine extends SwarmGraph {
      override async *_streamIterator(...given: Parameters<SwarmGraph["_streamIterator"]>): AsyncGenerator<never> {
        seen += 1;
        yield* super._streamIterator(...given);
      }
    }
    for (const speed of SPEEDS) {
      const mine = new Mine({ ...answering(speed).graph } as never);
      const kinds: string[] = [];
      for await (const chunk of await mine.stream({ messages: [{ role: "user", content: "Hi" }] })) {
        kinds.push(...Object.keys(chunk as object));
      }
      expect(kinds).toEqual(["a"]);
    }
    expect(seen).toBe(SPEEDS.length);
  });
});
