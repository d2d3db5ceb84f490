import { describe, expect, it } from "vitest";
import { ratiosOf, regressionsOf, updatedBaseline } from "../../bench/baseline.ts";
import { cellsOf } from "../../bench/cells.ts";
import { checkGoal } from "../../bench/goal-check.ts";
import { goals } from "../../bench/goals.ts";
import type { Goal, Measure } from "../../bench/goals.ts";
import { parseOptions } from "../../bench/options.ts";
import { mainMetric, Results } from "../../bench/results.ts";
import { catalogue } from "../../bench/systems/catalogue.ts";
import { quickOnce, quickWorkloads, workloads } from "../../bench/workloads.ts";

const cell = (system: string, workload: string, ...costs: number[]) => ({
  system,
  workload,
  rounds: costs.map((cost) => ({ [mainMetric(workload)]: cost })),
});

const verdictOf = (measure: Measure, bound: Pick<Goal, "is" | "bound">, results: Results) => {
  const { value, verdict } = checkGoal({ text: "", measure, ...bound }, results);
  return [value, verdict];
};

describe("a ratio", () => {
  it("is made of the fastest of all rounds, so that a round on a busy machine changes nothing", () => {
    const results = new Results([cell("ours", "turn/h1", 100, 12, 10), cell("strands", "turn/h1", 20, 200, 30)]);
    expect(results.ratio("strands", "ours", "turn/h1")).toBe(2);
    expect(results.value("strands", "turn/h1")).toBe(20);
  });

  it("of anything else than a time is made of the medians", () => {
    const heap = (system: string, ...bytes: number[]) => ({
      system,
      workload: "build/a2-full",
      rounds: bytes.map((heapBytes) => ({ heapBytes })),
    });
    const results = new Results([heap("ours", 1, 2, 9), heap("strands", 1, 8, 9)]);
    expect(results.ratio("strands", "ours", "build/a2-full", "heapBytes")).toBe(4);
  });

  it("is absent where one of the two was not measured", () => {
    const results = new Results([cell("ours", "turn/h1", 10)]);
    expect(results.ratio("strands", "ours", "turn/h1")).toBeUndefined();
    expect(ratiosOf(results)).toEqual({ "turn/h1": {} });
  });
});

describe("a part that is measured again", () => {
  it("takes the place of the same cells, in their order; what is new comes behind", () => {
    const earlier = new Results([
      cell("ours", "turn/h1", 1),
      cell("strands", "turn/h1", 2),
      cell("ours", "turn/h10", 3),
    ]);
    const again = new Results([cell("ours", "turn/h50", 9), cell("strands", "turn/h1", 7)]);
    expect(again.over(earlier).cells).toEqual([
      cell("ours", "turn/h1", 1),
      cell("strands", "turn/h1", 7),
      cell("ours", "turn/h10", 3),
      cell("ours", "turn/h50", 9),
    ]);
  });
});

describe("a goal", () => {
  const results = new Results([
    cell("ours", "turn/h1", 10),
    cell("ours", "turn/h10", 20),
    cell("ours", "turn/h50", 108),
    cell("hand-loop", "turn/h1", 1),
    cell("hand-loop", "turn/h50", 50),
    cell("ours", "history/n0", 1_000),
    cell("ours", "history/n10000", 12_000),
    cell("ours", "build/a500-full", 250),
    { system: "ours", workload: "surcharge/events", rounds: [0.1, 0.3, 0.05].map((surcharge) => ({ surcharge })) },
  ]);

  it("compares slopes: 2 µs a handoff over 1 µs", () => {
    const measure = { kind: "slopes", of: "ours", over: "hand-loop" } as const;
    expect(verdictOf(measure, { is: "at most", bound: 3 }, results)).toEqual([2, "met"]);
    expect(verdictOf(measure, { is: "at least", bound: 3 }, results)).toEqual([2, "missed"]);
  });

  it("takes the growth from 10 to 50 handoffs", () => {
    const [value, verdict] = verdictOf({ kind: "exponent", system: "ours" }, { is: "at most", bound: 1.05 }, results);
    expect(value).toBeCloseTo(Math.log(5.4) / Math.log(5));
    expect(verdict).toBe("met");
  });

  it("takes the cost of a message for each of a turn's eleven model calls", () => {
    const measure = { kind: "per-message", system: "ours" } as const;
    expect(verdictOf(measure, { is: "at most", bound: 0.2 }, results)).toEqual([0.1, "met"]);
  });

  it("takes a metric as it is, and a surcharge as a share", () => {
    const metric = {
      kind: "metric",
      system: "ours",
      workload: "build/a500-full",
      metric: "buildMs",
      scale: 1 / 1_000,
    } as const;
    expect(verdictOf(metric, { is: "at most", bound: 0.3 }, results)).toEqual([0.25, "met"]);
    const surcharge = { kind: "surcharge", system: "ours", workload: "surcharge/events" } as const;
    expect(verdictOf(surcharge, { is: "at most", bound: 0.15 }, results)).toEqual([0.1, "met"]);
  });

  it("knows its floor where that misses the bound as well: no code of ours could meet it", () => {
    const measure = { kind: "ratio", of: "hand-loop", over: "ours", workload: "turn/h50" } as const;
    const floorOver = (over: string, bound: number) => {
      const floor = { system: "naive-graph", measure: { ...measure, over } } as const;
      return checkGoal({ text: "", measure, is: "at least", bound, floor }, results).floor;
    };
    expect(floorOver("hand-loop", 2)).toBe(1);
    expect(floorOver("hand-loop", 1)).toBeUndefined();
    expect(floorOver("strands", 2)).toBeUndefined();
  });

  it("that nothing was measured for is neither met nor missed", () => {
    for (const goal of goals) expect(checkGoal(goal, new Results([])).verdict).toBe("not measured");
  });

  it("of the list names systems and workloads that there are", () => {
    const known = cellsOf(workloads).map(({ system, workload }) => `${system} ${workload.id}`);
    for (const { measure } of goals) {
      if (measure.kind === "ratio") {
        expect(known).toContain(`${measure.of} ${measure.workload}`);
        expect(known).toContain(`${measure.over} ${measure.workload}`);
      }
      if (measure.kind === "metric" || measure.kind === "surcharge") {
        expect(known).toContain(`${measure.system} ${measure.workload}`);
      }
      if (measure.kind === "slopes")
        expect(Object.keys(catalogue)).toEqual(expect.arrayContaining([measure.of, measure.over]));
    }
  });
});

describe("the baseline", () => {
  const before = { "turn/h1": { "strands / ours": 2, "openai-agents / ours": 4 }, "turn/h2": { "strands / ours": 1 } };

  it("finds the ratios that lost more than 15 %, and no others", () => {
    const now = {
      "turn/h1": { "strands / ours": 1.6, "openai-agents / ours": 3.5 },
      "turn/h9": { "strands / ours": 0.1 },
    };
    expect(regressionsOf(now, before)).toEqual([{ workload: "turn/h1", pair: "strands / ours", before: 2, now: 1.6 }]);
  });

  it("does not compare ours with ours at another speed", () => {
    const own = (ratio: number) => ({ "turn/h1": { "ours-stepped / ours": ratio, "ours / ours-stepped": ratio } });
    expect(regressionsOf(own(1), own(9))).toEqual([]);
  });

  it("keeps what a run left out", () => {
    const updated = updatedBaseline({ date: "a", ratios: before }, { date: "b", ratios: { "turn/h1": {} } });
    expect(updated).toEqual({ date: "b", ratios: { "turn/h1": {}, "turn/h2": { "strands / ours": 1 } } });
    expect(updatedBaseline(undefined, updated)).toEqual(updated);
  });
});

describe("the cells", () => {
  it("have ids that say their kind, each once", () => {
    expect(new Set(workloads.map(({ id }) => id)).size).toBe(workloads.length);
    for (const { id, kind } of workloads) expect(id.startsWith(`${kind}/`)).toBe(true);
  });

  it("give every workload at least one system, and each system its own name", () => {
    for (const workload of workloads) expect(cellsOf([workload]).length).toBeGreaterThan(0);
    const infos = Object.values(catalogue);
    expect(new Set(infos.map(({ name }) => name)).size).toBe(infos.length);
  });

  it("of a quick run are a part of all, with ours and every peer", () => {
    const ids = workloads.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(quickWorkloads.map(({ id }) => id)));
    const known = cellsOf(workloads).map(({ system, workload }) => `${system} ${workload.id}`);
    const once = cellsOf(quickOnce).map(({ system, workload }) => `${system} ${workload.id}`);
    expect(known).toEqual(expect.arrayContaining(once));
    expect(new Set(once).size).toBe(once.length);
    expect(once).toEqual(expect.arrayContaining(["ours surcharge/otel-unused", "ours checkpoint/postgres-n1000"]));
    expect(new Set(cellsOf(quickWorkloads).map(({ system }) => system))).toEqual(new Set(Object.keys(catalogue)));
  });
});

describe("the options", () => {
  it("have five rounds and write the page, quick ones three and do not", () => {
    expect(parseOptions([])).toMatchObject({ rounds: 5, write: true, json: false, updateBaseline: false });
    expect(parseOptions(["--quick", "--json"])).toMatchObject({ rounds: 3, write: false, json: true });
    expect(parseOptions(["--only", "turn/"])).toMatchObject({ write: false, only: "turn/" });
    expect(parseOptions(["--quick", "--write", "--rounds", "1"])).toMatchObject({ rounds: 1, write: true });
    expect(parseOptions(["--quick"])).toMatchObject({ minutes: 2.4 });
    expect(parseOptions(["--quick", "--minutes", "8"])).toMatchObject({ minutes: 8 });
    expect(parseOptions([])).toMatchObject({ minutes: Number.POSITIVE_INFINITY });
  });

  it("refuse what they do not know", () => {
    expect(() => parseOptions(["--fast"])).toThrow("--fast");
    expect(() => parseOptions(["--rounds", "0"])).toThrow(RangeError);
    expect(() => parseOptions(["--minutes", "soon"])).toThrow("--minutes");
  });
});
