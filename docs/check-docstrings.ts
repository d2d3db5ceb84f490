import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { docstringProblems } from "./docstrings/check.ts";
import { entriesOf } from "./docstrings/entries.ts";

/** Fails where a public name is not documented: a step of `pnpm check`. */
const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const problems = new Set(entriesOf(root).flatMap((entry) => docstringProblems(entry, read)));
if (problems.size > 0) {
  process.stderr.write(`${[...problems].join("\n")}\n`);
  process.exitCode = 1;
}
