/**
 * Every block of code that a page or an `@example` shows is tested.
 *
 * - `ts`: type-checked with the repository's options, then run as a program of its own: without a key, without a network.
 * - `<!-- output -->` and a `text` block right after a `ts` block: exactly what the block prints.
 * - `expression; // literal` on one unindented line: the value equals the literal. `console.log(…); // text`, likewise:
 *   the line printed is the text. `…` in a string or a text stands for any text. Other comments are remarks.
 * - A `ts` block that imports `it` from vitest is run by vitest.
 * - `sh`: every `pnpm <script>` in it exists. It is not run.
 * - `<!-- not run: reason -->` above a block exempts it.
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { killAll } from "../e2e/child-process.ts";
import { placeOf } from "./block.ts";
import { findBlocks } from "./find-blocks.ts";
import { runBlocks } from "./run-blocks.ts";
import { unknownScripts } from "./shell-block.ts";
import { typeCheck } from "./type-check.ts";
import { writeBlocks } from "./workspace.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const found = findBlocks(root);
const isRun = ({ notRun, malformed }: (typeof found)[number]): boolean =>
  notRun === undefined && malformed === undefined;
const programs = found.filter((block) => block.language === "ts" && isRun(block));
const workspace = writeBlocks(root, "blocks", programs);
const types = typeCheck(workspace);
const batched = runBlocks(workspace);

afterAll(() => {
  killAll();
  workspace.remove();
});

it("finds the blocks of the README and of the docstrings", () => {
  expect(programs.some(({ file }) => file === "README.md")).toBe(true);
  expect(programs.some(({ file }) => file === "src/swarm-agent.ts")).toBe(true);
});

it("finds every block well marked, in a language that is tested", () => {
  const wrong = found.filter(({ language }) =>
    ["js", "javascript", "typescript", "tsx", "bash", "shell"].includes(language),
  );
  expect(found.filter(({ malformed }) => malformed).map((block) => `${placeOf(block)}: ${block.malformed}`)).toEqual(
    [],
  );
  expect(wrong.map((block) => `${placeOf(block)}: ${block.language}, write it as ts or sh`)).toEqual([]);
});

describe.concurrent("a program", () => {
  it.for(workspace.blocks.map((written) => [placeOf(written.block), written] as const))(
    "%s",
    async ([place, written]) => {
      expectNone(place, [...((await types).get(written.checked) ?? []), ...(await batched.problemsOf(written))]);
    },
  );
});

describe("a shell block", () => {
  const shell = found.filter((block) => block.language === "sh" && isRun(block));
  it.for(shell.map((block) => [placeOf(block), block] as const))("%s names scripts that exist", ([place, { code }]) => {
    expectNone(place, unknownScripts(root, code));
  });
});

it("exempts a block only for a reason", () => {
  const exempt = found.filter(({ notRun }) => notRun !== undefined && notRun.split(" ").length < 3);
  expect(exempt.map(placeOf)).toEqual([]);
});

/** Fails with the place and the problems alone, not with a comparison of lists. */
function expectNone(place: string, problems: readonly string[]): void {
  if (problems.length > 0) expect.fail(`${place}\n${problems.join("\n")}`);
}
