import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { RESULT } from "./batch-result.ts";
import type { BatchResult } from "./batch-result.ts";
import { NETWORK_USED } from "./network-used.ts";

/** Milliseconds that a program may take, and those in which what it opened has to be closed. */
const PATIENCE = { program: 20_000, closing: 500 };

const write = process.stdout.write.bind(process.stdout);
let told = "";
let isTroubled = false;

const keep = (text: string | Uint8Array): boolean => {
  told += typeof text === "string" ? text : Buffer.from(text).toString();
  return true;
};
Reflect.set(process.stdout, "write", keep);
Reflect.set(process.stderr, "write", keep);
const trouble = (): void => {
  isTroubled = true;
};
process.on("uncaughtException", trouble);
process.on("unhandledRejection", trouble);

// One after the other: each has the console and the process to itself.
for (const file of process.argv.slice(2)) {
  told = "";
  isTroubled = false;
  process.chdir(dirname(file));
  const environment = { ...process.env };
  const before = process.getActiveResourcesInfo().length;
  const isFine = await ends(file);
  const isClosed = await closes(before);
  const isSame = JSON.stringify(process.env) === JSON.stringify(environment) && process.exitCode === undefined;
  const isQuiet = !isTroubled && !told.includes(NETWORK_USED);
  const result: BatchResult = { file, isFine: isFine && isClosed && isSame && isQuiet, told };
  write(`${RESULT}${JSON.stringify(result)}\n`);
}
process.exit(0);

/** Whether a program comes to its end without an error. */
async function ends(file: string): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE.program);
  });
  try {
    return await Promise.race([import(pathToFileURL(file).href).then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether what a program opened is closed soon: else it would not have ended by itself. */
async function closes(before: number): Promise<boolean> {
  // A rejection that nobody waits for is told only after the program's own end.
  await new Promise((resolve) => void setTimeout(resolve, 1));
  for (let waited = 0; waited < PATIENCE.closing; waited += 10) {
    if (process.getActiveResourcesInfo().length <= before) return true;
    await new Promise((resolve) => void setTimeout(resolve, 10));
  }
  return process.getActiveResourcesInfo().length <= before;
}
