import type { LogRange } from "swarmgraph";

/** What a checkpoint names of the logs of its namespace, by channel. */
export interface NamedLog {
  readonly namespace: string;
  readonly named: ReadonlyMap<string, readonly LogRange[]>;
}

/** Entries of a log from a number up to another one, both included. */
export interface LogGap {
  readonly namespace: string;
  readonly channel: string;
  readonly first: number;
  readonly last: number;
}

interface Log {
  readonly namespace: string;
  readonly channel: string;
  readonly ranges: readonly LogRange[];
}

/**
 * The entries that no kept checkpoint names. Entries behind the last one that any checkpoint names are left: the
 * checkpoint that is to name them may be on its way.
 */
export function findGaps(all: readonly NamedLog[], kept: readonly NamedLog[]): readonly LogGap[] {
  const stay = byLog(kept);
  return [...byLog(all)].flatMap(([key, { namespace, channel, ranges }]) => {
    const end = Math.max(...ranges.map(([, last]) => last));
    const gaps: LogGap[] = [];
    let next = 0;
    for (const [first, last] of (stay.get(key)?.ranges ?? []).toSorted(([a], [b]) => a - b)) {
      if (first > next) gaps.push({ namespace, channel, first: next, last: first - 1 });
      next = Math.max(next, last + 1);
    }
    if (next <= end) gaps.push({ namespace, channel, first: next, last: end });
    return gaps;
  });
}

function byLog(checkpoints: readonly NamedLog[]): ReadonlyMap<string, Log> {
  const logs = new Map<string, { namespace: string; channel: string; ranges: LogRange[] }>();
  for (const { namespace, named } of checkpoints) {
    for (const [channel, ranges] of named) {
      const key = JSON.stringify([namespace, channel]);
      const log = logs.get(key) ?? { namespace, channel, ranges: [] };
      log.ranges.push(...ranges);
      logs.set(key, log);
    }
  }
  return logs;
}
