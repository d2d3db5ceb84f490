import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { runProcess, shellEnvironment } from "../e2e/child-process.ts";
import type { Workspace } from "./workspace.ts";

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

/** "Never used": of a name, of a type, of all names that one pattern takes out of a value. */
const UNUSED = new Set(["TS6133", "TS6196", "TS6198"]);

const DIAGNOSTIC = /^(?<file>.+?)\((?<line>\d+),\d+\): error (?<text>(?<code>TS\d+): .*)$/u;

/** Type-checks every block in one run. Resolves to the problems of each file, as `line 12: TS2322: …`. */
export async function typeCheck({ folder, blocks }: Workspace): Promise<ReadonlyMap<string, readonly string[]>> {
  const { code, stdout, stderr } = await runProcess(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
    cwd: folder,
    env: shellEnvironment(),
    timeoutMs: 100_000,
  });
  const problems = new Map<string, string[]>(blocks.map(({ checked }) => [checked, []]));
  const lines = stdout.split("\n");
  const found = lines.map((line) => DIAGNOSTIC.exec(line)?.groups).filter((groups) => groups !== undefined);
  if (code !== 0 && found.length === 0) throw new Error(`the type checker ended with ${code}: ${stdout}${stderr}`);
  for (const { file = "", line = "", code = "", text = "" } of found) {
    const path = resolve(folder, file);
    const source = blocks.find(({ checked }) => checked === path)?.block;
    const written = source?.code.split("\n")[Number(line) - source.line - 1] ?? "";
    // An example declares things to show them; what it imports, it uses.
    if (UNUSED.has(code) && !written.startsWith("import ")) continue;
    problems.get(path)?.push(`line ${line}: ${text}`);
  }
  return problems;
}
