import { createRequire } from "node:module";
import type fastCheck from "fast-check";
import { FEW_RUNS } from "./areas.ts";

// By require, since the import is the one that this module stands in for.
const fc = createRequire(import.meta.url)("fast-check") as typeof fastCheck;

interface Parameters {
  readonly numRuns?: number;
}

function few(parameters: Parameters = {}): Parameters {
  return { seed: 1, ...parameters, numRuns: Math.min(parameters.numRuns ?? FEW_RUNS, FEW_RUNS) } as Parameters;
}

/** fast-check as the mutation tests have it: the same few cases for each mutant. */
const withFewCases = {
  ...fc,
  assert: (property: never, parameters?: Parameters) => fc.assert(property, few(parameters)),
  check: (property: never, parameters?: Parameters) => fc.check(property, few(parameters)),
};

// oxlint-disable-next-line import/no-default-export -- the module that it stands in for has one
export default withFewCases;
