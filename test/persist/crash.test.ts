import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HumanMessage } from "@langchain/core/messages";
import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import { SqliteSwarmSaver } from "@swarmgraph/persist-sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crashSwarm, effectsIn, SCENARIOS } from "../crash-swarm.ts";
import { bundle } from "./bundle.ts";
import type { CrashOrder } from "./crash-worker.ts";

type Scenario = (typeof SCENARIOS)[number];

/** The process that was told to go on to the end says how many points it passed; one that died says nothing. */
interface End {
  readonly signal: NodeJS.Signals | null;
  readonly passed: number | undefined;
}

const question = { messages: [new HumanMessage({ id: "question", content: "Go" })] };

/** How many processes were killed in all. */
let killed = 0;

let directory: string;
let saver: SqliteSwarmSaver;
let program: string;

beforeAll(async () => {
  program = await bundle("crash-worker");
  directory = mkdtempSync(join(tmpdir(), "swarmgraph-crash-"));
  saver = SqliteSwarmSaver.fromConnString(join(directory, "threads.db"));
  await saver.setup();
});

afterAll(() => {
  saver.db.close();
  rmSync(directory, { recursive: true, force: true });
  rmSync(program, { force: true });
});

function orderOf(scenario: Scenario, dieAt: number): CrashOrder {
  const name = `${SCENARIOS.indexOf(scenario)}-${dieAt}`;
  return {
    scenario,
    dieAt,
    threadId: name,
    database: join(directory, "threads.db"),
    effects: join(directory, `${name}.effects`),
  };
}

function run(order: CrashOrder): Promise<End> {
  const child = fork(program, [JSON.stringify(order)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  let passed: number | undefined;
  child.on("message", (message: { passed: number }) => {
    passed = message.passed;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (_code, signal) => resolve({ signal, passed }));
  });
}

/** Runs all orders, a few processes at a time. */
async function runAll(orders: readonly CrashOrder[]): Promise<End[]> {
  const ends: End[] = [];
  const next = orders.entries();
  const work = async () => {
    for (const [index, order] of next) ends[index] = await run(order);
  };
  await Promise.all([work(), work(), work()]);
  return ends;
}

/** Goes on with a thread whose process died, as a server does after its restart. */
async function goOn({ scenario, threadId, effects }: CrashOrder): Promise<BaseMessage[]> {
  const graph = crashSwarm(scenario, effectsIn(effects), () => {}).compile({ checkpointer: saver, onBusy: "enqueue" });
  const thread = { configurable: { thread_id: threadId } };
  const { values, next } = await graph.getState(thread);
  const { messages = [] } = values as { messages?: BaseMessage[] };
  // Where the process died before the question was stored, whoever asked has had no answer and asks again.
  const isStored = messages.some(({ id }) => id === "question") || next.length > 0;
  const result = await graph.invoke(isStored ? null : question, thread);
  return result.messages;
}

/** What of a thread's messages is stored in any way: in its newest checkpoint, or as a write that no checkpoint has yet. */
async function storedIn(from: SqliteSwarmSaver, { scenario, threadId, effects }: CrashOrder): Promise<string[]> {
  const thread = { configurable: { thread_id: threadId } };
  const graph = crashSwarm(scenario, effectsIn(effects), () => {}).compile({ checkpointer: from });
  const { values } = await graph.getState(thread);
  const { messages = [] } = values as { messages?: BaseMessage[] };
  const tuple = await from.getTuple(thread);
  const starting = tuple?.checkpoint.channel_values["__start__"] as typeof question | undefined;
  const results = tuple?.pendingWrites?.flatMap(([, channel, value]) => {
    const { message } = (value ?? {}) as { message?: BaseMessage };
    return channel === "__return__" && message !== undefined ? [message] : [];
  });
  return [...messages, ...(starting?.messages ?? []), ...(results ?? [])].map(nameOf);
}

/** The log of a thread whose process died, when the user says something more, and before anybody answers that. */
async function sayMore(to: SqliteSwarmSaver, { scenario, threadId, effects }: CrashOrder): Promise<string[]> {
  const graph = crashSwarm(scenario, effectsIn(effects), () => {}).compile({ checkpointer: to, onBusy: "enqueue" });
  const more = { messages: [new HumanMessage({ id: "more", content: "And now?" })] };
  const { messages } = await graph.invoke(more, { configurable: { thread_id: threadId }, interruptBefore: "*" });
  return messages.map(nameOf);
}

function nameOf(message: BaseMessage): string {
  return (message as { tool_call_id?: string }).tool_call_id ?? message.id ?? "";
}

/** What somebody reads of a log: who said what, and which calls were answered how. */
function told(messages: readonly BaseMessage[]): unknown[] {
  return messages.map((message) => ({
    type: message.type,
    name: message.name,
    text: message.text,
    calls: ((message as AIMessage).tool_calls ?? []).map(({ name, args }) => ({ name, args })),
  }));
}

/** How often the most frequent line stands there. */
function mostOf(lines: readonly string[]): number {
  return Math.max(0, ...lines.map((line) => lines.filter((other) => other === line).length));
}

describe.each(SCENARIOS)("a run with %s", (scenario) => {
  it(
    "[F65][I04][I13][F28] that is killed at any point goes on to the same end, or keeps what is stored for the next message",
    { timeout: 600_000 },
    async () => {
      const whole = orderOf(scenario, 0);
      const { passed = 0 } = await run(whole);
      expect(passed).toBeGreaterThan(25);
      const thread = { configurable: { thread_id: whole.threadId } };
      const graph = crashSwarm(scenario, effectsIn(whole.effects), () => {}).compile({ checkpointer: saver });
      const expected = told(((await graph.getState(thread)).values as { messages: BaseMessage[] }).messages);

      const orders = Array.from({ length: passed }, (_, index) => orderOf(scenario, index + 1));
      const ends = await runAll(orders);
      expect(ends.filter(({ signal }) => signal !== "SIGKILL")).toEqual([]);
      killed += ends.length;

      const path = join(directory, `${SCENARIOS.indexOf(scenario)}.copy.db`);
      await saver.db.backup(path);
      const copy = SqliteSwarmSaver.fromConnString(path);
      for (const order of orders) {
        const stored = await storedIn(copy, order);
        const log = await sayMore(copy, order);
        expect(log.slice(0, -1), `stored at point ${order.dieAt}`).toEqual(expect.arrayContaining(stored));
        expect([log.at(-1), new Set(log).size]).toEqual(["more", log.length]);
      }
      copy.db.close();

      for (const order of orders) {
        expect(told(await goOn(order)), `killed at point ${order.dieAt}`).toEqual(expected);
        const { happened } = effectsIn(order.effects);
        const payments = happened.filter((line) => line.startsWith("pay"));
        const mails = happened.filter((line) => line.startsWith("mail"));
        expect(new Set(payments).size, `payments of point ${order.dieAt}`).toBe(payments.length);
        expect(mostOf(mails), `mails of point ${order.dieAt}`).toBeLessThanOrEqual(2);
        expect(payments.length).toBe(effectsIn(whole.effects).happened.filter((line) => line.startsWith("pay")).length);
      }
    },
  );
});

it("[F65] kills at two hundred points or more", () => {
  expect(killed).toBeGreaterThanOrEqual(200);
});
