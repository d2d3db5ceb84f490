import { getEventListeners } from "node:events";
import { setImmediate as settled } from "node:timers/promises";
import { runNumber, shared } from "./workload.ts";

/** What a process holds on to beside its heap. */
export interface Held {
  readonly timers: number;
  /** Open files, sockets, processes and the like. */
  readonly handles: number;
  /** Listeners on the signal that all runs share. */
  readonly signalListeners: number;
  readonly processListeners: number;
}

/** What a soak came to. */
export interface Soak {
  readonly runs: number;
  readonly ms: number;
  /** Bytes that the heap grows by with each run; nothing where the garbage collector cannot be called. */
  readonly heapSlope: number | undefined;
  /** Megabytes after a collection, at the first and at the last sample. */
  readonly heap: readonly number[];
  readonly before: Held;
  readonly after: Held;
  readonly unhandled: number;
}

/** Samples of the heap in one soak; the first fifth is for warming up. */
const SAMPLES = 50;

/** What is held right now. */
export function held(): Held {
  const resources = process.getActiveResourcesInfo();
  const timers = resources.filter((kind) => kind === "Timeout" || kind === "Immediate").length;
  const names = process.eventNames();
  return {
    timers,
    handles: resources.length - timers,
    signalListeners: getEventListeners(shared.signal, "abort").length,
    processListeners: names.reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

/** Runs so many runs one after the other, and looks at what is left of them. */
export async function soak(runs: number): Promise<Soak> {
  let unhandled = 0;
  const count = () => {
    unhandled += 1;
  };
  process.on("unhandledRejection", count);
  try {
    const begin = performance.now();
    // What is made once and kept is no leak: the first runs are not counted.
    for (let index = 0; index < Math.min(runs, 50); index += 1) await runNumber(index);
    await settled();
    const before = held();
    const samples: [number, number][] = [];
    const each = Math.max(1, Math.floor(runs / SAMPLES));
    for (let index = 1; index <= runs; index += 1) {
      await runNumber(index);
      if (index % each !== 0 || globalThis.gc === undefined) continue;
      await settled();
      globalThis.gc();
      samples.push([index, process.memoryUsage().heapUsed]);
    }
    await settled();
    await settled();
    const warm = samples.slice(Math.floor(samples.length / 5));
    return {
      runs,
      ms: Math.round(performance.now() - begin),
      heapSlope: warm.length < 3 ? undefined : Math.round(slopeOf(warm) * 10) / 10,
      heap: [warm.at(0), warm.at(-1)].flatMap((sample) => (sample ? [Math.round(sample[1] / 2 ** 20)] : [])),
      before,
      after: held(),
      unhandled,
    };
  } finally {
    process.off("unhandledRejection", count);
  }
}

/** The slope of the line that fits best: least squares. */
export function slopeOf(samples: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(samples.map(([one]) => one));
  const y = mean(samples.map(([, one]) => one));
  const products = samples.reduce((sum, [one, other]) => sum + (one - x) * (other - y), 0);
  const squares = samples.reduce((sum, [one]) => sum + (one - x) ** 2, 0);
  return squares === 0 ? 0 : products / squares;
}

/** What leaked, in words; empty where nothing did. */
export function leaksOf({ before, after, heapSlope, unhandled }: Soak, maxSlope: number): string[] {
  const kinds = Object.keys(before) as (keyof Held)[];
  const grown = kinds.filter((kind) => after[kind] > before[kind]);
  return [
    ...grown.map((kind) => `${kind}: ${before[kind]} before, ${after[kind]} after`),
    ...(heapSlope !== undefined && heapSlope > maxSlope ? [`the heap grows by ${heapSlope} bytes with each run`] : []),
    ...(unhandled > 0 ? [`${unhandled} unhandled rejections`] : []),
  ];
}
