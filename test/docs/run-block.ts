import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runProcess, shellEnvironment } from "../e2e/child-process.ts";
import { NETWORK_USED } from "./network-used.ts";
import { needsVitest } from "./workspace.ts";
import type { WrittenBlock } from "./workspace.ts";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const vitest = join(dirname(require.resolve("vitest/package.json")), "vitest.mjs");

/** How Node is told to run a program: from the sources, without a network. */
export const asProgram = (file: string): string[] => [
  "--conditions=swarmgraph-source",
  `--import=${pathToFileURL(require.resolve("tsx/esm")).href}`,
  `--import=${pathToFileURL(resolve(here, "no-network.ts")).href}`,
  file,
];

/** How vitest is told to run files, from a folder that holds them. */
export const asTests = (files: readonly string[], folder: string): string[] => [
  vitest,
  "run",
  `--root=${folder}`,
  `--config=${resolve(here, "vitest.blocks.config.ts")}`,
  ...files,
];

/** Runs a block as a program, or with vitest if it has tests. Resolves to what is wrong with it; empty if nothing is. */
export async function runBlock(
  { block, run }: WrittenBlock,
  { timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {},
): Promise<readonly string[]> {
  const isTest = needsVitest(block.code);
  if (isTest && block.output !== undefined) return ["what a block prints inside vitest is not compared"];
  const result = await oneOfFew(() =>
    runProcess(process.execPath, isTest ? asTests([run], dirname(run)) : asProgram(run), {
      cwd: dirname(run),
      env: shellEnvironment(),
      timeoutMs,
    }),
  );
  const { code, stdout, stderr, isTimedOut } = result;
  if (isTimedOut) return [`it does not end within ${timeoutMs / 1000} s: ${stdout}${stderr}`];
  if (stderr.includes(NETWORK_USED)) return [stderr.trim()];
  if (code !== 0) return [onPage(`it ends with ${code}: ${isTest ? stdout : ""}${stderr}`, { block, run })];
  if (block.output === undefined || stdout.trimEnd() === block.output.trimEnd()) return [];
  return [`it prints\n${stdout}\ninstead of\n${block.output}`];
}

/** Stack traces name the page instead of the file that was written for it. */
function onPage(text: string, { block, run }: Pick<WrittenBlock, "block" | "run">): string {
  return text.replaceAll(pathToFileURL(run).href, block.file).replaceAll(run, block.file);
}

const waiting: (() => void)[] = [];
let free = availableParallelism();

/** Starts no more at a time than there are processors. */
async function oneOfFew<T>(start: () => Promise<T>): Promise<T> {
  if (free === 0) await new Promise<void>((resolve) => void waiting.push(resolve));
  else free -= 1;
  try {
    return await start();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }
}
