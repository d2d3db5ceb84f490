import { describe, expect, it } from "vitest";
import { system } from "../../bench/peers/corpus/systems/ours.ts";
import { peerFaults } from "../../bench/peers/corpus/faults.ts";
import { corpus } from "./corpus.ts";
import type { Fault } from "./fault.ts";
import { toMarkdown } from "./page.ts";
import { peersIn, readPeerResults, scoreOf } from "./peers.ts";
import type { PeerResults } from "./peers.ts";
import { OF, runCorpus } from "./report.ts";

const fine: Fault = { id: "F01", family: "tools", fault: "a|__b__", expected: "it goes on", run: () => {} };
const bad: Fault = {
  ...fine,
  id: "F02",
  run: () => {
    throw new Error("it broke\nat a line");
  },
};

const peers: PeerResults = {
  date: "2026-01-31",
  versions: { swarmgraph: "1.2.3", zeta: "4.5.6" },
  results: {
    F01: { zeta: { survived: false, reason: "it said `no`" }, alpha: { survived: true } },
    F02: { zeta: { survived: true } },
  },
};

const rowOf = (page: string, id: string) =>
  page
    .split("\n")
    .find((line) => line.startsWith(`| ${id}`))
    ?.split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

describe("the report of the corpus", () => {
  it("counts what no test made happen as not survived", async () => {
    const { faults, of, survived } = await runCorpus([bad, fine]);
    expect([survived, of, Object.keys(faults).length]).toEqual([1, OF, OF]);
    expect(faults["F01"]).toEqual({ survived: true });
    expect(faults["F02"]).toEqual({ survived: false, reason: "it broke" });
    expect(faults["F03"]).toEqual({ survived: false, reason: "no test in this run" });
    expect(Object.keys(faults)[0]).toBe("F01");
  });

  it("is a page with a row for each fault, and no word of peers where none were run", async () => {
    const page = toMarkdown(await runCorpus([fine, bad]), [fine, bad]);
    expect(rowOf(page, "F01")).toEqual(["F01", "a\\|\\_\\_b\\_\\_", "it goes on", "✓"]);
    expect(rowOf(page, "F02")).toEqual(["F02", "a\\|\\_\\_b\\_\\_", "**not survived**: it broke", "✗"]);
    expect(page).toContain(`1 of ${OF} faults are survived`);
    expect(page).not.toContain("corpus:peers");
  });

  it("shows the peers beside ours: survived, not survived with the reason, or not driven", async () => {
    const page = toMarkdown({ ...(await runCorpus([fine])), peers }, [fine]);
    expect(rowOf(page, "Fault")).toEqual(["Fault", "What goes wrong", "What the swarm does", "Ours", "alpha", "zeta"]);
    expect(rowOf(page, "F01")?.slice(3)).toEqual(["✓", "✓", "✗"]);
    expect(rowOf(page, "F02")?.slice(3)).toEqual(["✗", "–", "✓"]);
    expect(rowOf(page, "F03")?.slice(3)).toEqual(["✗", "–", "–"]);
    expect(page).toContain("on 2026-01-31:\nalpha survives 1 of 1, zeta survives 1 of 2.\n");
    expect(page).toContain("\nVersions: swarmgraph 1.2.3, zeta 4.5.6.\n");
    expect(page).toContain("- F01, zeta: `it said 'no'`");
  });

  it("has cells of one width in each column, as the formatter leaves them", async () => {
    const page = toMarkdown({ ...(await runCorpus([fine])), peers }, [fine]);
    const lines = page.split("\n").filter((line) => line.startsWith("|"));
    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
  });
});

describe("the faults that peers are put before", () => {
  it("are faults of the corpus, each once", () => {
    const ids = peerFaults.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !corpus.some((fault) => fault.id === id))).toEqual([]);
  });

  for (const { id, play } of peerFaults) {
    it(`[${id}] are survived by ours, in the same script and by the same checks`, async () => {
      await expect(play(system)).resolves.toBeUndefined();
    }, 120_000);
  }

  it("have results for nothing else, with a reason wherever a peer does not survive", () => {
    const stored = readPeerResults();
    const known = new Set(peerFaults.map(({ id }) => id));
    expect(Object.keys(stored?.results ?? {}).filter((id) => !known.has(id))).toEqual([]);
    const all = Object.values(stored?.results ?? {}).flatMap((one) => Object.values(one));
    expect(all.filter(({ survived, reason }) => !survived && !reason)).toEqual([]);
    expect(stored && peersIn(stored)).toEqual(["langgraph-swarm", "openai-agents"]);
    expect(stored && scoreOf(stored, "langgraph-swarm").of).toBeGreaterThan(50);
  });
});
