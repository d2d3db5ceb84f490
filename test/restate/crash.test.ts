import { existsSync, readFileSync } from "node:fs";
import type { DurableThread, RunWait } from "@swarmgraph/durable-restate/client";
import { SwarmMemorySaver } from "swarmgraph";
import { describe, expect, it } from "vitest";
import { crashSwarm, SCENARIOS } from "../crash-swarm.ts";
import { approveAll, plain, startBench, until, waiting } from "./bench.ts";
import type { Bench } from "./bench.ts";

type Scenario = (typeof SCENARIOS)[number];

/** The run without a crash: its messages, its effects without their threads, and the points that it passes. */
async function undisturbed(scenario: Scenario) {
  const happened: string[] = [];
  const points: string[] = [];
  const effects = { happened, add: (line: string) => void happened.push(line) };
  const graph = crashSwarm(scenario, effects, (name) => void points.push(name)).compile({
    checkpointer: new SwarmMemorySaver(),
  });
  const { messages } = await graph.invoke({ messages: "Go" }, { configurable: { thread_id: "t" } });
  return { messages: plain(messages), effects: happened, points };
}

/** Starts the worker anew each time it ends, until the run is over; gives how often that was. */
async function survived<T>(bench: Bench, run: Promise<T>): Promise<{ readonly end: T; readonly kills: number }> {
  let kills = 0;
  const over = run.then(
    () => "over" as const,
    () => "over" as const,
  );
  for (;;) {
    const died = until(() => bench.service.child.signalCode !== null).then(() => "died" as const);
    if ((await Promise.race([over, died])) === "over") return { end: await run, kills };
    expectKilled(bench);
    kills += 1;
    await bench.restart();
  }
}

function expectKilled({ service }: Bench): void {
  expect(service.child.signalCode).toBe("SIGKILL");
}

/** What was paid, each by its key, in the order of the alphabet: tools run side by side. */
function paid(effects: readonly string[]): readonly string[] {
  return effects.filter((line) => line.startsWith("pay")).toSorted();
}

/** Kills at every point of a run, one thread for each. */
async function expectSurvival(scenario: Scenario, every: number): Promise<void> {
  const expected = await undisturbed(scenario);
  const name = `Crash${SCENARIOS.indexOf(scenario)}`;
  let killed = 0;
  for (let dieAt = 1; dieAt <= expected.points.length; dieAt += every) {
    const bench = await startBench(`${name}x${dieAt}`, { swarm: scenario, dieAt });
    try {
      const { end, kills } = await survived(bench, bench.threads.run("t", "Go"));
      killed += kills;
      expect(plain(end.messages), `killed at point ${dieAt}`).toEqual(expected.messages);
      expect(paid(bench.effects()), `killed at point ${dieAt}`).toEqual(paid(expected.effects));
      const mails = bench.effects().filter((line) => line.startsWith("mail"));
      expect(new Set(mails)).toEqual(new Set(expected.effects.filter((line) => line.startsWith("mail"))));
      // One that has no key may be sent once more, where the process died with it.
      expect(mails.length).toBeLessThanOrEqual(new Set(mails).size + 1);
    } finally {
      await bench.close();
    }
  }
  expect(killed).toBe(Math.ceil(expected.points.length / every));
}

describe("a worker that is killed", () => {
  it("before and after each model call and effect, over three agents: the same end, keyed effects once", async () => {
    await expectSurvival("three agents", 1);
  }, 240_000);

  it("while tools run side by side: the same end, keyed effects once", async () => {
    await expectSurvival("siblings", 1);
  }, 240_000);

  it("at some points of the other kinds of runs: the same end, keyed effects once", async () => {
    await expectSurvival("beside a handoff", 3);
    await expectSurvival("there and back", 4);
  }, 240_000);

  it("while a run waits for approvals: it takes the answers after the restart", async () => {
    const bench = await startBench("CrashWait");
    try {
      const started = await bench.threads.start("t", "refund order 7");
      const before = await waiting(bench.threads, "t");
      await bench.restart();
      const after = await bench.threads.get("t");
      expect(after.run?.waits).toEqual(before.run?.waits);
      await approveAll(bench.threads, started);
      const { messages } = await bench.threads.result(started);
      expect(messages.at(-1)?.text).toBe("v1: done.");
      expect(bench.effects().toSorted()).toEqual(["lookup 7", "lookup 8", expect.stringMatching(/^refund 7 t:/)]);
    } finally {
      await bench.close();
    }
  });

  it("and is answered while it is down: the run goes on when the worker is back", async () => {
    const bench = await startBench("CrashDown");
    try {
      const started = await bench.threads.start("t", "person, please");
      const { run } = await waiting(bench.threads, "t");
      await bench.service.kill();
      await bench.threads.answer(run?.waits[0]?.id ?? "", "Ada here.");
      await bench.restart();
      const { messages } = await bench.threads.result(started);
      expect(messages.at(-1)?.text).toBe("Ada here.");
    } finally {
      await bench.close();
    }
  });

  it("makes model calls again only where their answer was not kept", async () => {
    const { points } = await undisturbed("siblings");
    const dieAt = points.indexOf("after pay") + 1;
    const bench = await startBench("CrashOnce", { swarm: "siblings", dieAt });
    try {
      await survived(bench, bench.threads.run("t", "Go"));
      const lines = pointsOf(bench);
      expect(lines.filter((line) => line === "before model a")).toHaveLength(2);
    } finally {
      await bench.close();
    }
  });
});

describe("a tool whose effect must not happen twice", () => {
  it("is not run again by itself where nobody knows what came of it: a person says so", async () => {
    const bench = await startBench("CrashUnsafe", { dieAt: 1 });
    try {
      const started = await bench.threads.start("t", "wire the money");
      const run = bench.threads.result(started);
      const asked = waiting(bench.threads, "t");
      const { end: thread, kills } = await survived(bench, asked);
      const { id, value } = waitOf(thread);
      expect(kills).toBe(1);
      expect(value).toMatchObject({ type: "tool.request", calls: [{ name: "wire", begun: true }] });
      expect(bench.effects()).toEqual(["wire"]);
      const { calls } = value as { calls: readonly [{ callId: string }] };
      await bench.threads.answer(id, { [calls[0].callId]: { result: "It arrived." } });
      const { messages } = await run;
      expect(messages.find(({ type }) => type === "tool")?.text).toBe("It arrived.");
      expect(bench.effects()).toEqual(["wire"]);
    } finally {
      await bench.close();
    }
  });
});

function waitOf({ run }: DurableThread): RunWait {
  const [wait] = run?.waits ?? [];
  if (wait === undefined) throw new Error("the run waits for nothing");
  return wait;
}

function pointsOf({ pointsFile }: Bench): readonly string[] {
  return existsSync(pointsFile) ? readFileSync(pointsFile, "utf8").trimEnd().split("\n") : [];
}
