import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { placeOf } from "../docs/block.ts";
import { findBlocks } from "../docs/find-blocks.ts";
import { runBlock } from "../docs/run-block.ts";
import { typeCheck } from "../docs/type-check.ts";
import { writeBlocks } from "../docs/workspace.ts";
import { killAll } from "../e2e/child-process.ts";
import { createBackend } from "./backends.ts";
import type { Backend } from "./backends.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const blocks = findBlocks(root).filter(
  ({ file, language }) => file.startsWith("packages/persist-") && language === "ts",
);
const workspace = writeBlocks(root, "persist", blocks);
const types = typeCheck(workspace);

describe("a block of a page or docstring", () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createBackend("postgres");
    vi.stubEnv("DATABASE_URL", backend.address);
  });
  afterAll(async () => {
    killAll();
    workspace.remove();
    vi.unstubAllEnvs();
    await backend.remove();
  });

  it("is there for each package", () => {
    for (const name of ["core", "postgres", "sqlite"]) {
      expect(blocks.map(({ file }) => file)).toContain(`packages/persist-${name}/README.md`);
    }
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
