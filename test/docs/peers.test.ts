import { existsSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { killAll } from "../e2e/child-process.ts";
import { placeOf } from "./block.ts";
import { findBlocks } from "./find-blocks.ts";
import { runBlock } from "./run-block.ts";
import { typeCheck } from "./type-check.ts";
import { writeBlocks } from "./workspace.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const peers = join(root, "bench/peers/node_modules");
const blocks = findBlocks(root).filter(({ notRun }) => notRun?.startsWith("test/docs/peers.test.ts runs it"));

it("finds the code before of each guide whose library is a package of npm's", () => {
  expect(blocks.map(({ file, heading }) => `${file}: ${heading}`)).toEqual([
    "docs/from-langgraph-swarm.md: Before",
    "docs/from-openai-agents.md: Before",
  ]);
});

// The peers are no part of the default install.
describe.skipIf(!existsSync(peers))("the code before a guide", () => {
  const workspace = writeBlocks(root, "peers", blocks);
  for (const name of ["@openai", "@langchain"]) {
    symlinkSync(join(peers, name), join(workspace.folder, "node_modules", name), "junction");
  }
  const types = typeCheck(workspace);

  afterAll(() => {
    killAll();
    workspace.remove();
  });

  it.for(workspace.blocks.map((written) => [placeOf(written.block), written] as const))(
    "%s compiles and runs against the library",
    async ([place, written]) => {
      expectNone(place, [...((await types).get(written.checked) ?? []), ...(await runBlock(written))]);
    },
  );
});

/** Fails with the place and the problems alone, not with a comparison of lists. */
function expectNone(place: string, problems: readonly string[]): void {
  if (problems.length > 0) expect.fail(`${place}\n${problems.join("\n")}`);
}
