import type { Told } from "./orders.ts";

/** A thread after the storm. */
export interface ManyThread {
  readonly threadId: string;
  /** The ids of what was asked on it. */
  readonly asks: readonly string[];
  /** What each of them was answered, by its id; `undefined` where nobody answered. */
  readonly answers: Readonly<Record<string, string | undefined>>;
  readonly log: readonly Told[];
  /** Its effects in the world, in order. */
  readonly done: readonly string[];
}

/** What threads are compared with. */
export interface ManyExpected {
  /** What each ask is answered, in the order of the asks. */
  readonly answers: readonly string[];
  /** The effects of a thread, in any order. */
  readonly done: readonly string[];
  /** The histories of threads whose processes nobody killed, one for each order that the asks can come in. */
  readonly histories: readonly (readonly Told[])[];
  /** See {@link World.begun}. */
  readonly begun: readonly string[];
}

/** What is wrong with a thread, a sentence each. */
export interface ManyFault {
  readonly threadId: string;
  readonly faults: readonly string[];
}

/** Finds the threads on which something was lost, happened twice, overlapped, or came to another history. Pure. */
export function faultsOf(threads: readonly ManyThread[], expected: ManyExpected): readonly ManyFault[] {
  const known = new Map(threads.flatMap(({ threadId, asks }) => asks.map((ask) => [ask, threadId] as const)));
  const begun = new Map(threads.map(({ threadId }) => [threadId, [] as string[]]));
  for (const ask of expected.begun) begun.get(known.get(ask) ?? "")?.push(ask);
  const whole = new Set(expected.histories.map((history) => JSON.stringify(history)));
  return threads.flatMap((thread) => {
    const { threadId, asks, answers, log, done } = thread;
    const runs = (begun.get(threadId) ?? []).filter((ask, at, all) => ask !== all[at - 1]);
    const faults = [
      ...asks.flatMap((ask, at) => {
        const given = answers[ask];
        return given === expected.answers[at] ? [] : [`"${ask}" was answered ${JSON.stringify(given)}`];
      }),
      ...(sameOf(done, expected.done) ? [] : [`the effects are ${JSON.stringify(done)}`]),
      ...(sameOf(runs, asks) ? [] : [`the runs are not one after the other: ${runs.join(", ")}`]),
      ...(whole.has(JSON.stringify(log)) ? [] : [`the history is another one: ${JSON.stringify(log)}`]),
    ];
    return faults.length === 0 ? [] : [{ threadId, faults }];
  });
}

/** Whether two lists have the same items, each as often, in any order. */
function sameOf(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted());
}
