import { projectFile } from "../paths.ts";
import { COUNTED, LONG, scaleCells, SHORT, THREADS } from "./cells.ts";
import type { ScaleCell } from "./cells.ts";
import { childNamed, cpuMsOf } from "./cpu.ts";
import type { ScaleOptions } from "./options.ts";
import { storedThread } from "./order.ts";
import type { Measured } from "./order.ts";
import { startScalePostgres } from "./postgres.ts";
import type { Counters, ScalePostgres } from "./postgres.ts";
import { runWorkers } from "./run-cell.ts";
import { costFrom, together } from "./scale-run.ts";
import type { ScaleRun, ServerCosts } from "./scale-run.ts";

/** The server of the tests of Restate. */
interface Restate {
  readonly ingress: string;
  readonly admin: string;
  stop(): Promise<void>;
}

/** What a run measures, and on which PostgreSQL. */
export type MeasuredRounds = Pick<ScaleRun, "rounds" | "skipped" | "counts"> & { readonly postgresVersion: string };

/** Measures the cells round by round, each in processes of its own; what is exact is counted once, at the end. */
export async function measureRounds(options: ScaleOptions, log: (line: string) => void): Promise<MeasuredRounds> {
  const begun = performance.now();
  const postgres = await startScalePostgres();
  const restate = await startRestate().catch((error: Error) => {
    log(`there is no Restate: ${error.message}`);
  });
  const stop = async (): Promise<void> => {
    await Promise.all([restate?.stop(), postgres.stop()]);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
  const failures: Record<string, string> = {};
  const cells = scaleCells.filter(({ id }) => id.startsWith(options.only));
  const rounds: Record<string, Measured>[] = [];
  try {
    const templates = await storeThreads(postgres, cells);
    for (let round = 1; round <= options.rounds; round += 1) {
      if (performance.now() - begun > options.minutes * 60_000) break;
      const figures: Record<string, Measured> = {};
      for (const cell of cells) {
        if (cell.backend === "restate" && restate === undefined) continue;
        try {
          figures[cell.id] = await measureCell(cell, { postgres, restate: restate ?? undefined, templates });
          log(`${round}/${options.rounds} ${cell.id}: ${JSON.stringify(figures[cell.id])}`);
        } catch (error) {
          failures[cell.id] = firstLine(error);
          log(`${round}/${options.rounds} ${cell.id} FAILED: ${String(error)}`);
        }
      }
      rounds.push(figures);
    }
    const counts: Record<string, ServerCosts> = {};
    if (options.only === "") {
      for (const backend of COUNTED) counts[backend] = await countOnPostgres(backend, postgres);
      if (restate !== undefined) counts["restate"] = await countOnRestate(restate);
    }
    const missing = cells.map(({ id }) => id).filter((id) => rounds.every((figures) => figures[id] === undefined));
    const skipped = Object.fromEntries(missing.map((id) => [id, failures[id] ?? "its server is not installed"]));
    return { rounds, skipped, counts, postgresVersion: postgres.version };
  } finally {
    await stop();
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

async function startRestate(): Promise<Restate> {
  const { startEngine } = (await import(projectFile("test/restate/engine.ts").href)) as {
    startEngine(): Promise<Restate>;
  };
  return startEngine();
}

interface Servers {
  readonly postgres: ScalePostgres;
  readonly restate: Restate | undefined;
  /** Databases that hold so many threads. */
  readonly templates: ReadonlyMap<number, string>;
}

async function measureCell(cell: ScaleCell, { postgres, restate, templates }: Servers): Promise<Measured> {
  if (cell.backend === "restate") return together(await runWorkers(cell, { restate }));
  if (cell.backend !== "postgres" && cell.backend !== "dbos") return together(await runWorkers(cell, {}));
  const template = cell.load.kind === "threads" ? templates.get(cell.load.threads) : undefined;
  const database = await postgres.create(template);
  try {
    return together(await runWorkers(cell, { database }));
  } finally {
    await postgres.drop(database);
  }
}

/** Databases with as many threads as the cells ask for, all copies of one that a run has made. */
async function storeThreads(
  postgres: ScalePostgres,
  cells: readonly ScaleCell[],
): Promise<ReadonlyMap<number, string>> {
  const templates = new Map<number, string>();
  if (!cells.some(({ load }) => load.kind === "threads")) return templates;
  const first = await postgres.create();
  const load = { kind: "count", runs: 1, handoffs: SHORT, threadId: storedThread(0) } as const;
  await runWorkers({ id: "store", backend: "postgres", workers: 1, load }, { database: first });
  for (const threads of THREADS) {
    const database = await postgres.create(first);
    await postgres.copyThread(database, threads, storedThread);
    templates.set(threads, database);
  }
  return templates;
}

/** Runs of the three counts that a cost is made of. */
const FEW = 8;
const MANY = 40;

async function countOnPostgres(backend: (typeof COUNTED)[number], postgres: ScalePostgres): Promise<ServerCosts> {
  const database = await postgres.create();
  const count = async (runs: number, handoffs: number): Promise<Counters> => {
    const before = await postgres.counters(database);
    await runWorkers({ id: "count", backend, workers: 1, load: { kind: "count", runs, handoffs } }, { database });
    return lessThan(await postgres.counters(database), before);
  };
  try {
    // The first one makes the tables.
    await count(1, SHORT);
    return costsOf(await count(FEW, SHORT), await count(MANY, SHORT), await count(MANY, LONG));
  } finally {
    await postgres.drop(database);
  }
}

async function countOnRestate(restate: Restate): Promise<ServerCosts> {
  const count = async (runs: number, handoffs: number): Promise<Counters> => {
    const pid = childNamed("restate-server") ?? 0;
    const before = cpuMsOf(pid);
    const load = { kind: "count", runs, handoffs } as const;
    await runWorkers({ id: "count", backend: "restate", workers: 1, load, newerNode: true }, { restate });
    return { transactions: 0, walBytes: 0, storedBytes: 0, cpuMs: cpuMsOf(pid) - before };
  };
  await count(1, SHORT);
  return costsOf(await count(FEW, SHORT), await count(MANY, SHORT), await count(MANY, LONG));
}

function costsOf(few: Counters, many: Counters, long: Counters): ServerCosts {
  const shape = { runs: [FEW, MANY] as const, calls: SHORT + 1, more: LONG - SHORT };
  const cost = (name: keyof Counters) => costFrom({ few: few[name], many: many[name], long: long[name] }, shape);
  return {
    transactions: cost("transactions"),
    walBytes: cost("walBytes"),
    storedBytes: cost("storedBytes"),
    cpuMs: cost("cpuMs"),
  };
}

function lessThan(after: Counters, before: Counters): Counters {
  return {
    transactions: after.transactions - before.transactions,
    walBytes: after.walBytes - before.walBytes,
    storedBytes: after.storedBytes - before.storedBytes,
    cpuMs: after.cpuMs - before.cpuMs,
  };
}
