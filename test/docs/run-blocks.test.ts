import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { killAll } from "../e2e/child-process.ts";
import { blocksOfMarkdown } from "./extract.ts";
import { resultsIn, RESULT } from "./batch-result.ts";
import { runBlocks } from "./run-blocks.ts";
import { writeBlocks } from "./workspace.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Each block with what is said of it, and what it is to print. */
const CASES = [
  ["a fine one", "console.log(1);", undefined, "1"],
  ["a throw", 'throw new Error("broken");', /page\.md:[\s\S]*broken/u],
  ["a wrong output", "console.log(1);", /it prints\n1\n\ninstead of\n2/u, "2"],
  ["a late rejection", 'void Promise.reject(new Error("late"));', /late/u],
  ["a fine one after it", 'import { toolNameFor } from "swarmgraph";\ntoolNameFor("a"); // "transfer_to_a"'],
  ["an end of the whole process", "process.exit(3);", /it ends with 3/u],
  ["a fine one that its process did not get to", "console.log(2);", undefined, "2"],
  ["a timer that ends by itself", "setTimeout(() => {}, 1500);"],
  ["the network", 'await fetch("http://192.0.2.1/").catch(() => undefined);', /connects to 192\.0\.2\.1/u],
  ["a change of the environment", 'process.env["OPENAI_API_KEY"] = "key";'],
  ["a test", 'import { expect, it } from "vitest";\nit("adds", () => expect(1 + 1).toBe(2));'],
  ["a failing test", 'import { expect, it } from "vitest";\nit("adds", () => expect(1 + 1).toBe(3));', /toBe\(3\)/u],
] as const;

const markdown = CASES.map(([, code, , output]) => {
  const shown = output === undefined ? "" : `\n<!-- output -->\n\`\`\`text\n${output}\n\`\`\``;
  return `\`\`\`ts\n${code}\n\`\`\`${shown}\n`;
});
const workspace = writeBlocks(root, "batches", blocksOfMarkdown(markdown.join("\n"), { file: "page.md" }));
const { problemsOf } = runBlocks(workspace);

afterAll(() => {
  killAll();
  workspace.remove();
});

describe.concurrent("blocks in few processes say of", () => {
  it.for(CASES.map(([name, , problem], index) => [name, problem, index] as const))("%s", async ([, problem, index]) => {
    const written = workspace.blocks[index];
    if (written === undefined) throw new Error(`there is no block ${index}`);
    const problems = await problemsOf(written);
    expect(problems).toEqual(problem === undefined ? [] : [expect.stringMatching(problem)]);
  });
});

describe("resultsIn", () => {
  it("takes the lines that are results, and no others", () => {
    const result = { file: "a.ts", isFine: true, told: "x\ny" };
    expect(resultsIn(`noise\n${RESULT}${JSON.stringify(result)}\nresult {}\n`)).toEqual([result]);
  });
});
