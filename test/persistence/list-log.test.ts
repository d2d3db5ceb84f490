import { AIMessage, HumanMessage, isBaseMessage, RemoveMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { MemorySaver } from "@langchain/langgraph";
import type { BaseCheckpointSaver, Checkpoint, CheckpointTuple } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { doneFrom } from "../../src/define/decided.ts";
import { ListLog, rangesNamed, SwarmAgent, SwarmMemorySaver } from "../../src/index.ts";
import type { HandoffRecord, LogEntry, LogKey, LogStore } from "../../src/index.ts";
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

/** A log of one thread in memory, and everything that was ever written to it. */
function openLog() {
  const { serde } = new MemorySaver();
  const written = new Map<string, LogEntry[]>();
  const of = ({ channel }: LogKey) => {
    const list = written.get(channel) ?? [];
    written.set(channel, list);
    return list;
  };
  const store: LogStore = {
    append: async (key, entries) => {
      // A store takes its time: whoever packs a checkpoint meanwhile waits for it.
      await new Promise((resolve) => setTimeout(resolve, 5));
      return of(key).push(...entries) - entries.length;
    },
    read: async (key, ranges) => ranges.flatMap(([first, last]) => of(key).slice(first, last + 1)),
  };
  const open = () => new ListLog({ store, serde });
  return { open, written: (channel: string) => (written.get(channel) ?? []).length };
}

const place = { threadId: "t", namespace: "" };

function checkpointWith(values: Record<string, unknown>): Checkpoint {
  return { v: 4, id: "c", ts: "", channel_values: values, channel_versions: {}, versions_seen: {} };
}

function tupleOf(checkpoint: Checkpoint, pendingWrites: CheckpointTuple["pendingWrites"] = []): CheckpointTuple {
  return { config: { configurable: { thread_id: "t", checkpoint_ns: "" } }, checkpoint, pendingWrites };
}

describe("a step's writes", () => {
  const message = new HumanMessage({ id: "m", content: "hello" });
  const turn = { id: "m", path: ["a"] };

  it("and its checkpoint store each item once, also where the writes are still being stored", async () => {
    const { open, written } = openLog();
    const log = open();
    const storing = log.packWrites(place, [
      ["messages", [message]],
      ["turn", turn],
      ["own", [message]],
      ["activeAgent", "a"],
    ]);
    const packed = await log.pack(place, checkpointWith({ messages: [message], turn, own: [message] }));
    const writes = await storing;
    expect([written("messages"), written("turn"), written("own")]).toEqual([1, 1, 0]);
    expect(JSON.stringify(packed.channel_values)).not.toContain("path");
    const tuple = await open().unpack(
      tupleOf(
        packed,
        writes.map(([channel, value]) => ["task", channel, value]),
      ),
    );
    expect(tuple.checkpoint.channel_values).toEqual({ messages: [message], turn, own: [message] });
    expect(tuple.pendingWrites).toEqual([
      ["task", "messages", [message]],
      ["task", "turn", turn],
      ["task", "own", [message]],
      ["task", "activeAgent", "a"],
    ]);
    expect([...rangesNamed(packed.channel_values)]).toEqual([
      ["messages", [[0, 0]]],
      ["turn", [[0, 0]]],
    ]);
  });

  it("that were read back are not stored again by the checkpoint of whoever goes on", async () => {
    const { open, written } = openLog();
    const writes = await open().packWrites(place, [["messages", [message]]]);
    const log = open();
    const { pendingWrites } = await log.unpack(
      tupleOf(
        checkpointWith({}),
        writes.map(([channel, value]) => ["task", channel, value]),
      ),
    );
    const read = pendingWrites?.[0]?.[2] as BaseMessage[];
    await log.pack(place, checkpointWith({ messages: [...read] }));
    expect(written("messages")).toBe(1);
  });

  it("that could not be stored leave it to the checkpoint", async () => {
    const { serde } = new MemorySaver();
    let calls = 0;
    const entries: LogEntry[] = [];
    const store: LogStore = {
      append: async (_key, added) => {
        calls += 1;
        if (calls === 1) throw new Error("the disk is full");
        return entries.push(...added) - added.length;
      },
      read: async () => entries,
    };
    const log = new ListLog({ store, serde });
    const storing = log.packWrites(place, [["messages", [message]]]).catch(String);
    const packed = await log.pack(place, checkpointWith({ messages: [message], turn }));
    expect(await storing).toContain("the disk is full");
    expect(packed.channel_values).toEqual({
      messages: { __swarm: [0, 0] },
      turn: { __swarm: 1 },
    });
  });

  it("are told as they read to a graph that computes its state from them", async () => {
    const saver = new SwarmMemorySaver();
    await pingPong(saver).invoke({ messages: [message] }, thread);
    const newest = await saver.getTuple(thread);
    const config = newest?.config as RunnableConfig;
    const { messages } = await saver.getDeltaChannelHistory({ config, channels: ["messages"] });
    const found = [messages?.seed, ...(messages?.writes ?? []).map(([, , value]) => value)].flat();
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((one) => isBaseMessage(one))).toBe(true);
  });
});

/** A line of the ledger, as a handoff is decided. */
function lineOf(id: number): HandoffRecord {
  const line = { from: "a", to: "b", callId: "c", messageId: `m${id}`, at: "2026-01-01T00:00:00.000Z" };
  return { id: `m${id}:c`, ...line, status: "pending" };
}

describe("a ledger whose lines are decided first and done later", () => {
  it("is named in one piece, and none of it is written again", async () => {
    const { open, written } = openLog();
    const log = open();
    let ledger: readonly HandoffRecord[] = [];
    let packed = checkpointWith({});
    for (let id = 0; id < 30; id += 1) {
      const done = ledger.slice(-1).map(doneFrom);
      const pending = lineOf(id);
      await log.packWrites(place, [["handoffs", [...done, pending]]]);
      ledger = [...ledger.slice(0, -1), ...done, pending];
      packed = await log.pack(place, checkpointWith({ handoffs: ledger }));
    }
    expect(written("handoffs")).toBe(30);
    expect(packed.channel_values["handoffs"]).toEqual({ __swarm: [0, 29], pending: [29] });
    expect((await open().unpack(tupleOf(packed))).checkpoint.channel_values["handoffs"]).toEqual(ledger);
    expect([...rangesNamed(packed.channel_values)]).toEqual([["handoffs", [[0, 29]]]]);
  });

  it("is written once where another process enters what is pending", async () => {
    const { open, written } = openLog();
    const first = open();
    const writes = await first.packWrites(place, [["handoffs", [lineOf(1)]]]);
    const packed = await first.pack(place, checkpointWith({ handoffs: [lineOf(0), lineOf(2)] }));
    const second = open();
    const pendingWrites = writes.map(([channel, value]): [string, string, unknown] => ["task", channel, value]);
    const { checkpoint, pendingWrites: read = [] } = await second.unpack(tupleOf(packed, pendingWrites));
    const lines = [
      ...(checkpoint.channel_values["handoffs"] as HandoffRecord[]),
      ...((read[0]?.[2] ?? []) as HandoffRecord[]),
    ];
    const done = lines.map(doneFrom);
    const later = await second.pack(place, checkpointWith({ handoffs: done }));
    expect(written("handoffs")).toBe(3);
    expect((await open().unpack(tupleOf(later))).checkpoint.channel_values["handoffs"]).toEqual(done);
    expect((await open().unpack(tupleOf(packed))).checkpoint.channel_values["handoffs"]).toEqual([
      lineOf(0),
      lineOf(2),
    ]);
  });

  it("[F66] is read as earlier releases have stored it, and goes on from there", async () => {
    const { serde } = new MemorySaver();
    const entries: Record<string, LogEntry[]> = {};
    const store: LogStore = {
      append: async ({ channel }, added) => (entries[channel] ??= []).push(...added) - added.length,
      read: async ({ channel }, ranges) =>
        ranges.flatMap(([first, last]) => (entries[channel] ?? []).slice(first, last + 1)),
    };
    for (const [channel, items] of Object.entries({
      handoffs: [doneFrom(lineOf(0)), lineOf(1)],
      "handoffs|open": [lineOf(2)],
      turn: [{ id: "q", callers: [], modelErrors: 0 }],
    })) {
      entries[channel] = await Promise.all(
        items.map(async (item) => {
          const [type, body] = await serde.dumpsTyped(item);
          return { type, body };
        }),
      );
    }
    const log = new ListLog({ store, serde });
    const kept = checkpointWith({ handoffs: { __swarm_log: [[0, 0]], open: [[0, 0]] }, turn: { __swarm_item: 0 } });
    expect([...rangesNamed(kept.channel_values)]).toEqual([
      ["handoffs", [[0, 0]]],
      ["handoffs|open", [[0, 0]]],
      ["turn", [[0, 0]]],
    ]);
    const { checkpoint } = await log.unpack(tupleOf(kept));
    expect(checkpoint.channel_values).toEqual({
      handoffs: [doneFrom(lineOf(0)), lineOf(2)],
      turn: { id: "q", callers: [], modelErrors: 0 },
    });
    const before = await log.unpack(
      tupleOf(checkpointWith({ handoffs: { __swarm_log: [[0, 1]], tail: [lineOf(3)] } })),
    );
    const lines = before.checkpoint.channel_values["handoffs"] as HandoffRecord[];
    expect(lines).toEqual([doneFrom(lineOf(0)), lineOf(1), lineOf(3)]);
    const ledger = [...lines.slice(0, 1), ...lines.slice(1).map(doneFrom)];
    const packed = await log.pack(place, checkpointWith({ handoffs: ledger }));
    const reader = new ListLog({ store, serde });
    expect((await reader.unpack(tupleOf(packed))).checkpoint.channel_values["handoffs"]).toEqual(ledger);
  });

  it("reads back whatever is added, replaced and removed", async () => {
    const change = fc.record({ at: fc.nat(12), count: fc.nat(3), add: fc.nat(4) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 25 }), async (changes) => {
        const { serde } = new MemorySaver();
        const entries: Record<string, LogEntry[]> = {};
        const store: LogStore = {
          append: async ({ channel }, added) => (entries[channel] ??= []).push(...added) - added.length,
          read: async ({ channel }, ranges) =>
            ranges.flatMap(([first, last]) => (entries[channel] ?? []).slice(first, last + 1)),
        };
        const log = new ListLog({ store, serde });
        let next = 0;
        const fresh = () => {
          next += 1;
          if (next % 3 === 0) return { number: next, status: next % 2 === 0 ? "pending" : "done" };
          return next % 4 === 0 ? doneFrom(lineOf(next)) : lineOf(next);
        };
        let list: object[] = [];
        for (const { at, count, add } of changes) {
          list = [...list.slice(0, at), ...list.slice(at + count), ...Array.from({ length: add }, fresh)];
          if (count > 1 && list.length > 0) list = list.with(at % list.length, fresh());
          if (count === 3) list = list.map((line) => ("at" in line ? doneFrom(line as HandoffRecord) : line));
          const packed = await log.pack(place, checkpointWith({ handoffs: list }));
          const reader = new ListLog({ store, serde });
          expect((await reader.unpack(tupleOf(packed))).checkpoint.channel_values["handoffs"]).toEqual(list);
        }
      }),
    );
  });
});

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
