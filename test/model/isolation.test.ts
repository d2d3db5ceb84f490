import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent, swarmEvents, SwarmMemorySaver } from "../../src/index.ts";
import type { HandoffRecord, Outcome, SwarmEvent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedCall, ScriptedStep } from "../../src/testing/index.ts";
import { says, shape } from "../support.ts";

/** What a model may do; a seed decides which. */
const STEPS: readonly (readonly ScriptedCall[] | string | "fail")[] = [
  [{ tool: "work", args: {} }],
  [{ handoff: "b" }],
  [{ handoff: "a" }],
  [{ tool: "work", args: {} }, { handoff: "c" }],
  [{ handoff: "b" }, { handoff: "c" }],
  [{ tool: "ghost", args: {} }],
  "That is all.",
  "",
  "fail",
];

/** Numbers from a seed, the same each time: mulberry32. */
function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return (value ^ (value >>> 14)) >>> 0;
  };
}

/** Three agents whose one model does in each thread what the thread's own seed says, and shows which thread it saw. */
function office(saver: MemorySaver) {
  const random = new Map<string, () => number>();
  const model = scriptedModel()
    .reply(({ messages }): ScriptedStep | string => {
      const [, thread = "", seed = ""] =
        /(t\d+) seed (-?\d+)/.exec(messages.find(({ type }) => type === "human")?.text ?? "") ?? [];
      const next = random.get(thread) ?? numbersOf(Number(seed));
      random.set(thread, next);
      const step = STEPS[next() % STEPS.length] ?? "";
      if (step === "fail")
        return { kind: "fail", error: Object.assign(new Error(`scripted in ${thread}`), { status: 400 }) };
      if (typeof step === "string") return step === "" ? "" : `${step} ${thread}`;
      return { kind: "message", text: `${thread} goes on`, calls: step };
    })
    .repeat();
  const work = tool((_args, config) => `worked for ${String(config.configurable?.["thread_id"])}`, {
    name: "work",
    description: "Works.",
    schema: z.object({}),
  });
  const agents = { a: { model, tools: [work] }, b: { model, tools: [work] }, c: { model } };
  const swarm = new SwarmAgent({ entry: "a", retry: false, limits: { maxTurns: 6 }, agents });
  return swarm.compile({ checkpointer: saver });
}

type Graph = ReturnType<typeof office>;

/** Two turns of one thread, and what it came to: without ids and times. */
async function converse(graph: Graph, thread: string, seed: number) {
  const config = { configurable: { thread_id: thread } };
  const failures: unknown[] = [];
  for (const text of [`${thread} seed ${seed}`, `${thread} again`]) {
    await graph.invoke(says(text), config).catch((error: unknown) => failures.push((error as { code?: string }).code));
  }
  const { values } = await graph.getState(config);
  const { messages, activeAgent, handoffs, outcome } = values as {
    messages: Parameters<typeof shape>[0];
    activeAgent?: string;
    handoffs?: readonly HandoffRecord[];
    outcome?: Outcome | null;
  };
  return {
    failures,
    activeAgent,
    log: shape(messages),
    handoffs: (handoffs ?? []).map(({ from, to, status, code }) => [from, to, status, code]),
    outcome: outcome && { ...outcome, messageId: "" },
  };
}

const anySeeds = fc.array(fc.integer(), { minLength: 2, maxLength: 6 });

describe("threads of one graph", () => {
  it.each([["MemorySaver", MemorySaver] as const, ["SwarmMemorySaver", SwarmMemorySaver] as const])(
    "[I15] come, all at once, to what each comes to alone, on a %s",
    { timeout: 120_000 },
    async (_name, Saver) => {
      await fc.assert(
        fc.asyncProperty(anySeeds, async (seeds) => {
          const together = office(new Saver());
          const all = await Promise.all(seeds.map((seed, index) => converse(together, `t${index}`, seed)));
          for (const [index, seed] of seeds.entries()) {
            const alone = await converse(office(new Saver()), `t${index}`, seed);
            expect(all[index]).toEqual(alone);
            const others = JSON.stringify(all[index]).match(/\bt\d+\b/g) ?? [];
            expect(new Set(others)).toEqual(new Set([`t${index}`]));
          }
        }),
        { numRuns: 8 },
      );
    },
  );
});

/** A log of events without what is made anew in each process: ids become numbers in the order in which they are met. */
function normalised(events: readonly SwarmEvent[]): unknown {
  const numbers = new Map<string, string>();
  const isId = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|scripted-\d+-\d+(?:-call-\d+)?/g;
  const numbered = (text: string) =>
    text.replaceAll(isId, (id) => {
      const number = numbers.get(id) ?? `#${numbers.size}`;
      numbers.set(id, number);
      return number;
    });
  return JSON.parse(
    JSON.stringify(events, (key, value: unknown) => {
      if (key === "at") return "";
      return typeof value === "string" ? numbered(value) : value;
    }),
  );
}

async function logOf(seed: number, granularity: "hops" | "messages" | "tokens") {
  let time = 0;
  const events: SwarmEvent[] = [];
  const config = { configurable: { thread_id: "t0" }, granularity, runId: "run", modelCalls: true };
  const graph = office(new MemorySaver());
  for (const text of [`t0 seed ${seed}`, "t0 again"]) {
    const run = swarmEvents(graph, says(text), { ...config, now: () => (time += 1) });
    await (async () => {
      for await (const event of run) events.push(event);
    })().catch((error: unknown) => expect(error).toBeInstanceOf(Error));
  }
  return events;
}

describe("a run that is done again", () => {
  it(
    "[I16] with the same script and seed is told by the same events, to the last field",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.constantFrom("hops" as const, "messages" as const, "tokens" as const),
          async (seed, granularity) => {
            const events = await logOf(seed, granularity);
            expect(events.length).toBeGreaterThan(4);
            expect(normalised(await logOf(seed, granularity))).toEqual(normalised(events));
          },
        ),
        { numRuns: 12 },
      );
    },
  );
});
