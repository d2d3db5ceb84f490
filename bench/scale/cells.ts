import type { Backend, Load } from "./order.ts";

/** What is measured at one time: some workers of one backend under one load. */
export interface ScaleCell {
  readonly id: string;
  readonly backend: Backend;
  readonly workers: number;
  readonly load: Load;
  /** Workers run on the Node that Restate's SDK needs. */
  readonly newerNode?: boolean;
}

/** Runs that a worker has under way at any moment. */
export const IN_FLIGHT = 8;

/** Handoffs of the two runs whose difference is what a step costs. */
export const SHORT = 1;
export const LONG = 11;

const steps: Load = { kind: "steps", short: SHORT, long: LONG, cpuMs: 1_500 };

const stepCells: readonly ScaleCell[] = [
  { id: "step/plain", backend: "plain", workers: 1, load: steps },
  { id: "step/memory", backend: "memory", workers: 1, load: steps },
  { id: "step/sqlite", backend: "sqlite", workers: 1, load: steps },
  { id: "step/postgres", backend: "postgres", workers: 1, load: steps },
  { id: "step/dbos", backend: "dbos", workers: 1, load: steps },
  { id: "step/plain-node24", backend: "plain", workers: 1, load: steps, newerNode: true },
  { id: "step/restate", backend: "restate", workers: 1, load: steps, newerNode: true },
];

/** Numbers of worker processes on one database. */
export const WORKERS = [1, 2, 4] as const;

const workerCells: readonly ScaleCell[] = (["postgres", "dbos"] as const).flatMap((backend) =>
  WORKERS.map((workers) => ({
    id: `workers/${backend}/${workers}`,
    backend,
    workers,
    load: { kind: "window" as const, inFlight: IN_FLIGHT, ms: 2_500, atLeast: 2 * IN_FLIGHT },
  })),
);

/** Numbers of threads that are stored. */
export const THREADS = [10, 100, 1_000, 10_000] as const;

/** Runs of a cell of threads at most: ten for each of ten threads, so that none of them grows long. */
const RUNS_AT_MOST = 100;

const threadCells: readonly ScaleCell[] = THREADS.map((threads) => ({
  id: `threads/${threads}`,
  backend: "postgres",
  workers: 1,
  load: { kind: "threads", threads, inFlight: IN_FLIGHT, ms: 4_000, runs: RUNS_AT_MOST },
}));

/** The cells in the order in which each round goes through them. */
export const scaleCells: readonly ScaleCell[] = [...stepCells, ...workerCells, ...threadCells];

/** Backends on a database whose work is counted beside the rounds. */
export const COUNTED = ["postgres", "dbos"] as const;
