import type { SwarmEvent } from "swarmgraph";
import { describe, expect, it } from "vitest";
import { approveAll, startBench, until, waiting } from "./bench.ts";

/** The events from an offset until one that is asked for. */
async function read(
  events: AsyncIterable<SwarmEvent>,
  isLast: (event: SwarmEvent) => boolean = () => false,
): Promise<SwarmEvent[]> {
  const list: SwarmEvent[] = [];
  for await (const event of events) {
    list.push(event);
    if (isLast(event)) break;
  }
  return list;
}

describe("the events of a run on Restate", () => {
  it("are read by others while it goes on, from any offset, numbered without gaps", async () => {
    const bench = await startBench("Events");
    try {
      const started = await bench.threads.start("t", "slow and steady");
      const early = await read(bench.threads.events(started.runId), ({ type }) => type === "agent.started");
      expect((await bench.threads.get("t")).run?.status).toBe("running");
      const rest = read(bench.threads.events(started.runId, { from: early.length }));
      bench.open();
      const late = await rest;
      const all = await read(bench.threads.events(started.runId));
      expect([...early, ...late]).toEqual(all);
      expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index));
      expect(all.map(({ type }) => type)).toEqual([
        "run.started",
        "agent.started",
        "message.started",
        "message.done",
        "agent.done",
        "run.done",
      ]);
    } finally {
      await bench.close();
    }
  });

  it("are told once each, although the worker dies and the run is gone through again", async () => {
    const bench = await startBench("EventsKill");
    try {
      const started = await bench.threads.start("t", "refund order 7");
      await waiting(bench.threads, "t");
      await bench.restart();
      await approveAll(bench.threads, started);
      const all = await read(bench.threads.events(started.runId));
      const told = all.filter(({ type }) => /^(?:message|handoff|tool|approval)\./.test(type));
      const names = told.map((event) => {
        const { type, id = "", callId = "" } = event as { type: string; id?: string; callId?: string };
        return `${type} ${id} ${callId}`;
      });
      expect(new Set(names).size).toBe(names.length);
      expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index));
      expect(all.filter(({ type }) => type === "run.interrupted")).toHaveLength(2);
      expect(all.at(-1)?.type).toBe("run.done");
      expect(names.filter((name) => name.startsWith("tool.done"))).toHaveLength(3);
    } finally {
      await bench.close();
    }
  });

  it("name the question by the id that its answer goes by", async () => {
    const bench = await startBench("EventsAsk");
    try {
      const started = await bench.threads.start("t", "person, please");
      const events = await read(bench.threads.events(started.runId), ({ type }) => type === "run.interrupted");
      const asked = events.find((event) => event.type === "human.requested");
      const { run } = await waiting(bench.threads, "t");
      expect(asked).toMatchObject({ name: "Ada", id: run?.waits[0]?.id });
      await bench.threads.answer(run?.waits[0]?.id ?? "", "Ada here.");
      const last = (await read(bench.threads.events(started.runId, { from: events.length }))).at(-1);
      expect(last).toMatchObject({ type: "run.done", output: "Ada here." });
    } finally {
      await bench.close();
    }
  });

  it("end with the reason where the run was cancelled", async () => {
    const bench = await startBench("EventsCancel");
    try {
      const started = await bench.threads.start("t", "slow");
      await until(() => bench.effects().includes("begun slow"));
      await bench.threads.cancel("t");
      const all = await read(bench.threads.events(started.runId));
      expect(all.at(-1)).toMatchObject({ type: "run.error", code: "RUN_CANCELLED" });
    } finally {
      await bench.close();
    }
  });
});
