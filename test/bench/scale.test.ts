import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { usual } from "../../bench/scale/assumptions.ts";
import { parseStat } from "../../bench/scale/cpu.ts";
import { figuresOf } from "../../bench/scale/figures.ts";
import { ceilings, needs } from "../../bench/scale/needs.ts";
import type { Assumptions, Figures, Needs } from "../../bench/scale/needs.ts";
import { parseScaleOptions } from "../../bench/scale/options.ts";
import { scalePage } from "../../bench/scale/page.ts";
import { added, costFrom, ratiosOf, together } from "../../bench/scale/scale-run.ts";
import type { ScaleRun } from "../../bench/scale/scale-run.ts";
import { bytes } from "../../bench/scale/shown.ts";

const figures: Figures = {
  workerCpuMs: { perTurn: 4, perCall: 2 },
  server: {
    transactions: { perTurn: 1, perCall: 3 },
    walBytes: { perTurn: 100, perCall: 300 },
    storedBytes: { perTurn: 1_000, perCall: 3_000 },
    cpuMs: { perTurn: 1, perCall: 1 },
  },
};

const given: Assumptions = {
  conversationsPerDay: 864_000,
  turnsPerConversation: 2,
  callsPerTurn: 3,
  secondsPerCall: 5,
  peakFactor: 4,
  utilisation: 0.5,
  retentionDays: 10,
  runsPerWorker: 100,
  connectionsPerWorker: 5,
  perServer: { cores: 8, transactions: 200, storedBytes: 1e12, connections: 1_000 },
};

describe("what so many conversations need", () => {
  it("follows from rates and costs, by hand", () => {
    expect(needs(figures, given)).toEqual({
      conversations: { mean: 10, peak: 40 },
      turns: { mean: 20, peak: 80 },
      modelCalls: { mean: 60, peak: 240 },
      // 240 calls a second, of 5 seconds each.
      runsAtOnce: 1_200,
      // 80 runs a second of 10 ms, on cores that are half used.
      workerCores: 1.6,
      // 1,200 runs at once, 100 in each process.
      workers: 12,
      transactions: { mean: 200, peak: 800 },
      walBytesPerDay: 20 * 86_400 * 1_000,
      storedBytesPerDay: 20 * 86_400 * 10_000,
      storedBytesRetained: 20 * 864_000 * 10_000,
      serverCores: 0.64,
      connections: 60,
      // 800 transactions of 200.
      servers: 4,
      boundBy: "transactions",
    } satisfies Needs);
  });

  it("is one worker and one server for hardly anything", () => {
    const { workers, servers } = needs(figures, { ...given, conversationsPerDay: 1 });
    expect([workers, servers]).toEqual([1, 1]);
  });

  it.each([
    ["cores", { cores: 0.001 }],
    ["transactions", { transactions: 0.001 }],
    ["storedBytes", { storedBytes: 0.001 }],
    ["connections", { connections: 0.001 }],
  ] as const)("names %s where that asks for most servers", (bound, limit) => {
    expect(needs(figures, { ...given, perServer: { ...given.perServer, ...limit } }).boundBy).toBe(bound);
  });

  it.each([
    [{ utilisation: 0 }, "utilisation is 0"],
    [{ utilisation: 1.1 }, "utilisation is 1.1"],
    [{ runsPerWorker: 0.5 }, "runsPerWorker is 0.5"],
    [{ conversationsPerDay: -1 }, "conversationsPerDay is -1"],
    [{ peakFactor: Number.NaN }, "peakFactor is NaN"],
    [{ perServer: { ...given.perServer, cores: 0 } }, "perServer.cores is 0"],
  ])("refuses %o", (wrong, message) => {
    expect(() => needs(figures, { ...given, ...wrong })).toThrow(message);
  });
});

const amount = fc.double({ min: 0.01, max: 1e6, noNaN: true });
const cost = fc.record({ perTurn: amount, perCall: amount });
const anyFigures: fc.Arbitrary<Figures> = fc.record({
  workerCpuMs: cost,
  server: fc.record({ transactions: cost, walBytes: cost, storedBytes: cost, cpuMs: cost }),
});
const anyAssumptions: fc.Arbitrary<Assumptions> = fc.record({
  conversationsPerDay: fc.double({ min: 1, max: 1e10, noNaN: true }),
  turnsPerConversation: fc.double({ min: 1, max: 50, noNaN: true }),
  callsPerTurn: fc.double({ min: 1, max: 50, noNaN: true }),
  secondsPerCall: fc.double({ min: 0.1, max: 60, noNaN: true }),
  peakFactor: fc.double({ min: 1, max: 20, noNaN: true }),
  utilisation: fc.double({ min: 0.1, max: 1, noNaN: true }),
  retentionDays: fc.double({ min: 1, max: 1_000, noNaN: true }),
  runsPerWorker: fc.integer({ min: 1, max: 10_000 }),
  connectionsPerWorker: fc.integer({ min: 1, max: 100 }),
  perServer: fc.record({ cores: amount, transactions: amount, storedBytes: amount, connections: amount }),
});

/** Everything of a need that is a number, by name. */
function numbersOf(need: Needs): Readonly<Record<string, number>> {
  const { conversations, turns, modelCalls, transactions, boundBy: _, ...rest } = need;
  const rates = { conversations, turns, modelCalls, transactions };
  const flat = Object.entries(rates).flatMap(([name, { mean, peak }]) => [
    [`${name}.mean`, mean],
    [`${name}.peak`, peak],
  ]);
  return { ...rest, ...(Object.fromEntries(flat) as Record<string, number>) };
}

const WHOLE = new Set(["workers", "servers", "connections"]);

describe("for any figures and assumptions", () => {
  it("rates, bytes and cores grow in proportion to the conversations", () => {
    fc.assert(
      fc.property(anyFigures, anyAssumptions, fc.integer({ min: 2, max: 1_000 }), (some, assumed, times) => {
        const once = numbersOf(needs(some, assumed));
        const often = numbersOf(needs(some, { ...assumed, conversationsPerDay: times * assumed.conversationsPerDay }));
        for (const [name, value] of Object.entries(once)) {
          if (!WHOLE.has(name)) expect((often[name] ?? 0) / value / times).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  const growing = [
    "conversationsPerDay",
    "turnsPerConversation",
    "callsPerTurn",
    "secondsPerCall",
    "peakFactor",
  ] as const;

  it.each([...growing, "retentionDays", "connectionsPerWorker"] as const)("nothing gets less with more %s", (name) => {
    fc.assert(
      fc.property(anyFigures, anyAssumptions, fc.integer({ min: 2, max: 100 }), (some, assumed, times) => {
        const less = numbersOf(needs(some, assumed));
        const more = numbersOf(needs(some, { ...assumed, [name]: times * assumed[name] }));
        for (const [key, value] of Object.entries(less)) expect(more[key]).toBeGreaterThanOrEqual(value);
      }),
    );
  });

  it("what costs more never needs less", () => {
    fc.assert(
      fc.property(anyFigures, anyAssumptions, amount, (some, assumed, more) => {
        const { perTurn, perCall } = some.workerCpuMs;
        const dearer = { ...some, workerCpuMs: { perTurn: perTurn + more, perCall } };
        const before = numbersOf(needs(some, assumed));
        for (const [key, value] of Object.entries(numbersOf(needs(dearer, assumed)))) {
          expect(value).toBeGreaterThanOrEqual(before[key] ?? 0);
        }
      }),
    );
  });

  it("whole servers and processes are no more than one above what is asked", () => {
    fc.assert(
      fc.property(anyFigures, anyAssumptions, (some, assumed) => {
        const { servers, workers, workerCores, runsAtOnce } = needs(some, assumed);
        expect(Number.isInteger(servers) && Number.isInteger(workers)).toBe(true);
        expect(workers).toBeLessThan(Math.max(workerCores, runsAtOnce / assumed.runsPerWorker) + 1 + 1e-6);
        expect(workers).toBeGreaterThanOrEqual(workerCores);
      }),
    );
  });

  it("a server takes as many conversations as its lowest ceiling says, and no more by far", () => {
    fc.assert(
      fc.property(anyFigures, anyAssumptions, (some, assumed) => {
        const { connections: _, ...ends } = ceilings(some, assumed);
        const lowest = Math.min(...Object.values(ends));
        const perServer = { ...assumed.perServer, connections: Number.MAX_VALUE };
        const serversAt = (conversationsPerDay: number) =>
          needs(some, { ...assumed, perServer, conversationsPerDay }).servers;
        expect([serversAt(lowest * 0.999), serversAt(lowest * 1.001)]).toEqual([1, 2]);
      }),
    );
  });
});

describe("costs", () => {
  it("of a call and of a turn come out of three counts, whatever is there beside the runs", () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), fc.nat(10_000), (perTurn, perCall, beside) => {
        const counted = (runs: number, calls: number) => beside + runs * (perTurn + calls * perCall);
        const counts = { few: counted(8, 2), many: counted(40, 2), long: counted(40, 12) };
        const found = costFrom(counts, { runs: [8, 40], calls: 2, more: 10 });
        expect(found.perCall).toBeCloseTo(perCall, 6);
        expect(found.perTurn).toBeCloseTo(perTurn, 6);
      }),
    );
  });

  it("are never below nothing, however the machine has shaken them", () => {
    expect(costFrom({ few: 9, many: 5, long: 1 }, { runs: [1, 2], calls: 2, more: 10 })).toEqual({
      perCall: 0,
      perTurn: 0,
    });
  });

  it("of workers side by side are their mean by runs, and their rates add up", () => {
    const workers = [
      { runs: 30, runsPerSecond: 3, cpuMsPerRun: 10 },
      { runs: 10, runsPerSecond: 1, cpuMsPerRun: 20 },
    ];
    expect(together(workers)).toEqual({ runs: 40, runsPerSecond: 4, cpuMsPerRun: 12.5 });
  });
});

const run: ScaleRun = {
  date: "2026-11-21",
  machine: "a machine",
  versions: { swarmgraph: "0.1.0" },
  note: "",
  rounds: [
    { "step/plain": { stepCpuMs: 1, turnCpuMs: 4 }, "step/postgres": { stepCpuMs: 8, turnCpuMs: 20 } },
    { "step/plain": { stepCpuMs: 2, turnCpuMs: 5 }, "step/postgres": { stepCpuMs: 12, turnCpuMs: 30 } },
    { "step/plain": { stepCpuMs: 4, turnCpuMs: 5 } },
  ],
  skipped: { "step/restate": "its server is not installed" },
  counts: {},
};

describe("a run", () => {
  it("gives ratios of the rounds that have both", () => {
    expect(ratiosOf(run, "stepCpuMs", ["step/postgres", "step/plain"])).toEqual([8, 6]);
  });

  it("gives figures by call and by turn, and none of what was not run", () => {
    expect(figuresOf(run, "postgres")?.workerCpuMs).toEqual({ perCall: 10, perTurn: 5 });
    expect(figuresOf(run, "restate")).toBeUndefined();
  });

  it("becomes a page that names what was not run, and why", () => {
    const page = scalePage(run);
    expect(page).toContain("- `step/restate`: its server is not installed");
    expect(page).toContain("| PostgreSQL ");
    expect(page).toContain("3 rounds, of which some may hold a part of the cells. a machine.");
  });
});

describe("a run that is added to another", () => {
  const later = {
    ...run,
    load: "It was busy.",
    rounds: [{ "step/restate": { stepCpuMs: 3 } }],
    skipped: { "step/dbos": "it took long" },
  };
  const both = added(run, { ...later, counts: { restate: { ...figures.server } } });

  it("keeps the rounds of both, and what was counted", () => {
    expect(both.rounds).toEqual([...run.rounds, ...later.rounds]);
    expect(Object.keys(both.counts)).toEqual(["restate"]);
    expect(both.load).toBe("It was busy.");
  });

  it("names as skipped what neither has", () => {
    expect(both.skipped).toEqual({ "step/dbos": "it took long" });
  });
});

describe("docs/scale.md", () => {
  const committed = JSON.parse(readFileSync("bench/scale.json", "utf8")) as ScaleRun;

  it("is what the committed figures come to, and nothing that was typed", () => {
    expect(readFileSync("docs/scale.md", "utf8")).toBe(scalePage(committed));
  });

  it("was measured in interleaved rounds, with every backend or the reason why not", () => {
    expect(committed.note).toContain("ratios within a round");
    expect(committed.rounds.length).toBeGreaterThan(0);
    const cells = new Set([...Object.keys(committed.rounds[0] ?? {}), ...Object.keys(committed.skipped)]);
    const asked = ["step/dbos", "step/restate", "workers/postgres/4", "workers/dbos/4", "threads/10000"];
    expect(asked.filter((cell) => !cells.has(cell))).toEqual([]);
  });

  it("says every assumption that it computes with", () => {
    const page = scalePage(committed);
    const names = Object.entries(usual).flatMap(([name, value]) =>
      typeof value === "number" ? [name] : Object.keys(value).map((part) => `${name}.${part}`),
    );
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("the harness", () => {
  it("reads the CPU time of a process and of its children that have ended, whatever its name", () => {
    const line = "4242 (post gres: x) (y)) S 17 1 1 0 -1 4194560 1 2 3 4 100 20 3 4 20 0 1 0 99 1 1";
    expect(parseStat(line)).toEqual({ pid: 4_242, name: "post gres: x) (y)", parent: 17, cpuMs: 1_270 });
  });

  it("takes rounds, minutes and cells, and says what makes no sense", () => {
    expect(parseScaleOptions(["--", "--rounds", "2", "--only", "step/"])).toEqual({
      rounds: 2,
      minutes: 4,
      only: "step/",
      add: false,
      page: false,
    });
    expect(() => parseScaleOptions(["--rounds", "0"])).toThrow("--rounds takes a whole number, not 0");
    expect(() => parseScaleOptions(["--minutes", "no"])).toThrow("--minutes takes a number above 0, not no");
    expect(() => parseScaleOptions(["--quick"])).toThrow("--quick");
  });

  it("writes bytes in the unit that leaves few figures", () => {
    expect([0, 12, 1_500, 2.5e9, 4e15].map(bytes)).toEqual(["–", "12 B", "1.5 KB", "2.5 GB", "4 PB"]);
  });
});
