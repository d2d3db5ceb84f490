import { isCommand } from "@langchain/langgraph";
import { runAlone } from "./busy-run.ts";
import type { OwnOptions, ThreadRun } from "./busy-run.ts";
import { deployedResume } from "./compatible-resume.ts";
import { keepLeftStep } from "./left-run.ts";
import type { Head, LeftPlace } from "./left-run.ts";
import { readAhead } from "./read-ahead.ts";
import { checkedResume } from "./resume.ts";
import { routeAgain } from "./unrouted.ts";

/** Begins a run: with what it is to go on from, and what it has to itself. */
export type Begin<T> = (input: unknown, own: OwnOptions) => AsyncGenerator<T>;

/**
 * A turn on a thread, as its only writer: puts in order what an earlier run has left, and checks that an answer fits what
 * was asked.
 *
 * @param run what is run; `given` is its `configurable`.
 * @throws SwarmError as `runAlone`, `checkedResume`, `deployedResume` and `routeAgain`; what the run throws.
 */
export async function* runOnThread<T>(
  input: unknown,
  run: ThreadRun & { readonly given: Readonly<Record<string, unknown>> },
  begin: Begin<T>,
): AsyncGenerator<T> {
  yield* runAlone(run, async (own) => {
    const configurable = { ...run.given, ...own.fence };
    const place = { ...run, checkpointId: configurable["checkpoint_id"], configurable };
    const head = await takeUp(input, place);
    const answer = await checkedResume(await deployedResume(input, place), place);
    const checkpointer = head === undefined ? own.checkpointer : readAhead(own.checkpointer, head);
    return begin(answer, { ...own, checkpointer });
  });
}

/** Puts a thread in order that was left within a step, before a run goes on with it. Gives its head, where that was read. */
async function takeUp(input: unknown, place: LeftPlace): Promise<Head | undefined> {
  if (input === null) await routeAgain(place);
  return typeof input === "object" && input !== null && !isCommand(input) ? keepLeftStep(place) : undefined;
}
