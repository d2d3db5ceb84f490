import { describe, expect, it } from "vitest";
import { measureCell } from "../../bench/cell.ts";
import { assertTurn } from "../../bench/kinds/assert-turn.ts";
import { measure, measureOnce, measurePairs } from "../../bench/measure.ts";
import { projectFile } from "../../bench/paths.ts";
import { profileCosts } from "../../bench/profile-costs.ts";
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

  it.each(["nothing", "events", "events-tokens", "events-over-stream", "recording", "recording-over-events"] as const)(
    "measures a turn with %s beside it, and says how far it may be off",
    async (surcharge) => {
      const given = workload(`surcharge/${surcharge}`, "surcharge", { handoffs: 2, surcharge });
      for (const system of ["ours", "ours-stepped"]) {
        const answer = await measureCell({ system, workload: given, effort });
        if (!("metrics" in answer)) throw new Error(JSON.stringify(answer));
        const { surcharge: middle = Number.NaN, low, high, pairs } = answer.metrics;
        expect(middle).toBeGreaterThan(-1);
        expect(low).toBeLessThanOrEqual(middle);
        expect(high).toBeGreaterThanOrEqual(middle);
        expect(pairs).toBeGreaterThanOrEqual(8);
      }
    },
  );

  it("says whose code a hop's time is spent in", async () => {
    const given = workload("profile/h5", "profile", { handoffs: 5 });
    const longer = { warmUpMs: 1, measureMs: 50 };
    const answer = await measureCell({ system: "ours-stepped", workload: given, effort: longer });
    if (!("metrics" in answer)) throw new Error(JSON.stringify(answer));
    const entries = Object.entries(answer.metrics);
    const of = entries.filter(([key]) => key.startsWith("of "));
    expect(of.map(([key]) => key)).toEqual(expect.arrayContaining(["of LangChain", "of LangGraph"]));
    const { cpuMin = Number.NaN } = answer.metrics;
    expect(of.reduce((sum, [, cost]) => sum + cost, 0)).toBeCloseTo(cpuMin / 6, 3);
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

describe("a profile", () => {
  const at = (functionName: string, url: string) => ({ functionName, url });
  const nodes = [
    { id: 1, callFrame: at("(root)", ""), children: [2, 6, 7, 8, 9, 12] },
    { id: 2, callFrame: at("turn", projectFile("dist/compile/direct.js").href), children: [3, 4] },
    { id: 3, callFrame: at("get", "") },
    { id: 4, callFrame: at("invoke", "file:///x/node_modules/@langchain/core/dist/a.js"), children: [5, 10] },
    { id: 10, callFrame: at("RunTree", "file:///x/node_modules/langsmith/dist/run_trees.js"), children: [11] },
    { id: 11, callFrame: at("randomFill", "node:internal/crypto/random"), children: [] },
    { id: 12, callFrame: at("RunTree", "file:///x/node_modules/other/index.js"), children: [] },
    { id: 5, callFrame: at("step", "file:///x/node_modules/@langchain/langgraph/dist/b.js") },
    { id: 6, callFrame: at("(idle)", "") },
    { id: 7, callFrame: at("(garbage collector)", "") },
    { id: 8, callFrame: at("tick", "node:internal/process/task_queues") },
    { id: 9, callFrame: at("call", projectFile("bench/dist/systems/script.js").href) },
  ];

  it("gives what is built in to its caller, leaves out waiting and what was before, and shares out the CPU time", () => {
    const samples = [2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    const profile = { nodes, startTime: 100, samples, timeDeltas: samples.map(() => 10) };
    expect(profileCosts(profile, { from: 115, hops: 2, cpu: 200 })).toEqual({
      "of swarmgraph": 20,
      "in src/compile/direct.ts:turn": 20,
      "of LangChain": 20,
      "of LangGraph": 10,
      "of garbage": 10,
      "of Node and V8": 20,
      "of bench": 10,
      "of other packages": 10,
      "with RunTree": 20,
    });
  });
});

describe("measuring", () => {
  it("takes pairs in turn, each the other way round than the one before", async () => {
    const order: string[] = [];
    const halves = [async () => void order.push("plain"), async () => void order.push("more")] as const;
    const { surcharge, low, high, pairs } = await measurePairs(halves, { warmUpMs: 1, measureMs: 5 });
    const batches = order.filter((name, index) => name !== order[index - 1]);
    expect(batches.slice(-2).toSorted()).toEqual(["more", "plain"]);
    expect(pairs).toBeGreaterThanOrEqual(8);
    expect(low <= surcharge && surcharge <= high).toBe(true);
    expect(order.filter((name) => name === "plain")).toHaveLength(order.length / 2);
  });

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
