import { setImmediate } from "node:timers/promises";
import type { BaseMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryThreadLock, SwarmError } from "../../src/index.ts";
import type { OnBusy } from "../../src/index.ts";
import { says } from "../support.ts";
import { heldSwarm } from "../run/held-swarm.ts";

const anyRun = fc.record({
  onBusy: fc.constantFrom<OnBusy>("reject", "enqueue", "interrupt", "rollback"),
  thread: fc.constantFrom("t", "t", "t", "u"),
  /** Which of the graphs that share a checkpointer. */
  graph: fc.nat(1),
  /** Whether the caller leaves at some time. */
  leaves: fc.constantFrom(false, false, false, true),
});

type Run = typeof anyRun extends fc.Arbitrary<infer T> ? T : never;

interface Outcome {
  readonly run: Run;
  readonly said: string;
  readonly log?: readonly BaseMessage[];
  readonly error?: unknown;
}

const LEFT = new Error("the user left");

/** Makes the runs at the times that the scheduler wants, and lets it choose when each of their turns goes on. */
async function play(runs: readonly Run[], { scheduler, withLock }: { scheduler: fc.Scheduler; withLock: boolean }) {
  const checkpointer = new MemorySaver();
  const lock = withLock ? memoryThreadLock() : undefined;
  const hold = (said: string) => scheduler.schedule(Promise.resolve(), `turn ${said}`);
  const graphs = [0, 1].map(() => heldSwarm(hold).compile({ checkpointer, lock }));
  const graphOf = (run: Run) => graphs[run.graph] as (typeof graphs)[number];
  const outcomes = runs.map(async (run, index): Promise<Outcome> => {
    const said = `${index}`;
    const controller = new AbortController();
    await scheduler.schedule(Promise.resolve(), `start ${said}`);
    if (run.leaves) void scheduler.schedule(Promise.resolve(), `leave ${said}`).then(() => controller.abort(LEFT));
    const options = { configurable: { thread_id: run.thread }, onBusy: run.onBusy, signal: controller.signal };
    try {
      return { run, said, log: (await graphOf(run).invoke(says(said), options)).messages };
    } catch (error) {
      return { run, said, error: controller.signal.aborted && !SwarmError.is(error) ? LEFT : error };
    }
  });
  const all = Promise.all(outcomes);
  await scheduler.waitFor(all);
  // A run that was left winds up behind its caller's back; LangGraph's saver cannot be read while it writes its first checkpoint.
  await setImmediate();
  const logOf = async (thread: string) => {
    const { values } = await graphOf(runs[0] as Run).getState({ configurable: { thread_id: thread } });
    return (values as { messages?: BaseMessage[] }).messages ?? [];
  };
  return { outcomes: await all, logs: { t: await logOf("t"), u: await logOf("u") } };
}

const idsOf = (messages: readonly BaseMessage[]) => messages.map(({ id }) => id);

describe("concurrent runs", () => {
  it.each([false, true])(
    "[F32][I12][I14][I15] lose no user message, never fork a log and end as they are typed to, with a lock: %j",
    async (withLock) => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), fc.array(anyRun, { minLength: 1, maxLength: 6 }), async (scheduler, runs) => {
          const { outcomes, logs } = await play(runs, { scheduler, withLock });
          for (const { run, said, log, error } of outcomes) {
            const thread = logs[run.thread as "t" | "u"];
            const times = thread.filter(({ type, text }) => type === "human" && text === said).length;
            if (log !== undefined) {
              // A run that came to its end is a part of the log for good.
              expect(idsOf(thread).slice(0, log.length)).toEqual(idsOf(log));
              expect([log.at(-1)?.text, times]).toEqual([`re ${said}`, 1]);
            } else if (error === LEFT) {
              expect(run.leaves).toBe(true);
              expect(times).toBeLessThanOrEqual(1);
            } else {
              expect(SwarmError.is(error) && error.code).toBe(
                run.onBusy === "reject" && times === 0 ? "THREAD_BUSY" : "RUN_SUPERSEDED",
              );
              expect(times).toBe((error as SwarmError).code === "THREAD_BUSY" ? 0 : 1);
            }
          }
          for (const [name, log] of Object.entries(logs)) {
            const mine = outcomes.filter(({ run }) => run.thread === name).map(({ said }) => said);
            const spoken = log.filter(({ type }) => type === "human").map(({ text }) => text);
            expect(mine).toEqual(expect.arrayContaining(spoken));
            expect(new Set(idsOf(log)).size).toBe(log.length);
          }
        }),
        { numRuns: 60 },
      );
    },
    60_000,
  );
});
