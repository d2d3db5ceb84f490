import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runCommand } from "../../scripts/run-command.ts";
import { describeLoad, describeMachine } from "../machine.ts";
import { projectFile } from "../paths.ts";
import { buildAll } from "../processes.ts";
import { measureRounds } from "./measure-rounds.ts";
import { parseScaleOptions, SCALE_USAGE } from "./options.ts";
import type { ScaleOptions } from "./options.ts";
import { scalePage } from "./page.ts";
import { added } from "./scale-run.ts";
import type { ScaleRun } from "./scale-run.ts";

const FIGURES = projectFile("bench/scale.json");
const PAGE = projectFile("docs/scale.md");

/** What is measured beside what every benchmark builds. */
const PROJECTS = [
  "packages/durable-dbos/tsconfig.build.json",
  "packages/durable-restate/tsconfig.build.json",
  "bench/scale/tsconfig.json",
];

const NOTE =
  "The cells take turns, round by round, each in processes of its own: other work shares the machine, so that only ratios within a round say something about the cells.";

const log = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(options: ScaleOptions): Promise<void> {
  if (options.page) {
    writeFileSync(PAGE, scalePage(JSON.parse(readFileSync(FIGURES, "utf8")) as ScaleRun));
    return;
  }
  const load = describeLoad();
  await buildAll(log);
  await Promise.all(PROJECTS.map(build));
  const { postgresVersion, ...measured } = await measureRounds(options, log);
  const fresh: ScaleRun = {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    load,
    versions: versions(postgresVersion),
    note: NOTE,
    ...measured,
  };
  const run = options.add ? added(JSON.parse(readFileSync(FIGURES, "utf8")) as ScaleRun, fresh) : fresh;
  if (options.only !== "" && !options.add) {
    process.stdout.write(`${JSON.stringify(run, null, 2)}\n`);
    return;
  }
  writeFileSync(FIGURES, `${JSON.stringify(run, null, 2)}\n`);
  writeFileSync(PAGE, scalePage(run));
}

/** Types are not looked at: `pnpm check` does that, and the tests of what stands outside the main workspace. */
async function build(project: string): Promise<void> {
  const compiler = fileURLToPath(projectFile("node_modules/typescript/bin/tsc"));
  await runCommand(process.execPath, [compiler, "--noCheck", "-p", project], { cwd: fileURLToPath(projectFile(".")) });
}

function versions(postgres: string): Record<string, string> {
  const found: Record<string, string> = { PostgreSQL: postgres };
  for (const [name, place] of [
    ["swarmgraph", "package.json"],
    ["@langchain/langgraph", "node_modules/@langchain/langgraph/package.json"],
    ["@dbos-inc/dbos-sdk", "packages/durable-dbos/node_modules/@dbos-inc/dbos-sdk/package.json"],
    ["@restatedev/restate-server", "test/restate/node_modules/@restatedev/restate-server/package.json"],
  ] as const) {
    const file = projectFile(place);
    if (existsSync(file)) found[name] = (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  }
  return found;
}

try {
  await main(parseScaleOptions(process.argv.slice(2)));
} catch (error) {
  log(`${error instanceof Error ? error.message : String(error)}\n\n${SCALE_USAGE}`);
  process.exitCode = 1;
}
