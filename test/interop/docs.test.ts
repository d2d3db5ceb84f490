import { symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { placeOf } from "../docs/block.ts";
import { findBlocks } from "../docs/find-blocks.ts";
import { runBlock } from "../docs/run-block.ts";
import { typeCheck } from "../docs/type-check.ts";
import { writeBlocks } from "../docs/workspace.ts";
import { killAll } from "../e2e/child-process.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const blocks = findBlocks(root).filter(({ notRun }) => notRun?.startsWith("test/interop runs it"));
const workspace = writeBlocks(root, "interop", blocks);
for (const name of ["@ai-sdk", "ai", "langchain"]) {
  symlinkSync(join(here, "node_modules", name), join(workspace.folder, "node_modules", name), "junction");
}
const types = typeCheck(workspace);

afterAll(() => {
  killAll();
  workspace.remove();
});

describe("a block that needs more than the default install", () => {
  it("is there for each of LangChain's agents and the AI SDK", () => {
    expect(blocks.map(({ file }) => file)).toEqual(["docs/interop.md", "docs/interop.md"]);
  });

  it.for(workspace.blocks.map((written) => [placeOf(written.block), written] as const))(
    "%s",
    async ([place, written]) => {
      expectNone(place, [...((await types).get(written.checked) ?? []), ...(await runBlock(written))]);
    },
  );
});

/** Fails with the place and the problems alone, not with a comparison of lists. */
function expectNone(place: string, problems: readonly string[]): void {
  if (problems.length > 0) expect.fail(`${place}\n${problems.join("\n")}`);
}
