import type { BaseMessage } from "@langchain/core/messages";
import { Command, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { Session, SwarmAgent } from "../../src/index.ts";
import type { CompileOptions } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { cutOff, says, shape } from "../support.ts";
import { gate, heldSwarm } from "./held-swarm.ts";

const thread = { configurable: { thread_id: "t" } };

function build(options: CompileOptions = {}) {
  const { hold, reached, open } = gate();
  const graph = heldSwarm(hold).compile({ checkpointer: new MemorySaver(), ...options });
  const log = async (id = "t") => {
    const { values } = await graph.getState({ configurable: { thread_id: id } });
    return shape((values as { messages: BaseMessage[] }).messages);
  };
  return { graph, log, open, reached };
}

const turn = (said: string) => [`human: ${said}`, "ai: [wait]", "tool: waited", `ai: re ${said}`];

describe("a run that finds its thread busy", () => {
  it("[F32] is refused by default, and may be made again", async () => {
    const { graph, log, open, reached } = build();
    const first = graph.invoke(says("A"), thread);
    await reached("A");
    await expect(graph.invoke(says("B"), thread)).rejects.toMatchObject({
      code: "THREAD_BUSY",
      retryable: true,
      threadId: "t",
    });
    open("A", "B");
    await first;
    await graph.invoke(says("B"), thread);
    expect(await log()).toEqual([...turn("A"), ...turn("B")]);
  });

  it("[F32][I14] waits with enqueue for its turn, in order of arrival, and sees what came before", async () => {
    const { graph, log, open, reached } = build();
    const runs = ["A", "B", "C"].map((text) => graph.invoke(says(text), { ...thread, onBusy: "enqueue" }));
    await reached("A");
    open("C", "B", "A");
    const results = await Promise.all(runs);
    expect(results.map(({ messages }) => messages.length)).toEqual([4, 8, 12]);
    expect(await log()).toEqual([...turn("A"), ...turn("B"), ...turn("C")]);
  });

  it("[F32] leaves the queue with its signal, and the others go on", async () => {
    const { graph, log, open, reached } = build({ onBusy: "enqueue" });
    const first = graph.invoke(says("A"), thread);
    await reached("A");
    const controller = new AbortController();
    const second = graph.invoke(says("B"), { ...thread, signal: controller.signal });
    const third = graph.invoke(says("C"), thread);
    controller.abort(new Error("the user left"));
    await expect(second).rejects.toThrow("the user left");
    open("A", "C");
    await Promise.all([first, third]);
    expect(await log()).toEqual([...turn("A"), ...turn("C")]);
  });

  it("[F32][I12] ends with interrupt the run that has it, and goes on from what that one committed", async () => {
    const { graph, log, open, reached } = build();
    const first = graph.invoke(says("A"), thread);
    await reached("A");
    open("B");
    const second = graph.invoke(says("B"), { ...thread, onBusy: "interrupt" });
    await expect(first).rejects.toMatchObject({ code: "RUN_SUPERSEDED", retryable: false, threadId: "t" });
    expect(shape((await second).messages)).toEqual(["human: A", "ai: [wait]", cutOff("wait"), ...turn("B")]);
    open("C");
    await graph.invoke(says("C"), thread);
    expect(await log()).toEqual(["human: A", "ai: [wait]", cutOff("wait"), ...turn("B"), ...turn("C")]);
  });

  it("[F32] waits with interrupt until the last write of that run is done", async () => {
    const written = gate();
    let isHeld = true;
    class SlowSaver extends MemorySaver {
      reads = 0;
      override async getTuple(...args: Parameters<MemorySaver["getTuple"]>) {
        this.reads += 1;
        return super.getTuple(...args);
      }
      override async put(...args: Parameters<MemorySaver["put"]>) {
        if (isHeld && args[2].step === 1) await written.hold("A");
        return super.put(...args);
      }
    }
    const checkpointer = new SlowSaver();
    const { graph, log, open, reached } = build({ checkpointer });
    const first = graph.invoke(says("A"), thread);
    await Promise.all([reached("A"), written.reached("A")]);
    isHeld = false;
    open("B");
    const { reads } = checkpointer;
    const second = graph.invoke(says("B"), { ...thread, onBusy: "interrupt" });
    await Promise.all([
      expect(first).rejects.toMatchObject({ code: "RUN_SUPERSEDED" }),
      letGo(written, checkpointer, reads),
    ]);
    await second;
    expect(await log()).toEqual(["human: A", "ai: [wait]", cutOff("wait"), ...turn("B")]);
  });

  it("[F32][I14] takes back with rollback what that run did, but not what its user said", async () => {
    const { graph, log, open, reached } = build();
    open("A", "C");
    await graph.invoke(says("A"), thread);
    const before = await graph.getState(thread);
    const second = graph.invoke(says("B"), thread);
    await reached("B");
    const third = graph.invoke(says("C"), { ...thread, onBusy: "rollback" });
    await expect(second).rejects.toMatchObject({ code: "RUN_SUPERSEDED" });
    expect(shape((await third).messages)).toEqual([...turn("A"), "human: B", ...turn("C")]);
    expect(await log()).toEqual([...turn("A"), "human: B", ...turn("C")]);
    // The thread's line of checkpoints leads past the run that was taken back.
    const line = await lineOf(graph);
    expect(line.map((checkpoint) => shape(checkpoint).join())).not.toContain(
      [...turn("A"), "human: B", "ai: [wait]"].join(),
    );
    expect((await graph.getState(before.config)).values).toEqual(before.values);
  });

  it("[F32] takes back with rollback also a thread's first run", async () => {
    const { graph, log, open, reached } = build();
    const first = graph.invoke(says("A"), thread);
    await reached("A");
    open("B");
    const second = graph.invoke(says("B"), { ...thread, onBusy: "rollback" });
    await expect(first).rejects.toMatchObject({ code: "RUN_SUPERSEDED" });
    await second;
    expect(await log()).toEqual(["human: A", ...turn("B")]);
  });

  it("[F32][I14] ends one by one where several supersede each other, ahead of those that queue", async () => {
    const { graph, log, open, reached } = build();
    const first = graph.invoke(says("A"), thread);
    await reached("A");
    const queued = graph.invoke(says("Q"), { ...thread, onBusy: "enqueue" });
    const superseding = (["interrupt", "rollback", "interrupt"] as const).map((onBusy, index) =>
      graph.invoke(says(`S${index}`), { ...thread, onBusy }),
    );
    open("Q", "S0", "S1", "S2");
    const outcomes = await Promise.allSettled([first, ...superseding, queued]);
    const superseded = { status: "rejected", reason: { code: "RUN_SUPERSEDED" } };
    expect(outcomes).toMatchObject([
      superseded,
      superseded,
      superseded,
      { status: "fulfilled" },
      { status: "fulfilled" },
    ]);
    expect(await log()).toEqual([
      "human: A",
      "ai: [wait]",
      cutOff("wait"),
      "human: S0",
      "human: S1",
      ...turn("S2"),
      ...turn("Q"),
    ]);
  });

  it("[F32] does not wait for a reader that stopped reading", async () => {
    const { graph, log, open, reached } = build();
    const stream = await graph.stream(says("A"), { ...thread, streamMode: "updates" });
    await reached("A");
    open("B");
    await graph.invoke(says("B"), { ...thread, onBusy: "interrupt" });
    const read = async () => {
      for await (const chunk of stream) expect(chunk).toBeDefined();
    };
    await expect(read()).rejects.toMatchObject({ code: "RUN_SUPERSEDED" });
    expect(await log()).toEqual(["human: A", "ai: [wait]", cutOff("wait"), ...turn("B")]);
  });

  it("[F32] follows its own option, else the graph's; also as a stream and in a session", async () => {
    const { graph, log, open, reached } = build({ onBusy: "interrupt" });
    const session = new Session(graph, { threadId: "t" });
    const first = session.run("A");
    await reached("A");
    await expect(graph.stream(says("B"), { ...thread, onBusy: "reject" })).rejects.toMatchObject({
      code: "THREAD_BUSY",
    });
    const second = session.run("C", { onBusy: "enqueue" });
    const third = session.run("D");
    open("C", "D");
    await expect(first).rejects.toMatchObject({ code: "RUN_SUPERSEDED" });
    await Promise.all([second, third]);
    expect(await log()).toEqual(["human: A", "ai: [wait]", cutOff("wait"), ...turn("D"), ...turn("C")]);
  });

  it("[I15] leaves other threads alone", async () => {
    const { graph, log, open, reached } = build({ onBusy: "rollback" });
    const other = graph.invoke(says("X"), { configurable: { thread_id: "u" } });
    const first = graph.invoke(says("A"), thread);
    await Promise.all([reached("X"), reached("A")]);
    open("B", "X");
    const second = graph.invoke(says("B"), thread);
    await expect(first).rejects.toMatchObject({ code: "RUN_SUPERSEDED" });
    await Promise.all([second, other]);
    expect([await log(), await log("u")]).toEqual([["human: A", ...turn("B")], turn("X")]);
  });

  it("[F32][B122] takes back an answer with rollback, and the question may be asked again", async () => {
    const { hold, reached } = gate();
    const a = scriptedModel().handoff("b");
    const graph = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: a, canHandoffTo: [{ to: "b", requiresApproval: true }] },
        b: {
          model: scriptedModel().say("b answers").say("b answers again"),
          prompt: async () => (await hold("b"), ""),
        },
      },
    }).compile({ checkpointer: new MemorySaver() });
    await graph.invoke(says("A"), thread);
    const answered = graph.invoke(new Command({ resume: { approve: true } }), thread);
    await reached("b");
    const again = graph.invoke(null, { ...thread, onBusy: "rollback" });
    await expect(answered).rejects.toMatchObject({ code: "RUN_SUPERSEDED" });
    expect(await again).toMatchObject({ __interrupt__: [{ value: { type: "handoff.approval", to: "b" } }] });
    expect(a.calls).toHaveLength(1);
  });
});

/** Lets the held write go, after a while in which nothing may have been read. */
async function letGo(
  written: ReturnType<typeof gate>,
  checkpointer: { readonly reads: number },
  reads: number,
): Promise<void> {
  for (let round = 0; round < 50; round += 1) await new Promise((resolve) => setImmediate(resolve));
  const early = checkpointer.reads - reads;
  written.open("A");
  if (early > 0) throw new Error(`the thread was read ${early} times before the write was done`);
}

/** The messages of each checkpoint from the newest to the root. */
async function lineOf(graph: ReturnType<typeof build>["graph"]): Promise<BaseMessage[][]> {
  const line: BaseMessage[][] = [];
  for (let config: unknown = thread; config !== undefined;) {
    const { values, parentConfig } = await graph.getState(config as typeof thread);
    line.push((values as { messages?: BaseMessage[] }).messages ?? []);
    config = parentConfig;
  }
  return line;
}
