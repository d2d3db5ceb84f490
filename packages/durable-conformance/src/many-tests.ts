import { expect, it } from "vitest";
import { turn, turnsOf } from "./stage.ts";
import type { Stage } from "./stage.ts";
import type { SuiteContext } from "./thread-tests.ts";
import type { Worker } from "./worker.ts";

/** How large the last test is. */
export interface ManyOptions {
  /** How many threads run at a time. */
  readonly threads: number;
  /** How many workers serve them. */
  readonly workers: number;
  /** Milliseconds between two kills. */
  readonly killEveryMs: number;
}

/** How many threads are run at a time. */
const AT_ONCE = 16;

/** Turns of each thread. */
const TURNS = 2;

/** Many threads over some workers, of which one is killed each second. */
export function manyTests({ stage, lacks }: SuiteContext, options: ManyOptions): void {
  const { threads, workers: count, killEveryMs } = options;
  const size = `${threads} threads over ${count} workers with a kill every ${killEveryMs} ms`;
  const timeout = 60_000 + threads * 3_000;
  it.skipIf(lacks.processes)(`[F65] ${size}: nothing is lost, nothing happens twice`, { timeout }, async () => {
    const workers = await Promise.all(Array.from({ length: count }, (_, index) => stage().start(index)));
    const killer = killing(stage(), workers, killEveryMs);
    const todo = Array.from({ length: threads }, (_, number) => `thread-${number}`).entries();
    const drive = async () => {
      for (const [number, threadId] of todo) {
        for (let at = 1; at <= TURNS; at += 1) await say(workers, number, threadId, at);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, drive));
    const killed = await killer.stop();
    expect(killed).toBeGreaterThan(0);
    const orders = Array.from({ length: TURNS }, (_, index) => `pay ${index + 1}`);
    const wrong: unknown[] = [];
    for (let number = 0; number < threads; number += 1) {
      const threadId = `thread-${number}`;
      const turns = turnsOf((await workers[0]?.tell({ do: "log", threadId }))?.value ?? []);
      const done = stage().world.done(threadId);
      const isRight = turns.join("\n") === orders.map(turn).join("\n") && done.length === TURNS;
      if (!isRight) wrong.push({ threadId, turns, done });
    }
    expect(wrong).toEqual([]);
  });
}

/** Says something to whoever is there, and again to the next one where that came to nothing. */
async function say(workers: readonly Worker[], number: number, threadId: string, at: number): Promise<void> {
  const ask = { do: "ask", threadId, id: `${threadId}-${at}`, text: `pay ${at}` } as const;
  let last: unknown;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await workers[(number + attempt) % workers.length]?.tell(ask);
    if (answer?.value !== undefined) return;
    last = answer;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error(`nobody answered "${ask.text}" on thread "${threadId}": ${JSON.stringify(last)}`);
}

/** Kills one worker after the other, and starts another in its place. */
function killing(stage: Stage, workers: Worker[], everyMs: number): { stop: () => Promise<number> } {
  let killed = 0;
  let isOver = false;
  const loop = async () => {
    for (let index = 0; ; index = (index + 1) % workers.length) {
      await new Promise((wake) => setTimeout(wake, everyMs));
      if (isOver) return;
      await workers[index]?.end();
      killed += 1;
      workers[index] = await stage.start(index);
    }
  };
  const ended = loop();
  return {
    stop: async () => {
      isOver = true;
      await ended;
      return killed;
    },
  };
}
