import fc from "fast-check";
import { anyCase } from "./wire-case.ts";
import { checkCase } from "./wire-check.ts";
import { fixtureOf } from "./wire-fixture.ts";
import type { WireFixture } from "./wire-fixture.ts";

/** So many cases, from one seed. */
export interface Chunk {
  readonly seed: number;
  readonly cases: number;
}

/** What became of a chunk. */
export interface ChunkResult {
  readonly seconds: number;
  /** Cases that came to a prompt; the others hold no user turn. */
  readonly prompts: number;
  /** The smallest case that fails, and how. */
  readonly failure?: { readonly fixture: WireFixture; readonly error: string };
}

process.on("message", (chunk: Chunk) => process.send?.(run(chunk)));

function run({ seed, cases }: Chunk): ChunkResult {
  const start = performance.now();
  let prompts = 0;
  const property = fc.property(anyCase, (given) => {
    if (checkCase(given)) prompts += 1;
  });
  const { counterexample, errorInstance } = fc.check(property, { seed, numRuns: cases });
  const seconds = (performance.now() - start) / 1_000;
  if (counterexample === null) return { seconds, prompts };
  const fixture = fixtureOf(counterexample[0], `found by the property with seed ${seed}`);
  return { seconds, prompts, failure: { fixture, error: String(errorInstance) } };
}
