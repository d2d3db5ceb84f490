import fc from "fast-check";
import { describe, it } from "vitest";
import { casesOf } from "./wire-case.ts";
import { checkCase } from "./wire-check.ts";

/** Runs of the main property: 10,000 by default, more by `WIRE_RUNS`; of the others a fifth each. `pnpm check:wire` runs a million. */
const numRuns = Number(process.env["WIRE_RUNS"] ?? 10_000);

const fewer = Math.ceil(numRuns / 5);

const seed = process.env["WIRE_SEED"] === undefined ? {} : { seed: Number(process.env["WIRE_SEED"]) };

describe("[I05][I22] the projection of any history, for any provider", () => {
  it(`is valid on the wire, pure and idempotent, or a typed error (${numRuns} cases)`, () => {
    fc.assert(
      fc.property(casesOf.valid, (given) => void checkCase(given)),
      { numRuns, ...seed },
    );
  }, 600_000);

  it(`keeps what was sent as a prefix while the agent stays active (${fewer} cases)`, () => {
    fc.assert(
      fc.property(casesOf.stable, (given) => void checkCase(given)),
      { numRuns: fewer, ...seed },
    );
  }, 600_000);

  it(`sends nothing of what a history policy hides (${fewer} cases)`, () => {
    fc.assert(
      fc.property(casesOf.private, (given) => void checkCase(given)),
      { numRuns: fewer, ...seed },
    );
  }, 600_000);
});
