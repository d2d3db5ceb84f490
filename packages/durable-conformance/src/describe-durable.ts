import { afterEach, beforeEach, describe } from "vitest";
import { crashTests } from "./crash-tests.ts";
import { manyTests } from "./many-tests.ts";
import type { ManyOptions } from "./many-tests.ts";
import { createStage } from "./stage.ts";
import type { Ability, DurableBackend, Stage } from "./stage.ts";
import { threadTests } from "./thread-tests.ts";

/** What the suite is told of a backend. */
export interface DescribeDurableOptions {
  /** What it cannot do, and why: the tests of it are skipped, and the reason stands in the name of the suite. */
  readonly lacks?: Readonly<Partial<Record<Ability, string>>> | undefined;
  /** How large the test with many threads is. Default: 60 threads, or `SWARMGRAPH_THREADS`; 4 workers; a kill a second. */
  readonly many?: Partial<ManyOptions> | undefined;
}

/**
 * The suite that everything passes which keeps the runs of a swarm: concurrent runs, forks and time travel, processes that
 * are killed before and after an effect, that freeze and wake up late, cancelling, busy threads, answers after a restart,
 * and many threads over several workers of which one is killed each second.
 *
 * @example
 * <!-- not run: it is a test file -->
 * ```ts
 * import { checkpointerEngine, describeDurable, startHere } from "@swarmgraph/durable-conformance";
 * import { SwarmMemorySaver } from "swarmgraph";
 *
 * describeDurable(
 *   "memory",
 *   async () => {
 *     const checkpointer = new SwarmMemorySaver();
 *     return {
 *       start: (given) => startHere(async (swarmOf) => checkpointerEngine(swarmOf, { checkpointer }), given),
 *       remove: async () => {},
 *     };
 *   },
 *   { lacks: { processes: "its threads end with the process" } },
 * );
 * ```
 */
export function describeDurable(
  name: string,
  makeBackend: () => Promise<DurableBackend>,
  { lacks = {}, many }: DescribeDurableOptions = {},
): void {
  describe(`${name}`, () => {
    let stage: Stage;
    beforeEach(async () => {
      stage = await createStage(makeBackend);
    });
    afterEach(() => stage.end());
    const context = { stage: () => stage, lacks };
    threadTests(context);
    crashTests(context);
    const threads = Number(process.env["SWARMGRAPH_THREADS"] ?? 60);
    manyTests(context, { threads, workers: 4, killEveryMs: 1_000, ...many });
  });
}
