import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { HELPERS, assertComments } from "./assert-comments.ts";
import type { Block } from "./block.ts";

/** A block that is on disk: as it is written, for the type checker, and with its comments checked, to be run. */
export interface WrittenBlock {
  readonly block: Block;
  readonly checked: string;
  readonly run: string;
}

/** A folder of written blocks. */
export interface Workspace {
  readonly folder: string;
  readonly blocks: readonly WrittenBlock[];
  remove(): void;
}

/** What imports vitest works only inside it. */
export function needsVitest(code: string): boolean {
  return /\bfrom "vitest";/u.test(code);
}

/** Code without a test of its own becomes one. */
function hasTests(code: string): boolean {
  return /^(?:it|test|describe)\b/mu.test(code);
}

/**
 * Writes each block into a file of its own, inside the repository so that packages resolve as they do there. A line of
 * the file has the number that it has on its page, so that what a compiler or a stack trace says is true of the page.
 */
export function writeBlocks(root: string, name: string, blocks: readonly Block[]): Workspace {
  // Two runs at a time keep out of each other's way.
  const folder = join(root, "test/docs/.generated", `${name}-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "node_modules/@swarmgraph"), { recursive: true });
  for (const { name, path } of workspacePackages(root))
    symlinkSync(path, join(folder, "node_modules", name), "junction");
  const written = blocks.map((block) => {
    const base = join(folder, block.file.replaceAll(/[^\w]+/gu, "-"), `line-${block.line}`);
    const [checked, run] = [`${base}.ts`, `${base}.run.ts`];
    mkdirSync(dirname(base), { recursive: true });
    const helpers = relative(dirname(base), join(root, "test/docs/shows.ts"));
    writeFileSync(checked, `${"\n".repeat(block.line)}${block.code}\n`);
    writeFileSync(run, `import ${HELPERS} from "${helpers}";${"\n".repeat(block.line)}${assertComments(block.code)}\n`);
    if (!needsVitest(block.code) || hasTests(block.code)) return { block, checked, run };
    const wrapped = `${base}.wrapped.run.ts`;
    const imported = `await import("./${basename(run)}");`;
    writeFileSync(wrapped, `import { it } from "vitest";\nit("runs", async () => {\n  ${imported}\n});\n`);
    return { block, checked, run: wrapped };
  });
  writeConfig(folder);
  return { folder, blocks: written, remove: () => removeFolder(folder) };
}

/** Removes a workspace, and the folder of all workspaces with the last of them. */
function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const parent = dirname(folder);
  if (readdirSync(parent).length === 0) rmSync(parent, { recursive: true, force: true });
}

function writeConfig(folder: string): void {
  const config = {
    extends: "../../../../tsconfig.json",
    // Without an import a file would be a script, and share its names with every other one.
    compilerOptions: { moduleDetection: "force" },
    include: ["*/*.ts"],
    exclude: ["**/*.run.ts", "node_modules"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
}

function workspacePackages(root: string): { name: string; path: string }[] {
  const folders = ["graphs", ...readdirSync(join(root, "packages")).map((name) => `packages/${name}`)];
  return folders.map((folder) => {
    const { name } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as { name: string };
    return { name, path: join(root, folder) };
  });
}
