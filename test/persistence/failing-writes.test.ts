import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SwarmMemorySaver } from "../../src/index.ts";
import { crashSwarm, effectsIn, SCENARIOS } from "../crash-swarm.ts";

const thread = { configurable: { thread_id: "t" } };
const question = { messages: [new HumanMessage({ id: "question", content: "Go" })] };

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "swarmgraph-writes-"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Makes a saver's n-th write fail, before it is made or after. Counts the writes. */
function failAt(saver: MemorySaver, n: number, when: "before" | "after"): { readonly count: number } {
  const writes = { count: 0 };
  for (const method of ["put", "putWrites"] as const) {
    const original = saver[method].bind(saver) as (...args: unknown[]) => Promise<never>;
    saver[method] = async (...args: unknown[]): Promise<never> => {
      writes.count += 1;
      const fails = writes.count === n;
      if (fails && when === "before") throw new Error("the disk is full");
      const result = await original(...args);
      if (fails) throw new Error("the disk is full");
      return result;
    };
  }
  return writes;
}

function told(messages: readonly BaseMessage[]): unknown[] {
  return messages.map(({ type, name, text }) => ({ type, name, text }));
}

let runs = 0;

/** One run whose n-th write fails, and how it goes on. */
async function play(scenario: (typeof SCENARIOS)[number], saver: MemorySaver, n: number, when: "before" | "after") {
  runs += 1;
  const effects = effectsIn(join(directory, `${runs}.effects`));
  const writes = failAt(saver, n, when);
  const graph = crashSwarm(scenario, effects, () => {}).compile({ checkpointer: saver });
  const first = await graph.invoke(question, thread).catch((error: unknown) => error);
  if (!(first instanceof Error))
    return { messages: first as { messages: BaseMessage[] }, effects, writes: writes.count };
  expect(first.message).toContain("the disk is full");
  const { values, next } = await graph.getState(thread);
  const { messages = [] } = values as { messages?: BaseMessage[] };
  const isStored = messages.some(({ id }) => id === "question") || next.length > 0;
  return { messages: await graph.invoke(isStored ? null : question, thread), effects, writes: writes.count };
}

describe.each(SCENARIOS)("a run with %s", (scenario) => {
  it.each([
    ["LangGraph's saver", "before", () => new MemorySaver()],
    ["LangGraph's saver", "after", () => new MemorySaver()],
    ["a saver that writes each message once", "before", () => new SwarmMemorySaver()],
  ] as const)(
    "[F33][I13] on %s, any write of which fails %s it is made, goes on to the same end",
    async (_name, when, make) => {
      const whole = await play(scenario, make(), 0, when);
      expect(whole.writes).toBeGreaterThan(8);
      for (let n = 1; n <= whole.writes; n += 1) {
        const { messages, effects } = await play(scenario, make(), n, when);
        expect(told(messages.messages), `write ${n} of ${whole.writes}`).toEqual(told(whole.messages.messages));
        const payments = effects.happened.filter((line) => line.startsWith("pay"));
        expect(new Set(payments).size).toBe(payments.length);
        expect(effects.happened.filter((line) => line.startsWith("mail")).length).toBeLessThanOrEqual(2);
      }
    },
  );
});
