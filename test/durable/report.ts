import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/* Runs the conformance suite on every backend and writes docs/conformance.md. `--json`: prints what came of it, too. */

interface Result {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: "failed" | "passed" | "pending" | "skipped" | "todo";
}

/** What came of one behaviour, by backend. */
interface Row {
  readonly behaviour: string;
  readonly backends: Readonly<Record<string, "failed" | "passed" | "skipped">>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const FILES = ["memory", "sqlite", "postgres", "dbos"].map((name) => `test/durable/${name}.test.ts`);

function run(): Result[] {
  const directory = mkdtempSync(join(tmpdir(), "swarmgraph-conformance-"));
  const outputFile = join(directory, "results.json");
  try {
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const options = ["run", "--project", "durable", "--reporter=json", `--outputFile=${outputFile}`];
    spawnSync(process.execPath, [vitest, ...options, ...FILES], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    const { testResults } = JSON.parse(readFileSync(outputFile, "utf8")) as {
      testResults: { assertionResults: Result[] }[];
    };
    return testResults.flatMap(({ assertionResults }) => assertionResults);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function rowsOf(results: readonly Result[]): Row[] {
  const rows = new Map<string, Record<string, "failed" | "passed" | "skipped">>();
  for (const { ancestorTitles, title, status } of results) {
    const behaviour = title.replace(/^(?:\[[A-Z]\d+\])+ /u, "").replace(/\d+ threads over/u, "many threads over");
    const backends = rows.get(behaviour) ?? {};
    backends[ancestorTitles[0] ?? ""] = status === "passed" || status === "failed" ? status : "skipped";
    rows.set(behaviour, backends);
  }
  return [...rows].map(([behaviour, backends]) => ({ behaviour, backends }));
}

const SAID = { failed: "**no**", passed: "yes", skipped: "–" };

function pageOf(rows: readonly Row[]): string {
  const backends = [...new Set(rows.flatMap((row) => Object.keys(row.backends)))];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const table = [
    line(["", ...backends]),
    line(["", ...backends].map(() => "---")),
    ...rows.map((row) =>
      line([
        row.behaviour,
        ...backends.map((backend) => {
          const status = row.backends[backend];
          return status === undefined ? "–" : SAID[status];
        }),
      ]),
    ),
  ];
  return `# What every backend shows

Written by \`pnpm conformance\` from a run of [\`@swarmgraph/durable-conformance\`](../packages/durable-conformance/README.md), whose tests are real: processes that are killed with SIGKILL and frozen with SIGSTOP, databases on loopback, a world outside in which each payment can be counted. "–": not to be had there, for a reason that stands in the test file: threads in memory end with their process, and DBOS runs all that comes to a thread one after the other, and writes a thread once for each run. [Durable runs](./durable.md) says how each of them works.

${table.join("\n")}
`;
}

const results = run();
const rows = rowsOf(results);
const page = join(root, "docs/conformance.md");
writeFileSync(page, pageOf(rows));
spawnSync(join(root, "node_modules/.bin/oxfmt"), [page], { stdio: "ignore" });
if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
if (rows.length === 0 || results.some(({ status }) => status === "failed")) process.exitCode = 1;
