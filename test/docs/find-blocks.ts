import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import type { Block } from "./block.ts";
import { blocksOfDocstrings, blocksOfMarkdown } from "./extract.ts";

const PAGES = /^(?:(?:README|ARCHITECTURE|CONTRIBUTING)\.md|docs\/.+\.md|packages\/[^/]+\/README\.md)$/u;
const SOURCES = /^(?:src|packages\/[^/]+\/src|graphs)\/.+\.ts$/u;

/** Finds every block of the repository's pages and docstrings, pages first. */
export function findBlocks(root: string): readonly Block[] {
  const files = ["docs", "graphs", "packages", "src"].flatMap((folder) => filesUnder(root, folder));
  const all = [...readdirSync(root), ...files.sort()];
  const read = (file: string): string => readFileSync(join(root, file), "utf8");
  return [
    ...all.filter((file) => PAGES.test(file)).flatMap((file) => blocksOfMarkdown(read(file), { file })),
    ...all.filter((file) => SOURCES.test(file)).flatMap((file) => blocksOfDocstrings(read(file), { file })),
  ];
}

function filesUnder(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = [folder, entry.name].join("/");
    if (entry.isDirectory())
      return ["node_modules", "dist"].includes(entry.name) || path === "docs/site" ? [] : filesUnder(root, path);
    return [path.split(sep).join("/")];
  });
}
