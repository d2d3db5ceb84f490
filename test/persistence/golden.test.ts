import { readdirSync, readFileSync } from "node:fs";
import { MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { shape } from "../support.ts";
import { scenarios } from "./golden/scenarios.ts";
import type { Scenario } from "./golden/scenarios.ts";
import { fromGolden, toGolden } from "./golden/storage.ts";
import type { GoldenStorage } from "./golden/storage.ts";

const folder = new URL("golden/", import.meta.url);
const releases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

function goldenOf(release: string, { name }: Scenario): GoldenStorage {
  return JSON.parse(readFileSync(new URL(`${release}/${name}.json`, folder), "utf8")) as GoldenStorage;
}

/** What a thread came to, without what differs from run to run. */
function told({ messages, activeAgent, handoffs, outcome }: Awaited<ReturnType<Scenario["resume"]>>) {
  const ledger = handoffs.map(({ from, to, status, approval, input, reason }) => {
    return { from, to, status, approval, input, reason };
  });
  return { log: shape(messages), activeAgent, ledger, kind: outcome.kind, path: outcome.path };
}

describe("threads that a release has stored", () => {
  it("are there for each scenario and release", () => {
    expect(releases.map(({ name }) => name)).toContain("0.1");
    for (const { name: release } of releases) {
      const files = readdirSync(new URL(`${release}/`, folder));
      for (const file of files) expect(scenarios.map(({ name }) => `${name}.json`)).toContain(file);
    }
  });

  for (const { name: release } of releases) {
    for (const file of readdirSync(new URL(`${release}/`, folder))) {
      const scenario = scenarios.find(({ name }) => `${name}.json` === file) as Scenario;
      it(`[F66] [I13] of ${release} come to what a fresh run comes to: ${scenario.name}`, async () => {
        const fresh = new MemorySaver();
        await scenario.begin(fresh);
        const expected = told(await scenario.resume(fresh));
        expect(expected.log.length).toBeGreaterThan(3);
        expect(told(await scenario.resume(fromGolden(goldenOf(release, scenario))))).toEqual(expected);
      });
    }
  }

  it("are told as JSON without loss", async () => {
    for (const scenario of scenarios) {
      const saver = new MemorySaver();
      await scenario.begin(saver);
      const golden = toGolden(saver);
      const again = fromGolden(golden);
      expect(toGolden(again)).toEqual(golden);
      expect(again.storage).toEqual(saver.storage);
      expect(again.writes).toEqual(saver.writes);
    }
  });
});
