import { describe, expect, it } from "vitest";
import { measureCell } from "../../bench/cell.ts";
import { assertTurn } from "../../bench/kinds/assert-turn.ts";
import { measure, measureOnce } from "../../bench/measure.ts";
import { catalogue } from "../../bench/systems/catalogue.ts";
import { Script } from "../../bench/systems/script.ts";
import type { System } from "../../bench/systems/system.ts";
import { workload } from "../../bench/workloads.ts";

const effort = { warmUpMs: 1, measureMs: 1 };

/** The systems that need no peer. */
const OWN = ["ours", "ours-stepped", "naive-graph", "hand-loop", "trivial-graph"];

const chain = workload("turn/h3", "turn", { handoffs: 3 });
const chainWithTools = workload("turn/h2-tools", "turn", { handoffs: 2, tools: true });

describe("every system does the same", () => {
  it.each([
    ...OWN.map((id) => [id, chain] as const),
    ...OWN.filter((id) => id !== "trivial-graph").map((id) => [id, chainWithTools] as const),
  ])("%s, turn after turn", async (id, given) => {
    const system = (await catalogue[id]?.load()) as System;
    const prepared = await system.prepare(given);
    await assertTurn(given, prepared, prepared.run);
    await assertTurn(given, prepared, prepared.run);
  });
});

describe("a cell", () => {
  it.each([
    workload("history/n20", "history", { handoffs: 2, history: 20 }),
    workload("concurrent/c3", "concurrent", { runs: 3 }),
    workload("stream/tokens", "stream", { consumer: "attentive", stream: "tokens" }),
    workload("stream/events", "stream", { consumer: "attentive", stream: "events" }),
    workload("checkpoint/memory", "checkpoint", { handoffs: 2, history: 4, saver: "memory" }),
    workload("cold/start", "cold"),
    workload("projection/n40", "projection", { history: 40 }),
  ])("measures $id of ours", async (given) => {
    const answer = await measureCell({ system: "ours", workload: given, effort });
    if (!("metrics" in answer)) throw new Error(JSON.stringify(answer));
    const values = Object.values(answer.metrics);
    expect(values.length).toBeGreaterThan(1);
    expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
  });

  it("that cannot be measured says why", async () => {
    const tools = workload("turn/h1-tools", "turn", { tools: true });
    expect(await measureCell({ system: "trivial-graph", workload: tools, effort })).toEqual({
      skipped: "it has no tools",
    });
    expect(await measureCell({ system: "strands", workload: workload("bundle/size", "bundle"), effort })).toEqual({
      skipped: "it does no bundle",
    });
    expect(await measureCell({ system: "nobody", workload: tools, effort })).toEqual({
      failed: 'there is no system "nobody"',
    });
  });
});

describe("a turn that does less than the others", () => {
  const given = workload("turn/h2", "turn", { handoffs: 2 });

  it.each([
    ["handoffs", { handoffs: 1, text: "Your parcel is on its way." }, 3],
    ["text", { handoffs: 2, text: "" }, 3],
    ["modelCalls", { handoffs: 2, text: "Your parcel is on its way." }, 2],
  ])("is found out by its %s", async (what, turn, modelCalls) => {
    const script = new Script(given);
    const run = async () => {
      script.tally.modelCalls += modelCalls;
      return turn;
    };
    await expect(assertTurn(given, script, run)).rejects.toThrow(what);
  });

  it("is found out by a prompt without the history", async () => {
    const long = { ...given, history: 10 };
    const script = new Script(long);
    await expect(assertTurn(long, script, async () => ({ handoffs: 2, text: "" }))).rejects.toThrow("saw 0 messages");
  });
});

describe("measuring", () => {
  it("divides the cost of a sample by the turns in it, and takes the least and the middle", async () => {
    let runs = 0;
    const cost = await measure(async () => void (runs += 1), { warmUpMs: 2, measureMs: 5 });
    expect(runs).toBeGreaterThan(cost.samples);
    expect(cost.cpuMin).toBeLessThanOrEqual(cost.cpuMedian);
    expect(cost.wallMin).toBeLessThanOrEqual(cost.wallMedian);
  });

  it("plays each run once where they cannot be repeated", async () => {
    const played: number[] = [];
    const cost = await measureOnce([1, 2, 3].map((run) => async () => void played.push(run)));
    expect(played).toEqual([1, 2, 3]);
    expect(cost.samples).toBe(3);
  });
});
