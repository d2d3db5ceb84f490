import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problemsOfPrompt } from "../../src/project/validate-wire.ts";
import { anyCase } from "../property/wire-case.ts";
import { checkCase } from "../property/wire-check.ts";
import { caseOf, fixtureOf } from "../property/wire-fixture.ts";
import type { WireFixture } from "../property/wire-fixture.ts";

const fixtures = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8")) as WireFixture);

describe("[I05][I22] requests that providers refused once", () => {
  it("are here", () => {
    expect(fixtures.length).toBeGreaterThanOrEqual(6);
  });

  it.each(fixtures)("$options.profile: $title", (fixture) => {
    const given = caseOf(fixture);
    const { profile, model } = given.options;
    const asItIs = problemsOfPrompt(profile, { messages: given.log, model });
    if (fixture.breaks !== undefined) expect(asItIs.map(({ rule }) => rule)).toContain(fixture.breaks);
    expect(checkCase(given)).toBe(true);
  });

  it("replay as they were found", () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const fixture = fixtureOf(given, "any");
        const again = caseOf(JSON.parse(JSON.stringify(fixture)) as WireFixture);
        expect(fixtureOf(again, "any")).toEqual(fixture);
        expect(checkCase(again)).toBe(checkCase(given));
      }),
      { numRuns: 300 },
    );
  });
});
