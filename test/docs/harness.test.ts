import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { killAll } from "../e2e/child-process.ts";
import { blocksOfMarkdown } from "./extract.ts";
import { runBlock } from "./run-block.ts";
import { unknownScripts } from "./shell-block.ts";
import { typeCheck } from "./type-check.ts";
import { writeBlocks } from "./workspace.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Each block with what is said of it. */
const CASES = [
  ["a throw", 'throw new Error("broken");', /page\.md:2[\s\S]*broken/u],
  ["a wrong type", 'const count: number = "one";', /^line 6: TS2322/u],
  ["an unused import", 'import { z } from "zod";', /^line 10: TS6133/u],
  ["a wrong value", 'import { toolNameFor } from "swarmgraph";\ntoolNameFor("a"); // "b"', /the comment says 'b'/u],
  ["a wrong line", "console.log([1]); // [1]", /the comment says '\[1\]', printed is '\[ 1 \]'/u],
  ["a wrong output", "console.log(1);", /it prints\n1\n\ninstead of\n2/u, "2"],
  ["the network", 'await fetch("http://192.0.2.1/").catch(() => undefined);', /connects to 192\.0\.2\.1/u],
  ["a key", 'if (!process.env["OPENAI_API_KEY"]) throw new Error("no key");', /no key/u],
  ["no end", "setInterval(() => {}, 1000);", /does not end/u],
  ["a failing test", 'import { expect, it } from "vitest";\nit("adds", () => expect(1 + 1).toBe(3));', /toBe\(3\)/u],
  ["a failing expect", 'import { expect } from "vitest";\nexpect(1 + 1).toBe(3);', /to be 3/u],
] as const;

const markdown = CASES.map(([, code, , output]) => {
  const shown = output === undefined ? "" : `\n<!-- output -->\n\`\`\`text\n${output}\n\`\`\``;
  return `\`\`\`ts\n${code}\n\`\`\`${shown}\n`;
});
const blocks = blocksOfMarkdown(markdown.join("\n"), { file: "page.md" });
const workspace = writeBlocks(root, "harness", blocks);
const types = typeCheck(workspace);

afterAll(() => {
  killAll();
  workspace.remove();
});

describe.concurrent("a block fails for", () => {
  it.for(CASES.map(([name, , problem], index) => [name, problem, index] as const))("%s", async ([, problem, index]) => {
    const written = workspace.blocks[index];
    if (written === undefined) throw new Error(`there is no block ${index}`);
    const ofTypes = (await types).get(written.checked) ?? [];
    const problems = ofTypes.length > 0 ? ofTypes : await runBlock(written, { timeoutMs: 8000 });
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });
});

describe("unknownScripts", () => {
  it.each([
    ["npx -y pnpm@12 test   # runs the tests", []],
    ["pnpm install --frozen-lockfile && pnpm exec vitest run --project unit", []],
    ['npx -y pnpm@12 demo "What is 2 + 2?"', []],
    ["pnpm --filter @swarmgraph/local-model eval", []],
    ["pnpm tset", ["`pnpm tset` is no script of package.json"]],
    ["pnpm check\nnpx -y pnpm@12 run nothing", ["`pnpm nothing` is no script of package.json"]],
    ["pnpm --filter @swarmgraph/local-model demo", ["`pnpm demo` is no script of packages/local-model/package.json"]],
    ["pnpm --filter nobody demo", ["there is no package nobody"]],
  ])("reads %s", (code, problems) => {
    expect(unknownScripts(root, code)).toEqual(problems);
  });
});
