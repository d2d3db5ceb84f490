import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runProcess, shellEnvironment } from "../e2e/child-process.ts";
import { resultsIn } from "./batch-result.ts";
import { asProgram, asTests, runBlock } from "./run-block.ts";
import { needsVitest } from "./workspace.ts";
import type { Workspace, WrittenBlock } from "./workspace.ts";

const child = resolve(dirname(fileURLToPath(import.meta.url)), "batch-child.ts");

/** Blocks by whether a batch has shown them to be right. */
export interface BatchedBlocks {
  /** Resolves to what is wrong with a block; empty if nothing is. */
  problemsOf(block: WrittenBlock): Promise<readonly string[]>;
}

/**
 * Runs many blocks in few processes, one for each processor, so that the library is loaded a few times and not with each.
 * What is not fine there is run again in a process of its own, which has the last word: so a block may not lean on
 * another one, and may not suffer from one.
 */
export function runBlocks({ folder, blocks }: Workspace): BatchedBlocks {
  const tests = blocks.filter(({ block }) => needsVitest(block.code));
  const programs = blocks.filter(({ block }) => !needsVitest(block.code));
  const count = availableParallelism();
  const batches = Array.from({ length: count }, (_, batch) => programs.filter((_block, at) => at % count === batch));
  const fine = Promise.all([...batches.map((batch) => finePrograms(batch, folder)), fineTests(tests, folder)]).then(
    (sets) => new Set(sets.flat()),
  );
  return { problemsOf: async (block) => ((await fine).has(block.run) ? [] : runBlock(block)) };
}

/** The programs that come to their end in one process, and print what their pages say. */
async function finePrograms(blocks: readonly WrittenBlock[], folder: string): Promise<string[]> {
  if (blocks.length === 0) return [];
  const files = blocks.map(({ run }) => run);
  const options = { cwd: folder, env: shellEnvironment(), timeoutMs: 240_000 };
  const { stdout } = await runProcess(process.execPath, [...asProgram(child), ...files], options);
  const outputs = new Map(blocks.map(({ block, run }) => [run, block.output] as const));
  return resultsIn(stdout).flatMap(({ file, isFine, told }) => {
    const output = outputs.get(file);
    return isFine && (output === undefined || told.trimEnd() === output.trimEnd()) ? [file] : [];
  });
}

/** The files with tests, where all of them pass together. */
async function fineTests(blocks: readonly WrittenBlock[], folder: string): Promise<string[]> {
  const run = blocks.filter(({ block }) => block.output === undefined).map((block) => block.run);
  if (run.length === 0) return [];
  const options = { cwd: folder, env: shellEnvironment(), timeoutMs: 120_000 };
  const { code } = await runProcess(process.execPath, asTests(run, folder), options);
  return code === 0 ? run : [];
}
