import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkGoal } from "../../bench/goal-check.ts";
import { goals } from "../../bench/goals.ts";
import { performancePage } from "../../bench/report/page.ts";
import type { Report } from "../../bench/report/page.ts";
import { plotsOf } from "../../bench/report/plots.ts";
import { printReport } from "../../bench/report/print.ts";
import { logScale } from "../../bench/report/scale.ts";
import { escapeXml, lineChart, shortNumber } from "../../bench/report/svg.ts";
import { figure, markdownTable } from "../../bench/report/table.ts";
import { Results } from "../../bench/results.ts";
import type { CellResult } from "../../bench/results.ts";

const cell = (system: string, workload: string, ...costs: number[]): CellResult => ({
  system,
  workload,
  rounds: costs.map((cpuMin) => ({ cpuMin, wallMin: 2 * cpuMin })),
});

const cells: CellResult[] = [
  cell("ours", "turn/h1", 100, 110),
  cell("ours", "turn/h10", 1_000, 1_100),
  cell("openai-agents", "turn/h1", 300, 330),
  cell("openai-agents", "turn/h10", 4_000, 4_400),
  { system: "strands", workload: "turn/h1", rounds: [], skipped: "it is not there" },
];

function reportOf(given: readonly CellResult[]): Report {
  const results = new Results(given);
  return {
    results,
    goals: goals.map((goal) => checkGoal(goal, results)),
    regressions: [{ workload: "turn/h1", pair: "openai-agents / ours", before: 5, now: 3 }],
    plots: plotsOf(results),
    machine: "A machine, 2 cores, 8 GB, Node 1.2.3",
    load: undefined,
    date: "2026-11-21",
    mode: "quick",
    rounds: 2,
    versions: { swarmgraph: "0.1.0" },
    otherNodes: [
      {
        version: "99.1.2",
        date: "2026-11-20",
        results: new Results([cell("ours", "turn/h1", 50), cell("openai-agents", "turn/h1", 45)]),
      },
    ],
  };
}

describe("a logarithmic axis", () => {
  it("ends on powers of ten, and puts every value between its ends", () => {
    const value = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const { at, ticks } = logScale(values, [0, 100]);
        expect(at(ticks[0] as number)).toBeCloseTo(0);
        expect(at(ticks.at(-1) as number)).toBeCloseTo(100);
        for (const each of values) {
          expect(at(each)).toBeGreaterThanOrEqual(-1e-6);
          expect(at(each)).toBeLessThanOrEqual(100 + 1e-6);
        }
      }),
    );
  });

  it("refuses what has no logarithm", () => {
    expect(() => logScale([], [0, 1])).toThrow(RangeError);
    expect(() => logScale([1, 0], [0, 1])).toThrow("positive");
  });
});

describe("a chart", () => {
  const svg = lineChart(
    [
      {
        name: "a <b> & c",
        points: [
          [1, 10],
          [10, 100],
        ],
        isOurs: true,
      },
      { name: "never measured", points: [] },
    ],
    { title: "Turns", x: "handoffs", y: "µs" },
  );

  it("is well-formed, with a line and its points for each series that has any", () => {
    expect(svg.startsWith("<svg ")).toBe(true);
    expect(svg.trimEnd().endsWith("</svg>")).toBe(true);
    expect(svg.match(/<polyline /gu)).toHaveLength(1);
    expect(svg.match(/<circle /gu)).toHaveLength(2);
    expect(svg).toContain("a &lt;b&gt; &amp; c");
    expect(svg).not.toContain("never measured");
    expect(svg).not.toContain("NaN");
    const opened = svg.match(/<text /gu)?.length;
    expect(svg.match(/<\/text>/gu)).toHaveLength(opened as number);
  });

  it("rises to the right where the cost does", () => {
    const [, points = ""] = /points="([^"]+)"/u.exec(svg) ?? [];
    const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = points.split(" ").map((pair) => pair.split(",").map(Number));
    expect(x2).toBeGreaterThan(x1);
    expect(y2).toBeLessThan(y1);
  });

  it("writes ticks and texts so that they can be read", () => {
    expect([0.1, 1, 1_500, 2_000_000].map(shortNumber)).toEqual(["0.1", "1", "1.5k", "2M"]);
    expect(escapeXml(`"<&>"`)).toBe("&quot;&lt;&amp;&gt;&quot;");
  });
});

describe("a Markdown table", () => {
  it("has a head, a ruler and a row for each", () => {
    expect(
      markdownTable([
        ["a", "b"],
        ["x|y", "1"],
      ]),
    ).toBe("| a    |   b |\n| ---- | --: |\n| x\\|y |   1 |");
  });

  it("shows three figures of each number", () => {
    expect([0.1234, 12.345, 1_449.6, undefined, Number.NaN].map(figure)).toEqual(["0.123", "12.3", "1,450", "–", "–"]);
  });
});

describe("the page", () => {
  const report = reportOf(cells);
  const page = performancePage(report);
  /** Without the padding of the tables. */
  const bare = page.replaceAll(/ +/gu, " ");

  it("says when, where and on what it was measured", () => {
    expect(page).toContain("2026-11-21");
    expect(page).toContain("A machine, 2 cores");
    expect(page).toContain("swarmgraph 0.1.0");
  });

  it("shows each system's turns, the ratio to ours and the cost of one more handoff", () => {
    expect(bare).toContain("| @openai/agents | 300 | 3 | 4,000 | 4 | 411 | 10 % |");
    expect(bare).toContain("| swarmgraph | 100 | 1 | 1,000 | 1 | 100 | 10 % |");
  });

  it("shows beside its own goals what a run on another Node.js came to, as far as it went", () => {
    const [, other = ""] = bare.split("## On Node.js 99.1.2");
    expect(other).toContain("2026-11-20");
    expect(other).toContain("| openai-agents: ahead on turn/h1 | ≥ 1 | 0.9 | **missed** | 3 |");
    expect(other.split("\n## ")[0]).not.toContain("turn/h10");
    expect(other).toContain("| @openai/agents | 45 | 0.9 | 0 % |");
  });

  it("says of a missed goal that LangGraph alone misses it too, and of no other", () => {
    const stepped = cell("ours-stepped", "turn/h10", 9_000, 9_900);
    const pageWith = (step: number) =>
      performancePage(reportOf([...cells, stepped, cell("trivial-graph", "turn/h10", step)]));
    expect(pageWith(5_000)).toContain(
      "- openai-agents: not behind at 10 handoffs, stepped: LangGraph's trivial step comes to 0.8.",
    );
    expect(pageWith(2_000)).not.toContain("Out of reach");
    expect(performancePage(reportOf(cells))).not.toContain("Out of reach");
  });

  it("shows each goal with its verdict, and what it did not measure with the reason", () => {
    expect(bare).toContain("| openai-agents: ahead on turn/h1 | ≥ 1 | 3 | met |");
    expect(bare).toContain("| openai-agents: ahead on turn/h50 | ≥ 1 | – | **not measured** |");
    expect(page).toContain("- **@strands-agents/sdk**: it is not there (`turn/h1`)");
    expect(page).not.toContain("## Bundle");
  });

  it("refers to the plots that are written beside it, and to no other", () => {
    const files = report.plots.map(({ file }) => file);
    expect(files).toEqual(["turns.svg"]);
    expect([...page.matchAll(/performance\/([a-z-]+\.svg)/gu)].map(([, file]) => file)).toEqual(files);
  });

  it("and the printed lines name a regression", () => {
    expect(bare).toContain("| turn/h1: openai-agents / ours | 5 | 3 |");
    expect(printReport(report)).toContain("REGRESSION turn/h1: openai-agents / ours is 3, and was 5");
  });

  it("says where the machine was busy, and whose time a hop is, where that was looked at", () => {
    const costs = { "of swarmgraph": 30, "of LangChain": 60, "of garbage": 10, "in src/compile/direct.ts:turn": 20 };
    const profiled = { system: "ours", workload: "profile/h50", rounds: [{ cpuMin: 5_000, ...costs }] };
    const withTrees = { ...profiled, workload: "profile/h50-tools", rounds: [{ ...costs, "with RunTree": 25 }] };
    const told = performancePage({ ...reportOf([...cells, profiled, withTrees]), load: "It was busy." });
    expect(told).toContain("**It was busy.**");
    expect(told.replaceAll(/ +/gu, " ")).toContain("| LangChain | 60 | 60 % |");
    expect(told.match(/swarmgraph: 30 % of a hop is spent in our code, 60 % upstream/gu)).toHaveLength(2);
    expect(told.match(/ are 25 µs, 25 %\./gu)).toHaveLength(1);
    expect(told).toContain("each agent calls a tool:");
    expect(told).toContain("src/compile/direct.ts:turn");
    expect(page).not.toContain("It was busy");
    expect(page).not.toContain("## Whose time it is");
  });

  it("can be written of a run that measured nothing", () => {
    expect(performancePage(reportOf([]))).toContain("# Performance");
  });
});
