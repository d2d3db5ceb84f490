import { emptyCheckpoint, uuid6 } from "@langchain/langgraph-checkpoint";
import type { CheckpointTuple } from "@langchain/langgraph-checkpoint";
import { assertPruneOptions, planRetention } from "@swarmgraph/persist-core";
import type { PruneOptions, Retention } from "@swarmgraph/persist-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

interface Given {
  readonly namespace?: string;
  readonly parent?: string;
  readonly root?: string;
  /** Format of the checkpoint. */
  readonly v?: number;
  /** Whether its channel `words` is computed from the checkpoints before. */
  readonly isDelta?: boolean;
  readonly ranges?: readonly (readonly [number, number])[];
}

/** A stored checkpoint. */
function tuple(id: string, { namespace = "", parent, root, v = 4, isDelta = false, ranges }: Given = {}) {
  const values = { ...(isDelta ? {} : { words: [] }), ...(ranges && { messages: { __swarm_log: ranges } }) };
  const place = (checkpoint_id: string) => ({
    configurable: { thread_id: "t", checkpoint_ns: namespace, checkpoint_id },
  });
  return {
    config: place(id),
    ...(parent !== undefined && { parentConfig: place(parent) }),
    checkpoint: { ...emptyCheckpoint(), id, v, channel_values: values },
    metadata: {
      source: "loop",
      step: 0,
      parents: root === undefined ? {} : { "": root },
      ...(isDelta && { counters_since_delta_snapshot: { words: [1, 1] } }),
    },
  } satisfies CheckpointTuple;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function plan(tuples: readonly CheckpointTuple[], options: PruneOptions, now = Date.now()): Promise<Retention> {
  return planRetention(each(tuples), { ...options, now });
}

/** The ids that would be removed, in order. */
async function removed(tuples: readonly CheckpointTuple[], options: PruneOptions, now?: number): Promise<string[]> {
  return (await plan(tuples, options, now)).checkpoints.map(({ id }) => id).sort();
}

describe("what a thread can do without", () => {
  const chain = [tuple("1"), tuple("2", { parent: "1" }), tuple("3", { parent: "2" }), tuple("4", { parent: "3" })];

  it("is everything but the newest ones", async () => {
    expect(await removed(chain, { keepLast: 2 })).toEqual(["1", "2"]);
    expect(await removed(chain.toReversed(), { keepLast: 1 })).toEqual(["1", "2", "3"]);
    expect(await removed(chain, { keepLast: 9 })).toEqual([]);
    expect(await removed([], { keepLast: 1 })).toEqual([]);
  });

  it("is what is older than the limit, by the time in LangGraph's ids, but never the newest", async () => {
    const old = [tuple(uuid6(0)), tuple(uuid6(0))];
    const written = Date.now();
    expect(await removed(old, { maxAge: 60_000 }, written + 50_000)).toEqual([]);
    expect(await removed(old, { maxAge: 60_000 }, written + 70_000)).toEqual([
      old[0]?.config.configurable.checkpoint_id,
    ]);
    expect(await removed(old, { maxAge: 60_000, keepLast: 1 }, written)).toHaveLength(1);
  });

  it("is nothing whose age is unknown, where age alone decides", async () => {
    expect(await removed(chain, { maxAge: 0 }, Date.now() + 1e12)).toEqual([]);
  });

  it("is no ancestor that a kept state is computed from", async () => {
    const delta = [
      tuple("1"),
      tuple("2", { parent: "1" }),
      tuple("3", { parent: "2", isDelta: true }),
      tuple("4", { parent: "3", isDelta: true }),
    ];
    expect(await removed(delta, { keepLast: 1 })).toEqual(["1"]);
  });

  it("is no parent of a checkpoint in the format whose tasks stand with its parent", async () => {
    expect(
      await removed([tuple("1"), tuple("2", { parent: "1" }), tuple("3", { parent: "2", v: 3 })], { keepLast: 1 }),
    ).toEqual(["1"]);
  });

  it("is counted for each lasting namespace; a task's goes with the step that it belongs to", async () => {
    const all = [
      tuple("1"),
      tuple("2", { parent: "1" }),
      tuple("3", { namespace: "lasting", root: "1" }),
      tuple("4", { namespace: "lasting", root: "1", parent: "3" }),
      tuple("5", { namespace: "task:one", root: "1" }),
      tuple("6", { namespace: "task:two", root: "2" }),
      tuple("7", { namespace: "task:two", root: "2", parent: "6" }),
    ];
    expect(await removed(all, { keepLast: 1 })).toEqual(["1", "3", "5"]);
  });

  it("is what only removed checkpoints name of the log, but nothing behind the last named one", async () => {
    const all = [
      tuple("1", { ranges: [[0, 5]] }),
      tuple("2", { ranges: [[0, 2], [7, 9]] }),
      tuple("3", { ranges: [[2, 2], [4, 4]] }),
    ]; // prettier-ignore
    const gap = (first: number, last: number) => ({ namespace: "", channel: "messages", first, last });
    expect((await plan(all, { keepLast: 1 })).log).toEqual([gap(0, 1), gap(3, 3), gap(5, 9)]);
    expect((await plan(all, { keepLast: 2 })).log).toEqual([gap(3, 3), gap(5, 6)]);
    expect((await plan([tuple("1", { ranges: [[0, 5]] }), tuple("2")], { keepLast: 1 })).log).toEqual([gap(0, 5)]);
  });

  it("is nothing that a pending write of a kept checkpoint names, but what those of removed ones do", async () => {
    const write = (number: number): NonNullable<CheckpointTuple["pendingWrites"]> => [
      ["task", "messages", { __swarm: [number, number] }],
      ["task", "turn", { __swarm: number }],
    ];
    const all = [
      { ...tuple("1", { ranges: [[0, 1]] }), pendingWrites: write(2) },
      { ...tuple("2", { ranges: [[0, 1]] }), pendingWrites: write(3) },
      tuple("3", { ranges: [[0, 1], [5, 6]] }),
    ]; // prettier-ignore
    const gap = (channel: string, first: number, last: number) => ({ namespace: "", channel, first, last });
    expect((await plan(all, { keepLast: 2 })).log).toEqual([
      gap("messages", 2, 2),
      gap("messages", 4, 4),
      gap("turn", 0, 2),
    ]);
    expect((await plan(all, { keepLast: 1 })).log).toEqual([gap("messages", 2, 4), gap("turn", 0, 3)]);
  });

  it("leaves, whatever the limits, the newest, all that a kept one needs, and all that it names", async () => {
    const given = fc.record({
      back: fc.integer({ min: 1, max: 4 }),
      isDelta: fc.boolean(),
      range: fc.tuple(fc.nat(8), fc.nat(4)),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(given, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (all, keepLast) => {
          const idOf = (index: number) => String(index).padStart(3, "0");
          const tuples = all.map(({ back, isDelta, range: [first, length] }, index) =>
            tuple(idOf(index), {
              ...(index - back >= 0 && { parent: idOf(index - back) }),
              isDelta,
              ranges: [[first, first + length]],
            }),
          );
          const { checkpoints, log } = await plan(tuples, { keepLast });
          const gone = new Set(checkpoints.map(({ id }) => id));
          const isGone = (number: number) => log.some(({ first, last }) => first <= number && number <= last);
          const kept = tuples.filter(({ config }) => !gone.has(config.configurable.checkpoint_id));
          expect(kept.slice(-keepLast).at(-1)).toBe(tuples.at(-1));
          expect(kept.length).toBeGreaterThanOrEqual(Math.min(keepLast, tuples.length));
          for (const { parentConfig, metadata, checkpoint } of kept) {
            const parent = parentConfig?.configurable.checkpoint_id;
            if ("counters_since_delta_snapshot" in metadata && parent !== undefined)
              expect(gone.has(parent)).toBe(false);
            const [[first, last] = [0, 0]] = checkpoint.channel_values.messages?.__swarm_log ?? [];
            for (let number = first; number <= last; number += 1) expect(isGone(number)).toBe(false);
          }
        },
      ),
    );
  });
});

describe("the options of prune", () => {
  it.each([{}, { keepLast: 0 }, { keepLast: 1.5 }, { maxAge: -1 }, { maxAge: Infinity }, { keepLast: Number.NaN }])(
    "are refused: %o",
    (options) => {
      expect(() => assertPruneOptions(options)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    },
  );

  it.each([{ keepLast: 1 }, { maxAge: 0 }, { keepLast: 5, maxAge: 1000 }])("are taken: %o", (options) => {
    expect(() => assertPruneOptions(options)).not.toThrow();
  });
});
