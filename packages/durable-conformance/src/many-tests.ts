import { expect, it } from "vitest";
import { faultsOf } from "./many-faults.ts";
import type { ManyThread } from "./many-faults.ts";
import type { Told } from "./orders.ts";
import { answerTo } from "./stage.ts";
import type { Stage } from "./stage.ts";
import type { SuiteContext } from "./thread-tests.ts";
import { GONE } from "./worker.ts";
import type { Worker } from "./worker.ts";

/** How large the last test is. */
export interface ManyOptions {
  /** How many threads run. */
  readonly threads: number;
  /** How many workers serve them. */
  readonly workers: number;
  /** Milliseconds between two kills. */
  readonly killEveryMs: number;
}

/** What the last test has shown: in its `meta.many`, as reporters of vitest give it. */
export interface ManyShown {
  readonly threads: number;
  readonly runs: number;
  readonly workers: number;
  /** Workers that were killed, each by SIGKILL. */
  readonly kills: number;
}

declare module "vitest" {
  interface TaskMeta {
    many?: ManyShown;
  }
}

/**
 * How many threads each worker is given at a time. With many more a run takes longer than a worker lives, and most of what
 * is done is done for runs that somebody else has to go on with.
 */
const AT_ONCE = 4;

/** What is said on each thread, all at once. */
const SAID = ["pay 1", "pay 2"];

/** Milliseconds after which what nobody answers is lost. */
const PATIENCE_MS = 300_000;

/** Milliseconds until something is said again: at first, and at most. */
const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 800;

/** Many threads over some workers, of which one is killed each second. */
export function manyTests({ stage, lacks }: SuiteContext, options: ManyOptions): void {
  const { threads: size, workers: count, killEveryMs } = options;
  const title = `${size} threads over ${count} workers with a kill every ${killEveryMs} ms`;
  const timeout = PATIENCE_MS + size * 5_000;
  const onBusy = lacks.reject === undefined ? ("reject" as const) : undefined;
  it.skipIf(lacks.processes)(
    `[F65] ${title}: nothing is lost, nothing happens twice`,
    { timeout },
    async ({ task }) => {
      const workers = await Promise.all(Array.from({ length: count }, (_, index) => stage().start(index)));
      const say = (threadId: string, at: number) =>
        answered(workers, { do: "ask", threadId, id: `${threadId}-${at}`, text: SAID[at] ?? "", onBusy });
      const logOf = async (threadId: string): Promise<readonly Told[]> => {
        const { value, ...error } = (await workers[0]?.tell({ do: "log", threadId })) ?? {};
        if (value === undefined) throw new Error(`the log of "${threadId}" cannot be read: ${JSON.stringify(error)}`);
        return value;
      };
      const calm = async (threadId: string, order: readonly number[]) => {
        for (const at of order) await say(threadId, at);
        return logOf(threadId);
      };
      const histories = [await calm("calm", [0, 1]), await calm("calm too", [1, 0])];
      const killer = killing(stage(), workers, killEveryMs);
      const todo = Array.from({ length: size }, (_, number) => `thread-${number}`);
      const answers = new Map<string, readonly string[]>();
      const sayAll = async (threadId: string) =>
        void answers.set(threadId, await Promise.all(SAID.map((_, at) => say(threadId, at))));
      await inLanes(count * AT_ONCE, todo, sayAll).finally(killer.stop);
      const kills = await killer.stop();
      const threads: ManyThread[] = [];
      await inLanes(AT_ONCE, todo, async (threadId) => {
        const asks = SAID.map((_, at) => `${threadId}-${at}`);
        const given = Object.fromEntries(asks.map((ask, at) => [ask, answers.get(threadId)?.[at]]));
        const log = await logOf(threadId);
        threads.push({ threadId, asks, answers: given, log, done: stage().world.done(threadId) });
      });
      const begun = stage().world.begun();
      const wrong = faultsOf(threads, { answers: SAID.map(answerTo), done: SAID, histories, begun });
      if (wrong.length > 0) throw new Error(`${wrong.length} threads went wrong: ${JSON.stringify(wrong, null, 2)}`);
      expect(kills).toBeGreaterThan(0);
      task.meta.many = { threads: size, runs: size * SAID.length, workers: count, kills };
    },
  );
}

/** Does something with each item, some of them at a time. */
async function inLanes<T>(lanes: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const drive = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, drive));
}

/** Says something to whoever is there, and again to the next one where that came to nothing. Gives what was answered, or why nothing was. */
async function answered(
  workers: readonly Worker[],
  ask: Parameters<Worker["tell"]>[0] & { readonly do: "ask" },
): Promise<string> {
  const end = Date.now() + PATIENCE_MS;
  // Those of one thread begin at workers of their own.
  const first = Number(ask.id.replaceAll(/\D+/gu, ""));
  let last: unknown;
  let pause = PAUSE_MS;
  for (let attempt = 0; Date.now() < end; attempt += 1) {
    const answer = await workers[(first + attempt) % workers.length]?.tell(ask);
    if (answer?.value !== undefined) return answer.value.text;
    last = answer;
    await new Promise((wake) => setTimeout(wake, pause));
    // Where somebody is at work, each question costs the ones who work; the next worker is asked soon where one has died.
    if (answer?.error !== GONE) pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
  return `nothing: ${JSON.stringify(last)}`;
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
