import { median, medianRange } from "./statistics.ts";

/** How long a cell is measured, in milliseconds of CPU time: so a busy machine takes longer, and measures as much. */
export interface Effort {
  readonly warmUpMs: number;
  /** Turns that are run before the first one that counts, for at most three times `warmUpMs`. Default: one. */
  readonly warmUpTurns?: number;
  readonly measureMs: number;
}

/** The cost of one turn in microseconds: `min` is the fastest sample, `median` the middle one. */
export interface Cost {
  readonly cpuMin: number;
  readonly cpuMedian: number;
  readonly wallMin: number;
  readonly wallMedian: number;
  readonly samples: number;
}

/** Milliseconds that one sample lasts at least; shorter turns are taken together. */
const SAMPLE_MS = 10;

/** Samples that are taken at least, however long they last; of a thousand runs at once each is many already. */
const samplesFor = (size: number): number => (size >= 1_000 ? 2 : 3);

/** Runs something over and over, warm, and says what one run costs. `size`: runs that one call of `run` comes to. */
export async function measure(run: () => Promise<unknown>, effort: Effort, size = 1): Promise<Cost> {
  const { warmUpMs, warmUpTurns = 1 } = effort;
  let warm = 0;
  let used = 0;
  const warmUp = spend(3 * warmUpMs);
  while (warm < 1 || used < warmUpMs || (warm < warmUpTurns && used < 3 * warmUpMs)) {
    await run();
    warm += 1;
    used = warmUp();
  }
  const batch = Math.max(1, Math.ceil((SAMPLE_MS * warm) / used));
  const samples: Sample[] = [];
  const measured = spend(effort.measureMs);
  while (samples.length < samplesFor(size) || measured() < effort.measureMs) {
    samples.push(await sample(run, batch, batch * size));
  }
  return costOf(samples);
}

/** Milliseconds of CPU time since now; all of a budget once ten times as long has passed, as with a reader who rests. */
function spend(budgetMs: number): () => number {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  return () => {
    if (performance.now() - begun > 10 * budgetMs) return budgetMs;
    const { user, system } = process.cpuUsage(cpu);
    return (user + system) / 1_000;
  };
}

/** What each of some runs costs, which cannot be repeated. */
export async function measureOnce(runs: readonly (() => Promise<unknown>)[]): Promise<Cost> {
  const samples: Sample[] = [];
  for (const run of runs) samples.push(await sample(run, 1, 1));
  return costOf(samples);
}

/** How much more one run costs than another, as shares of the other: 0.1 is ten per cent more. */
export interface Surcharge {
  /** The middle of all pairs. */
  readonly surcharge: number;
  /** Where the middle lies with 95 % certainty: from here ... */
  readonly low: number;
  /** ... to here. */
  readonly high: number;
  readonly pairs: number;
}

/** Milliseconds that one half of a pair lasts at least: short, so that there are many pairs, and few are spoiled. */
const HALF_MS = 0.5;

/**
 * Measures two runs in turn, pair by pair, each pair the other way round than the one before, so that what drifts meets both.
 * Of every pair the quotient is taken, and of the quotients the middle: a busy moment spoils a pair, and no more.
 */
export async function measurePairs(
  [plain, more]: readonly [() => Promise<unknown>, () => Promise<unknown>],
  { warmUpMs, measureMs }: Effort,
): Promise<Surcharge & Cost> {
  let warm = 0;
  let used = 0;
  const warmUp = spend(warmUpMs);
  while (warm < 1 || used < warmUpMs) {
    await plain();
    await more();
    warm += 1;
    used = warmUp();
  }
  const batch = Math.max(1, Math.ceil((2 * HALF_MS * warm) / used));
  const pairs: (readonly [without: Sample, withIt: Sample])[] = [];
  const measured = spend(measureMs);
  while (pairs.length < 8 || measured() < measureMs) {
    const isTurned = pairs.length % 2 === 1;
    const first = await sample(isTurned ? more : plain, batch, batch);
    const second = await sample(isTurned ? plain : more, batch, batch);
    pairs.push(isTurned ? [second, first] : [first, second]);
  }
  const quotients = pairs.map(([without, withIt]) => withIt.cpu / without.cpu);
  const [low, high] = medianRange(quotients);
  return {
    ...costOf(pairs.map(([, withIt]) => withIt)),
    surcharge: median(quotients) - 1,
    low: low - 1,
    high: high - 1,
    pairs: quotients.length,
  };
}

interface Sample {
  readonly cpu: number;
  readonly wall: number;
}

async function sample(run: () => Promise<unknown>, batch: number, size: number): Promise<Sample> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  for (let index = 0; index < batch; index += 1) await run();
  const wall = performance.now() - begun;
  const used = process.cpuUsage(cpu);
  return { cpu: (used.user + used.system) / size, wall: (1_000 * wall) / size };
}

function costOf(samples: readonly Sample[]): Cost {
  const cpu = samples.map((each) => each.cpu);
  const wall = samples.map((each) => each.wall);
  return {
    cpuMin: Math.min(...cpu),
    cpuMedian: median(cpu),
    wallMin: Math.min(...wall),
    wallMedian: median(wall),
    samples: samples.length,
  };
}

/** Bytes of the heap that are in use once the garbage is gone. Needs `node --expose-gc`. */
export function heapInUse(): number {
  if (globalThis.gc === undefined) throw new Error("start node with --expose-gc");
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
