import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { ManyShown } from "@swarmgraph/durable-conformance";

/*
 * Runs the conformance suite on every backend and writes docs/conformance.md. `--threads 50`: of the test with many
 * threads, instead of 1,000. `--json`: prints what came of it, too.
 */

interface Result {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: "failed" | "passed" | "pending" | "skipped" | "todo";
  readonly meta: { readonly many?: ManyShown };
  /** In milliseconds. */
  readonly duration?: number | null;
}

/** What the test with many threads has shown, and how long that took. */
type Shown = ManyShown & { readonly seconds: number };

/** What came of one behaviour, by backend. */
interface Row {
  readonly behaviour: string;
  readonly backends: Readonly<Record<string, "failed" | "passed" | "skipped">>;
  /** How much of it was shown, by backend, where that was counted. */
  readonly shown?: Readonly<Record<string, Shown>>;
}

const { values: given } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== "--"),
  options: { threads: { type: "string", default: "1000" }, json: { type: "boolean", default: false } },
});
if (!/^[1-9]\d*$/u.test(given.threads))
  throw new Error(`--threads is "${given.threads}": give a number, such as 1000.`);

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The backends' files, by project. One project at a time: each has servers of its own, and all of them want the machine. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  durable: ["memory", "sqlite", "postgres", "dbos"].map((name) => `test/durable/${name}.test.ts`),
  restate: ["test/restate/conformance.test.ts"],
};

function run([project, files]: readonly [string, readonly string[]]): Result[] {
  const directory = mkdtempSync(join(tmpdir(), "swarmgraph-conformance-"));
  const outputFile = join(directory, "results.json");
  try {
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    // One file after the other, too.
    const options = [
      "run",
      "--project",
      project,
      "--no-file-parallelism",
      "--reporter=json",
      `--outputFile=${outputFile}`,
    ];
    spawnSync(process.execPath, [vitest, ...options, ...files], {
      cwd: root,
      env: { ...process.env, SWARMGRAPH_THREADS: given.threads },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const { testResults } = JSON.parse(readFileSync(outputFile, "utf8")) as {
      testResults: { name: string; message: string; assertionResults: Result[] }[];
    };
    const lost = testResults.find(({ assertionResults }) => assertionResults.length === 0);
    if (lost !== undefined) throw new Error(`${lost.name} did not run: ${lost.message}`);
    return testResults.flatMap(({ assertionResults }) => assertionResults);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function rowsOf(results: readonly Result[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { ancestorTitles, title, status, meta, duration } of results) {
    const behaviour = title.replace(/^(?:\[[A-Z]\d+\])+ /u, "").replace(/\d+ threads over/u, "many threads over");
    const backend = ancestorTitles[0] ?? "";
    const { backends, shown } = rows.get(behaviour) ?? { backends: {} };
    const many = meta.many && { ...meta.many, seconds: Math.round((duration ?? 0) / 1_000) };
    rows.set(behaviour, {
      behaviour,
      backends: { ...backends, [backend]: status === "passed" || status === "failed" ? status : "skipped" },
      ...(many === undefined ? shown && { shown } : { shown: { ...shown, [backend]: many } }),
    });
  }
  return [...rows.values()];
}

const SAID = { failed: "**no**", passed: "yes", skipped: "–" };

function tableOf(rows: readonly (readonly string[])[]): string {
  const [head = [], ...others] = rows;
  return [head, head.map(() => "---"), ...others].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function pageOf(rows: readonly Row[]): string {
  const backends = [...new Set(rows.flatMap((row) => Object.keys(row.backends)))];
  const table = tableOf([
    ["", ...backends],
    ...rows.map((row) => [row.behaviour, ...backends.map((backend) => SAID[row.backends[backend] ?? "skipped"])]),
  ]);
  const shown = rows.flatMap((row) => Object.entries(row.shown ?? {}));
  const many = tableOf([
    ["", "threads", "runs", "workers", "kills", "seconds"],
    ...shown.map(([backend, { threads, runs, workers, kills, seconds }]) => [
      backend,
      ...[threads, runs, workers, kills, seconds].map((count) => count.toLocaleString("en")),
    ]),
  ]);
  return `# What every backend shows

Written by \`pnpm conformance\` from a run of [\`@swarmgraph/durable-conformance\`](../packages/durable-conformance/README.md), whose tests are real: processes that are killed with SIGKILL and frozen with SIGSTOP, databases on loopback, a world outside in which each payment can be counted. "–": not to be had there, for a reason that stands in the test file: threads in memory end with their process, DBOS writes a thread once for each run, and Restate keeps the last state of a thread alone. [Durable runs](./durable.md) says how each of them works.

${table}

Many threads, as they were run for this page. Both messages of a thread are sent at once, to different workers, and sent again to the next one until they are answered; the next worker is killed a second after the place of the one before was taken. Then every message has to be answered as it should be, every payment made once, the runs of a thread come one after the other, and every thread's history be one of those of threads that nobody disturbed.

${many}
`;
}

const results = Object.entries(FILES).flatMap(run);
const rows = rowsOf(results);
const page = join(root, "docs/conformance.md");
writeFileSync(page, pageOf(rows));
spawnSync(join(root, "node_modules/.bin/oxfmt"), [page], { stdio: "ignore" });
if (given.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
if (rows.length === 0 || results.some(({ status }) => status === "failed")) process.exitCode = 1;
