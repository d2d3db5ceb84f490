import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { anchorsOf, linksOf } from "./links.ts";
import { markdownFiles } from "./markdown-files.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const files = markdownFiles(root);
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** What is wrong with the links of a page, as `12: path is not there`. */
function brokenIn(file: string): readonly string[] {
  return linksOf(read(file)).flatMap(({ href, line }) => {
    if (/^[a-z]+:/iu.test(href)) return [];
    const [path = "", hash] = decodeURI(href).split("#");
    const target = path === "" ? file : posix.normalize(posix.join(posix.dirname(file), path));
    if (!existsSync(join(root, target))) return [`${line}: ${href} is not there`];
    if (hash === undefined || !target.endsWith(".md") || anchorsOf(read(target)).has(hash)) return [];
    return [`${line}: ${target} has no heading #${hash}`];
  });
}

describe("the links of every page", () => {
  it("are looked at in the README, the map, the docs and the packages", () => {
    expect(files).toEqual(
      expect.arrayContaining(["README.md", "ARCHITECTURE.md", "docs/quick-start.md", "packages/cli/README.md"]),
    );
  });

  it.each(files)("lead somewhere: %s", (file) => {
    expect(brokenIn(file)).toEqual([]);
  });
});

describe("linksOf", () => {
  it("reads links, images and definitions, and leaves code alone", () => {
    const page = "[a](b.md) ![c](d.png)\n\n`[no](e.md)`\n\n```md\n[no](f.md)\n```\n\n[g]: h.md\n[^note]: text";
    expect(linksOf(page)).toEqual([
      { href: "b.md", line: 1 },
      { href: "d.png", line: 1 },
      { href: "h.md", line: 9 },
    ]);
  });
});

describe("anchorsOf", () => {
  it("names headings as GitHub does", () => {
    expect([...anchorsOf("# A graph, by `hand`!\n\n## Same\n\n## Same")]).toEqual([
      "a-graph-by-hand",
      "same",
      "same-1",
    ]);
  });
});
