import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Speed } from "../../src/compile/speed.ts";
import { swarmEvents } from "../../src/index.ts";
import type { SwarmGraph } from "../../src/index.ts";
import { comparable, saidBy } from "./observed.ts";
import { anyPlan, build } from "./speeds-plan.ts";
import type { Plan } from "./speeds-plan.ts";

type Mode = "values" | "updates" | "custom";

const anyModes = fc.oneof(
  fc.constantFrom<Mode | undefined>("values", "updates", "custom", undefined),
  fc.subarray<Mode>(["values", "updates", "custom"]),
);

const anyKeys = fc.option(fc.subarray(["messages", "handoffs", "activeAgent", "turn", "outcome"]), { nil: undefined });

/** Starts a run that is read piece by piece. */
type Open = (
  graph: SwarmGraph,
  input: Parameters<SwarmGraph["invoke"]>[0],
  options: object,
) => AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>;

interface Seen {
  readonly chunks: readonly unknown[];
  readonly came: unknown;
  readonly trail: unknown;
}

/** Everything that can be observed of a stream. */
async function observe(plan: Plan, open: Open, speed: Speed) {
  const { swarm, trail, input, options } = build(plan);
  const graph = swarm.compile({ speed });
  const engine = vi.spyOn(graph, "_streamIterator");
  const chunks: unknown[] = [];
  let came: unknown;
  try {
    for await (const chunk of await open(graph, input, options)) chunks.push(chunk);
  } catch (error) {
    came = saidBy(error);
  }
  return {
    seen: comparable({ trail, came, chunks }) as Seen,
    isStepped: engine.mock.calls.length > 0,
    isAborted: (options["signal"] as AbortSignal).aborted,
  };
}

/** An event as text, without its number and without the turn, which goes on with events that may be lost. */
function unnumbered(event: unknown): string {
  return JSON.stringify({ ...(event as object), seq: undefined, turn: undefined });
}

function byLength<T extends { readonly seen: Seen }>(left: T, right: T): [most: T, least: T] {
  return left.seen.chunks.length > right.seen.chunks.length ? [left, right] : [right, left];
}

describe("any stream of any swarm", () => {
  it("[I17] has the same chunks in every speed", { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, anyModes, anyKeys, async (plan, streamMode, outputKeys) => {
        const told = {
          ...(streamMode !== undefined && { streamMode }),
          ...(outputKeys !== undefined && { outputKeys }),
        };
        const open: Open = (graph, input, options) => graph.stream(input, { ...options, ...told } as never);
        const direct = await observe(plan, open, "auto");
        const stepped = await observe(plan, open, "stepped");
        expect([direct.isStepped, stepped.isStepped]).toEqual([false, true]);
        const [most, least] = stepped.isAborted ? byLength(direct, stepped) : [direct, stepped];
        // Chunks that are on their way when a run fails are lost: by the engine, and by both where a signal fires.
        const length = least.seen.came === "undefined" ? most.seen.chunks.length : least.seen.chunks.length;
        expect({ ...most.seen, chunks: most.seen.chunks.slice(0, length) }).toEqual(least.seen);
      }),
      { numRuns: 150 },
    );
  });

  it(
    "[I17] has the same events whether updates are read for a hook or said by the nodes",
    { timeout: 240_000 },
    async () => {
      const config = { granularity: "messages" as const, runId: "run", now: () => 0 };
      const open: Open = (graph, input, options) => swarmEvents(graph, input, { ...options, ...config });
      const openHooked: Open = (graph, input, options) =>
        swarmEvents(graph, input, { ...options, ...config, hooks: [{ update: () => undefined }] });
      await fc.assert(
        fc.asyncProperty(anyPlan, fc.constantFrom<Speed>("auto", "stepped"), async (plan, speed) => {
          const said = await observe(plan, open, speed);
          const read = await observe(plan, openHooked, speed);
          fc.pre(!said.isAborted);
          // Of a run that fails the engine may lose what is on its way.
          if (said.seen.came === "undefined") expect(said.seen).toEqual(read.seen);
          else expect({ ...said.seen, chunks: [] }).toEqual({ ...read.seen, chunks: [] });
        }),
        { numRuns: 100 },
      );
    },
  );

  it("[I17] has the same events in every speed", { timeout: 240_000 }, async () => {
    const granularity = fc.constantFrom("hops" as const, "messages" as const);
    await fc.assert(
      fc.asyncProperty(anyPlan, granularity, fc.boolean(), async (plan, granularity, modelCalls) => {
        const config = { granularity, modelCalls, runId: "run", now: () => 0 };
        const open: Open = (graph, input, options) => swarmEvents(graph, input, { ...options, ...config });
        const direct = await observe(plan, open, "auto");
        const stepped = await observe(plan, open, "stepped");
        expect([direct.isStepped, stepped.isStepped]).toEqual([false, true]);
        fc.pre(!stepped.isAborted);
        if (stepped.seen.came === "undefined") {
          expect(direct.seen).toEqual(stepped.seen);
          return;
        }
        // Of a run that fails the engine loses what is on its way: everything else is there, in its order.
        expect({ ...direct.seen, chunks: [] }).toEqual({ ...stepped.seen, chunks: [] });
        const all = direct.seen.chunks.map(unnumbered);
        const some = stepped.seen.chunks.map(unnumbered);
        expect(all.at(-1)).toBe(some.at(-1));
        const same = some.findIndex((event, index) => event !== all[index]);
        // What was not heard to end is told to have ended with the run.
        const rest = same === -1 ? [] : stepped.seen.chunks.slice(same);
        expect(rest.filter((event) => !(event as { type: string }).type.endsWith(".error"))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
