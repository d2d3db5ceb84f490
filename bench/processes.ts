import { execFile, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { CellAnswer, CellOrder } from "./cell.ts";
import { projectFile } from "./paths.ts";

/**
 * Builds what is measured: the library as users get it, its savers and its traces, and this harness, so that cells run on plain
 * Node. Types are not looked at: `pnpm check` does that.
 */
export async function buildAll(log: (line: string) => void): Promise<void> {
  const compiler = fileURLToPath(projectFile("node_modules/typescript/bin/tsc"));
  const build = async (project: string) => {
    const path = fileURLToPath(projectFile(project));
    if (!existsSync(path)) return;
    try {
      await promisify(execFile)(process.execPath, [compiler, "--noCheck", "-p", path]);
    } catch (error) {
      // What does not compile may run all the same; a cell that needs what is not there says so.
      log(`${project} has errors: ${firstLine((error as { stdout?: string }).stdout)}`);
    }
  };
  await Promise.all(PROJECTS.map(build));
}

const PROJECTS = [
  "tsconfig.build.json",
  "packages/persist-core/tsconfig.build.json",
  "packages/persist-sqlite/tsconfig.build.json",
  "packages/persist-postgres/tsconfig.build.json",
  "packages/otel/tsconfig.build.json",
  "bench/tsconfig.json",
];

function firstLine(text = ""): string {
  return text.split("\n")[0] ?? "";
}

/** Where a cell is measured. */
export interface Place {
  /** The path of a Node.js. Default: this one. */
  readonly node?: string | undefined;
  readonly timeoutMs: number;
}

/** Measures a cell in a process of its own, which ends after so many milliseconds. */
export async function runCell(order: CellOrder, { node, timeoutMs }: Place): Promise<CellAnswer> {
  const child = fork(fileURLToPath(projectFile("bench/dist/cell-process.js")), [], {
    execPath: node ?? process.execPath,
    execArgv: ["--expose-gc", "--max-old-space-size=4096"],
    // Whatever a system prints must not stand among the figures.
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { ...process.env, NODE_ENV: "production", LANGSMITH_TRACING: "false" },
  });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaint = `${complaint}${chunk.toString()}`.slice(-2_000)));
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  const answer = await new Promise<CellAnswer>((resolve) => {
    child.once("message", (message) => resolve(message as CellAnswer));
    child.once("error", (error) => resolve({ failed: error.message }));
    child.once("exit", (code, signal) =>
      resolve(
        signal === "SIGKILL"
          ? { skipped: `it was not done after ${timeoutMs / 1_000} s` }
          : { failed: `its process ended with ${code ?? signal}: ${complaint.trim()}` },
      ),
    );
    child.send(order);
  });
  clearTimeout(timer);
  child.kill("SIGKILL");
  return answer;
}
