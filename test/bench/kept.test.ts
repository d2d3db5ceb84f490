import { describe, expect, it } from "vitest";
import { isAlike, keptRuns } from "../../bench/kept.ts";
import { catalogue } from "../../bench/systems/catalogue.ts";
import { workloads } from "../../bench/workloads.ts";

describe("what the bench keeps", () => {
  const kept = keptRuns();

  it("is a run for each major version of Node.js, the oldest first", () => {
    expect(kept.length).toBeGreaterThan(0);
    const majors = kept.map(({ version }) => Number.parseInt(version, 10));
    expect(majors).toEqual([...new Set(majors)].toSorted((one, other) => one - other));
  });

  it("is of systems and workloads that there are, so that a page can be made of it", () => {
    const systems = new Set(Object.keys(catalogue));
    const ids = new Set(workloads.map(({ id }) => id));
    for (const { results } of kept) {
      expect(results.cells.length).toBeGreaterThan(0);
      for (const { system, workload } of results.cells) {
        expect(systems).toContain(system);
        expect(ids).toContain(workload);
      }
    }
  });

  it("takes versions for alike by their major one alone", () => {
    expect(isAlike("24.1.0", "24.21.0")).toBe(true);
    expect(isAlike("24.1.0", "20.21.0")).toBe(false);
  });
});
