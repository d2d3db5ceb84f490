import { HumanMessage } from "@langchain/core/messages";
import { emptyCheckpoint, MemorySaver } from "@langchain/langgraph";
import { afterEach, describe, expect, it, vi } from "vitest";
import { settle } from "../../src/compile/busy-settle.ts";
import { FENCE_KEY } from "../../src/compile/thread-lock.ts";
import { SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says, shape } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

afterEach(() => void vi.restoreAllMocks());

describe("the thread of a run that was superseded", () => {
  const said = [new HumanMessage({ id: "h", content: "Hello" })];

  /** A graph's thread, taken back, and what the checkpointer was told to write for that. */
  async function takenBack({ turns, fence }: { turns: number; fence?: number }) {
    const checkpointer = new MemorySaver();
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hi").repeat() } } });
    const graph = swarm.compile({ checkpointer });
    for (let turn = 0; turn < turns; turn += 1) await graph.invoke(says(`Before ${turn}`), thread);
    const before = await checkpointer.getTuple(thread);
    const since = emptyCheckpoint().id;
    await graph.invoke(says("Meanwhile"), thread);
    const puts = vi.spyOn(checkpointer, "put");
    const configurable = {
      thread_id: "t",
      __pregel_checkpointer: checkpointer,
      ...(fence !== undefined && { [FENCE_KEY]: fence }),
    };
    const keeper = { graph, definition: graph.definition, checkpointer, threadId: "t", finishStep: async () => {} };
    await settle({ ...keeper, configurable, takeover: "rollback", since, said });
    const { values } = await graph.getState(thread);
    return { log: shape((values as { messages: never[] }).messages), before, put: puts.mock.calls[0] };
  }

  it("is its checkpoint of before, with its fence", async () => {
    const { log, before, put } = await takenBack({ turns: 1, fence: 7 });
    expect(log).toEqual(["human: Before 0", "ai: Hi", "human: Hello"]);
    expect(put?.[0]).toEqual({
      configurable: {
        thread_id: "t",
        checkpoint_ns: "",
        checkpoint_id: before?.parentConfig?.configurable?.["checkpoint_id"] as string,
        [FENCE_KEY]: 7,
      },
    });
    expect(put?.[2]).toMatchObject({ source: "fork", step: (before?.metadata?.step ?? 0) + 1, parents: {} });
  });

  it("is an empty checkpoint where it was the first run and holds a lease, and nothing without one", async () => {
    const held = await takenBack({ turns: 0, fence: 7 });
    expect(held.log).toEqual(["human: Hello"]);
    expect(held.put?.[0]).toEqual({ configurable: { thread_id: "t", checkpoint_ns: "", [FENCE_KEY]: 7 } });
    expect(held.put?.[2]).toEqual({ source: "fork", step: -2, parents: {} });
    const free = await takenBack({ turns: 0 });
    expect(free.log).toEqual(["human: Hello"]);
    expect(free.put?.[2]).not.toMatchObject({ source: "fork" });
  });
});

describe("what settles a superseded run", () => {
  const [SINCE, LATER, EARLIER] = ["5", "6", "4"];

  /** A thread of these checkpoints and messages, and what was asked of it. */
  async function settled({
    head,
    base,
    log,
    said = [],
    fence,
  }: {
    head?: string;
    base?: object;
    log?: readonly HumanMessage[];
    said?: readonly HumanMessage[];
    fence?: number;
  }) {
    const asked: unknown[] = [];
    const note =
      (name: string, answer?: unknown) =>
      async (...given: unknown[]) => {
        asked.push([name, ...given]);
        return answer;
      };
    const checkpointer = {
      getTuple: note("getTuple", head === undefined ? undefined : { checkpoint: { id: head } }),
      async *list(...given: unknown[]) {
        asked.push(["list", ...given]);
        if (base !== undefined) yield { checkpoint: emptyCheckpoint(), ...base };
      },
      put: note("put"),
      deleteThread: note("deleteThread"),
    };
    const values = log === undefined ? undefined : { messages: log };
    const graph = { getState: note("getState", { values }), updateState: note("updateState") };
    const configurable = { thread_id: "t", own: 1, ...(fence !== undefined && { [FENCE_KEY]: fence }) };
    await settle({ graph, checkpointer, configurable, takeover: "rollback", since: SINCE, said } as never);
    return { asked: asked as [string, ...unknown[]][], configurable };
  }

  const names = ({ asked }: { asked: [string, ...unknown[]][] }) => asked.map(([name]) => name);
  const at = { configurable: { thread_id: "t", checkpoint_ns: "" } };
  const message = (id: string) => new HumanMessage({ id, content: id });

  it("takes back what the run wrote, and leaves what is from before it", async () => {
    expect(names(await settled({}))).toEqual(["getTuple"]);
    expect(names(await settled({ head: EARLIER }))).toEqual(["getTuple"]);
    expect(names(await settled({ head: SINCE }))).toEqual(["getTuple", "list", "deleteThread"]);
    expect(names(await settled({ head: LATER, base: {} }))).toEqual(["getTuple", "list", "put"]);
    expect(names(await settled({ head: LATER, fence: 1 }))).toEqual(["getTuple", "list", "put"]);
  });

  it("looks for the newest checkpoint that the run found", async () => {
    const { asked } = await settled({ head: LATER, base: {} });
    const before = { configurable: { ...at.configurable, checkpoint_id: SINCE } };
    expect(asked.slice(0, 2)).toEqual([
      ["getTuple", at],
      ["list", at, { before, limit: 1 }],
    ]);
  });

  it.each([
    ["nothing", {}, at, { source: "fork", step: 0, parents: {} }],
    [
      "all of it",
      {
        metadata: { source: "loop", step: 3, parents: { "": "p" }, own: 1 },
        parentConfig: { configurable: { thread_id: "t", checkpoint_id: "parent" } },
      },
      { configurable: { ...at.configurable, checkpoint_id: "parent" } },
      { source: "fork", step: 4, parents: { "": "p" }, own: 1 },
    ],
  ])("forks a checkpoint that says of itself %s", async (_what, base, place, metadata) => {
    const { asked } = await settled({ head: LATER, base });
    const [, where, checkpoint, told, versions] = asked.at(-1) as unknown as [
      string,
      unknown,
      { id: string },
      unknown,
      unknown,
    ];
    expect([where, told, versions]).toEqual([place, metadata, {}]);
    expect(checkpoint.id > LATER || checkpoint.id.length > 1).toBe(true);
  });

  it("adds what was said and is not there, once", async () => {
    const said = [message("1"), message("2")];
    const one = await settled({ said, log: [message("1")] });
    expect(one.asked.slice(1)).toEqual([
      ["getState", { configurable: one.configurable }],
      ["getTuple", { configurable: { ...one.configurable, checkpoint_ns: "" } }],
      ["updateState", { configurable: one.configurable }, { messages: [said[1]] }, "__start__"],
    ]);
    expect(names(await settled({ said, log: said }))).toEqual(["getTuple", "getState"]);
    expect((await settled({ said })).asked.at(-1)?.[2]).toEqual({ messages: said });
    expect(names(await settled({ log: said }))).toEqual(["getTuple"]);
  });
});
