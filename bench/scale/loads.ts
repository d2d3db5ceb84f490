import { median } from "../statistics.ts";
import type { Running } from "./backends.ts";
import { storedThread, USUAL_HANDOFFS } from "./order.ts";
import type { Load, Measured } from "./order.ts";
import { assertRun } from "./swarm.ts";

/** How many runs of a load that is only counted go on at a time. */
const A_FEW = 4;

/** Pairs of a short and a long run at least, also where each takes long. */
const FEWEST_PAIRS = 4;

/** The share of its time for which a load of steps gets warm before. */
const WARM_SHARE = 0.5;

/** How much longer than its CPU time a load of steps may last on the clock. */
const LONGER = 3;

/**
 * Puts a load on a backend.
 *
 * @param ready Called once it is warm; what it gives is waited for before anything counts.
 */
export async function playLoad(backend: Running, load: Load, ready: () => Promise<void>): Promise<Measured> {
  if (load.kind === "steps") return playSteps(backend, load, ready);
  if (load.kind === "window") return playWindow(backend, load, ready);
  if (load.kind === "threads") return playThreads(backend, load, ready);
  await ready();
  let left = load.runs;
  await inLanes(A_FEW, async () => {
    while (left-- > 0) await runOnce(backend, load.handoffs, load.threadId);
  });
  return { runs: load.runs };
}

async function inLanes(count: number, lane: (index: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => lane(index)));
}

async function runOnce(backend: Running, handoffs: number, threadId?: string): Promise<number> {
  return assertRun(await backend.run(handoffs, threadId), handoffs);
}

type Of<K extends Load["kind"]> = Extract<Load, { kind: K }>;

async function playSteps(backend: Running, load: Of<"steps">, ready: () => Promise<void>): Promise<Measured> {
  const sizes = [load.short, load.long];
  for (const isWarm = spent(WARM_SHARE * load.cpuMs); !isWarm();)
    for (const size of sizes) await runOnce(backend, size);
  await ready();
  const samples = sizes.map((size) => ({ size, wall: [] as number[], cpu: [] as number[] }));
  const isOver = spent(load.cpuMs);
  for (let pair = 0; pair < FEWEST_PAIRS || !isOver(); pair += 1) {
    for (const { size, wall, cpu } of samples) {
      const used = process.cpuUsage();
      const begun = performance.now();
      await runOnce(backend, size);
      wall.push(performance.now() - begun);
      cpu.push(milliseconds(process.cpuUsage(used)));
    }
  }
  const [short, long] = samples;
  if (short === undefined || long === undefined) throw new Error("there is nothing to compare");
  const steps = load.long - load.short;
  return {
    turnMs: median(short.wall),
    stepMs: (median(long.wall) - median(short.wall)) / steps,
    turnCpuMs: median(short.cpu),
    stepCpuMs: (median(long.cpu) - median(short.cpu)) / steps,
  };
}

/** Tells whether so much CPU time is used since now; or, where little is to be had or much is waited for, the time is over. */
function spent(cpuMs: number): () => boolean {
  const used = process.cpuUsage();
  const begun = performance.now();
  return () => milliseconds(process.cpuUsage(used)) > cpuMs || performance.now() - begun > LONGER * cpuMs;
}

async function playWindow(backend: Running, load: Of<"window">, ready: () => Promise<void>): Promise<Measured> {
  const stop = new AbortController();
  let goOn = (): void => {};
  const meter = meterOf(() => goOn());
  const lanes = inLanes(load.inFlight, async () => {
    while (!stop.signal.aborted) {
      await runOnce(backend, USUAL_HANDOFFS);
      meter.add();
    }
  });
  const until = (is: () => boolean) =>
    Promise.race([lanes, new Promise<void>((resolve) => (goOn = () => is() && resolve()))]);
  try {
    await until(() => meter.runs() >= load.inFlight);
    await ready();
    meter.begin();
    await until(() => meter.ms() >= load.ms && meter.runs() >= load.atLeast);
    return meter.read();
  } finally {
    stop.abort();
    await lanes;
  }
}

async function playThreads(backend: Running, load: Of<"threads">, ready: () => Promise<void>): Promise<Measured> {
  for (let index = 0; index < load.inFlight; index += 1) await runOnce(backend, USUAL_HANDOFFS);
  await ready();
  const meter = meterOf();
  const lanes = Math.min(load.inFlight, load.threads);
  // Threads that stand far from each other, as those of users who come back do.
  const stride = Math.max(1, Math.floor(load.threads / load.runs));
  let begun = 0;
  await inLanes(lanes, async (lane) => {
    // No two lanes have a thread in common: it takes one run at a time.
    const own = Math.ceil((load.threads - lane) / lanes);
    for (let turn = 0; begun < load.runs && meter.ms() < load.ms; turn += 1) {
      begun += 1;
      const threadId = storedThread(lane + lanes * ((turn * stride) % own));
      const turns = await runOnce(backend, USUAL_HANDOFFS, threadId);
      if (turns < 2) throw new Error(`thread "${threadId}" was not stored`);
      meter.add();
    }
  });
  return meter.read();
}

/** Counts runs, and the time and the CPU time since it began. */
function meterOf(onRun: () => void = () => {}) {
  let [runs, used, begun] = [0, process.cpuUsage(), performance.now()];
  const ms = () => performance.now() - begun;
  return {
    ms,
    runs: () => runs,
    add: () => {
      runs += 1;
      onRun();
    },
    begin: () => {
      [runs, used, begun] = [0, process.cpuUsage(), performance.now()];
    },
    read: (): Measured => ({
      runs,
      runsPerSecond: (1_000 * runs) / ms(),
      cpuMsPerRun: milliseconds(process.cpuUsage(used)) / runs,
    }),
  };
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}
