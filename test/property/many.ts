import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import type { Chunk, ChunkResult } from "./many-worker.ts";
import { sourcesOf, wireRunsPage } from "./wire-runs-page.ts";

/*
 * The property of wire.test.ts for many cases, on all cores:
 *
 *   pnpm check:wire [--cases 1000000] [--seed 1] [--workers 2] [--date 2026-01-31]
 *
 * A failure is printed as a file for test/regressions/. A success is written to docs/wire-runs.md where the date is
 * known, from --date or from SOURCE_DATE_EPOCH.
 */

/** Cases per chunk: each chunk has a seed of its own, counted on from the run's. */
const CHUNK = 10_000;

const PAGE = new URL("../../docs/wire-runs.md", import.meta.url);

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    workers: { type: "string", default: String(availableParallelism()) },
    date: { type: "string", default: dateOf(process.env["SOURCE_DATE_EPOCH"]) },
  },
});

const cases = wholeNumber("cases", values.cases);
const seed = wholeNumber("seed", values.seed);
const workers = wholeNumber("workers", values.workers);
const chunks: Chunk[] = Array.from({ length: Math.ceil(cases / CHUNK) }, (_, index) => ({
  seed: (seed + index) % 2 ** 31,
  cases: Math.min(CHUNK, cases - index * CHUNK),
}));

process.stdout.write(`${cases} cases with seed ${seed} in ${workers} processes\n`);
if (values.date === "") process.stdout.write("docs/wire-runs.md stays as it is: pass --date to write it\n");

const sources = sourcesOf();
const waiting = [...chunks];
const results: ChunkResult[] = [];
await Promise.all(Array.from({ length: Math.min(workers, chunks.length) }, work));

const failure = results.find((result) => result.failure !== undefined)?.failure;
if (failure !== undefined) {
  process.stdout.write(
    `\n${failure.error}\n\nSave as test/regressions/<name>.json, and give it a title:\n\n${JSON.stringify(failure.fixture, null, 2)}\n`,
  );
  process.exitCode = 1;
} else if (values.date !== "") {
  const prompts = results.reduce((sum, result) => sum + result.prompts, 0);
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0) / (cases / CHUNK);
  writeFileSync(PAGE, wireRunsPage({ cases, prompts, seed, seconds, date: values.date, sources }));
}

/** One process, which takes chunks until there are none, or one has failed. */
async function work(): Promise<void> {
  const worker = fork(new URL("./many-worker.ts", import.meta.url));
  try {
    for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
      const result = await ask(worker, chunk);
      results.push(result);
      if (result.failure !== undefined) waiting.length = 0;
      const verdict = result.failure === undefined ? "held" : "failed";
      process.stdout.write(
        `${results.length}/${chunks.length}: seed ${chunk.seed} ${verdict}, ${result.seconds.toFixed(1)} s\n`,
      );
    }
  } finally {
    worker.disconnect();
  }
}

function ask(worker: ChildProcess, chunk: Chunk): Promise<ChunkResult> {
  return new Promise((resolve, reject) => {
    const stopped = (code: number | null) => reject(new Error(`the process of seed ${chunk.seed} ended with ${code}`));
    worker.once("exit", stopped);
    worker.once("message", (result) => {
      worker.off("exit", stopped);
      resolve(result as ChunkResult);
    });
    worker.send(chunk);
  });
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`--${name} is a whole number of at least 1: ${text}`);
  return value;
}

function dateOf(epoch: string | undefined): string {
  return epoch === undefined ? "" : new Date(Number(epoch) * 1_000).toISOString().slice(0, 10);
}
