import { ToolMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { WATCH_KEY } from "../../src/observe/run-signal.ts";
import type { RunSignal, Watch } from "../../src/observe/run-signal.ts";
import { emit } from "../../src/run/runtime.ts";
import type { NodeConfig, NodeState } from "../../src/run/runtime.ts";
import { sayUpdate, telling, watchedBy, watchOf, withWatch } from "../../src/run/telling.ts";

const state = {} as NodeState;
const started = (agent: string): RunSignal => ({ type: "agent.started", agent, turn: 1 });
const cost: RunSignal = { type: "usage", agent: "a", tokens: { input: 1, output: 1, total: 2 } };
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 1));

/** A config whose writer keeps what it gets: of a batch, what is said in it. */
function watching(watch: Partial<Watch> | undefined) {
  const chunks: unknown[] = [];
  const writer = (chunk: unknown): void => {
    const { type, signals } = chunk as { type?: unknown; signals?: readonly { type: string }[] };
    chunks.push(type === "signal.batch" ? signals?.map((signal) => signal.type) : chunk);
  };
  const told = watch === undefined ? {} : { [WATCH_KEY]: { inBatches: true, models: false, updates: true, ...watch } };
  const config: NodeConfig = { writer, configurable: told };
  return { chunks, config };
}

describe("what a run is watched for", () => {
  const watch: Watch = { inBatches: false, models: true, updates: false };

  it("is known by its writer, before what its config says", () => {
    const writer = watchedBy(watch, () => undefined);
    expect(watchOf({ writer })).toBe(watch);
    expect(watchOf({ writer, configurable: { [WATCH_KEY]: { ...watch, models: false } } })).toBe(watch);
    expect(watchOf({ writer: () => undefined })).toBeUndefined();
    expect(watchOf({})).toBeUndefined();
  });

  it("stands in the config as well where somebody may put another writer around it", () => {
    const config: NodeConfig = { writer: watchedBy(watch, () => undefined), configurable: { thread_id: "t" } };
    const handed = withWatch(config);
    expect(handed.configurable).toEqual({ thread_id: "t", [WATCH_KEY]: watch });
    expect(watchOf({ ...handed, writer: () => undefined })).toBe(watch);
    expect(config.configurable).toEqual({ thread_id: "t" });
    const unwatched: NodeConfig = { configurable: {} };
    expect(withWatch(unwatched)).toBe(unwatched);
  });
});

describe("telling", () => {
  it("is the node itself where nobody watches the run, or nobody reads its custom stream", async () => {
    const configs: NodeConfig[] = [];
    const node = telling((_state: NodeState, config: NodeConfig) => {
      configs.push(config);
      emit(config, started("a"));
      return "done";
    });
    const { chunks, config } = watching(undefined);
    const unread: NodeConfig = { configurable: { [WATCH_KEY]: { inBatches: true, models: false, updates: false } } };
    expect([await node(state, config), await node(state, unread)]).toEqual(["done", "done"]);
    expect(configs).toEqual([config, unread]);
    expect(configs[0]).toBe(config);
    expect(configs[1]).toBe(unread);
    expect(chunks).toEqual([started("a")]);
  });

  it("writes signals that come at once as one chunk, before what is waited for goes on", async () => {
    const { chunks, config } = watching({});
    let before: unknown[] = [];
    const node = telling(async (_state: NodeState, own: NodeConfig) => {
      emit(own, started("a"));
      emit(own, started("b"));
      await Promise.resolve();
      before = [...chunks];
      emit(own, started("c"));
      await aWhile();
      emit(own, { type: "handoff.returned", id: "i", from: "a", to: "b" });
      return "done";
    });
    expect(await node(state, config)).toBe("done");
    expect(before).toEqual([["agent.started", "agent.started"]]);
    expect(chunks).toEqual([["agent.started", "agent.started"], ["agent.started"], ["handoff.returned"]]);
  });

  it("lets what a call cost wait for what comes next, or for the node's end", async () => {
    const { chunks, config } = watching({});
    const node = telling(async (_state: NodeState, own: NodeConfig) => {
      emit(own, cost);
      await aWhile();
      emit(own, started("a"));
      await aWhile();
      emit(own, cost);
      await aWhile();
    });
    await node(state, config);
    expect(chunks).toEqual([["usage", "agent.started"], ["usage"]]);
  });

  it("passes on what is none of its signals as it is, behind what came before", async () => {
    const { chunks, config } = watching({});
    const node = telling(async (_state: NodeState, own: NodeConfig) => {
      emit(own, started("a"));
      own.writer?.({ progress: 0.5 });
      emit(own, started("b"));
      await aWhile();
    });
    await node(state, config);
    expect(chunks).toEqual([["agent.started"], { progress: 0.5 }, ["agent.started"]]);
  });

  it("has written everything when the node fails, and gives its error", async () => {
    const { chunks, config } = watching({});
    const node = telling(async (_state: NodeState, own: NodeConfig) => {
      await aWhile();
      emit(own, cost);
      emit(own, started("a"));
      throw new Error("broken");
    });
    await expect(node(state, config)).rejects.toThrow("broken");
    expect(chunks).toEqual([["usage", "agent.started"]]);
  });

  it("writes each signal by itself where a chunk costs nothing: the node gets its config as it is", async () => {
    const { chunks, config } = watching({ inBatches: false });
    const speaks = (own: NodeConfig) => {
      expect(own).toBe(config);
      emit(own, cost);
      emit(own, started("a"));
      return "done";
    };
    expect(await telling(async (_state: NodeState, own: NodeConfig) => speaks(own))(state, config)).toBe("done");
    expect(telling((_state: NodeState, own: NodeConfig) => speaks(own))(state, config)).toBe("done");
    expect(chunks).toEqual([cost, started("a"), cost, started("a")]);
  });

  it("says what is in the node's update for a caller who does not read updates", async () => {
    const artifact = { references: [{ url: "https://example.com", title: "A page" }] };
    const answer = new ToolMessage({ content: "Found.", tool_call_id: "c", name: "find", artifact });
    const pending = { id: "h", from: "a", to: "b", callId: "c", status: "pending", approval: "required" };
    const update = { messages: [answer], handoffs: [pending] };
    const node = telling(async (_state: NodeState, own: NodeConfig) => sayUpdate(update, own));
    for (const [watch, said] of [
      [undefined, []],
      [{ updates: true }, []],
      [{ updates: false }, [["tool.found", "handoff.pending"]]],
      [{ updates: false, inBatches: false }, ["tool.found", "handoff.pending"]],
    ] as const) {
      const { chunks, config } = watching(watch);
      expect(await node(state, config)).toBe(update);
      expect(chunks.map((chunk) => (Array.isArray(chunk) ? chunk : (chunk as { type: string }).type))).toEqual(said);
    }
    const unread: NodeConfig = { configurable: { [WATCH_KEY]: { inBatches: false, models: false, updates: false } } };
    expect(await node(state, unread)).toBe(update);
  });

  it("fails with what the writer threw, although nobody was there to catch it, unless the node failed before", async () => {
    const config: NodeConfig = {
      configurable: { [WATCH_KEY]: { inBatches: true, models: false, updates: true } },
      writer: () => {
        throw new Error("the stream is closed");
      },
    };
    const node = telling(async (_state: NodeState, own: NodeConfig) => {
      emit(own, started("a"));
      await aWhile();
    });
    await expect(node(state, config)).rejects.toThrow("the stream is closed");
    const broken = telling(async (_state: NodeState, own: NodeConfig) => {
      emit(own, started("a"));
      throw new Error("broken");
    });
    await expect(broken(state, config)).rejects.toThrow("broken");
  });
});
