import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { projectFile } from "../paths.ts";
import type { ScaleCell } from "./cells.ts";
import type { Answer, Measured, Order } from "./order.ts";

/** Milliseconds after which a cell is given up. */
const TIMEOUT_MS = 150_000;

/** What the workers of a cell find. */
export type Place = Pick<Order, "database" | "restate">;

/**
 * Runs the workers of a cell side by side: each opens its backend and gets warm, and when all are, all begin.
 *
 * @throws Error where a worker fails, ends early, or takes too long.
 */
export async function runWorkers(cell: ScaleCell, place: Place): Promise<readonly Measured[]> {
  const children = Array.from({ length: cell.workers }, () => startWorker(cell.newerNode === true));
  const timer = setTimeout(() => children.forEach((child) => child.kill("SIGKILL")), TIMEOUT_MS);
  try {
    const warm = children.map((child) => answerOf(child));
    for (const [index, child] of children.entries()) {
      child.send({ backend: cell.backend, load: cell.load, index, ...place } satisfies Order);
    }
    await Promise.all(warm);
    const over = children.map((child) => answerOf(child));
    for (const child of children) child.send("go");
    const answers = await Promise.all(over);
    await Promise.all(children.map(gone));
    return answers.map((answer) => ("measured" in answer ? answer.measured : {}));
  } finally {
    clearTimeout(timer);
    for (const child of children) child.kill("SIGKILL");
  }
}

/** Resolves once a worker has closed what it had, so that its database's counters are complete. */
async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once("exit", resolve));
}

function startWorker(newerNode: boolean): ChildProcess {
  return fork(fileURLToPath(projectFile("bench/dist/scale/worker-process.js")), [], {
    ...(newerNode && { execPath: newNode() }),
    execArgv: ["--max-old-space-size=4096"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, NODE_ENV: "production", LANGSMITH_TRACING: "false" },
  });
}

/** The Node that test/restate installs. */
export function newNode(): string {
  const require = createRequire(projectFile("test/restate/package.json"));
  return fileURLToPath(
    new URL("bin/node", `file://${require.resolve(`node-${process.platform}-${process.arch}/package.json`)}`),
  );
}

async function answerOf(child: ChildProcess): Promise<Answer> {
  const answer = await new Promise<Answer>((resolve) => {
    child.once("message", (message) => resolve(message as Answer));
    child.once("exit", (code, signal) => resolve({ failed: `a worker ended with ${code ?? signal}` }));
  });
  if ("failed" in answer) throw new Error(answer.failed);
  return answer;
}
