import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { menuOf, pathOnSite } from "../../docs/site/pages.ts";
import { readMenu, relink, stage } from "../../docs/site/stage.ts";
import { killAll, runProcess, shellEnvironment } from "../e2e/child-process.ts";
import { markdownFiles } from "./markdown-files.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const site = join(root, "docs/site");
const pages = readMenu(root).flatMap((section) => section.pages.map(({ file }) => file));

describe("the pages of the site", () => {
  it("are every page of docs and of the packages, each once", () => {
    const written = markdownFiles(root).filter((file) => /^(?:docs\/.+|packages\/[^/]+\/README)\.md$/u.test(file));
    expect(pages.filter((file) => /^(?:docs|packages)\//u.test(file)).sort()).toEqual(written.sort());
  });

  it("come last where the menu does not name them", () => {
    const menu = menuOf(["docs/index.md", "docs/new.md"], () => "New");
    expect(menu.at(-1)).toEqual({ title: "Further", pages: [{ file: "docs/new.md", title: "New", about: "" }] });
    expect(menu.flatMap((section) => section.pages).length).toBe(2);
  });

  it("are laid out with their pictures, and all listed in llms.txt", () => {
    const out = mkdtempSync(join(tmpdir(), "swarmgraph-site-"));
    try {
      stage(root, out);
      const listed = readFileSync(join(out, "public/llms.txt"), "utf8");
      expect(pages.filter((file) => !listed.includes(`](/${pathOnSite(file)})`))).toEqual([]);
      expect(pages.filter((file) => !existsSync(join(out, pathOnSite(file))))).toEqual([]);
      expect(existsSync(join(out, "public/screens/run-light.png"))).toBe(true);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });
});

it("pages are not laid out where one of them leads to a file that is not there", () => {
  const folder = mkdtempSync(join(tmpdir(), "swarmgraph-dead-link-"));
  try {
    for (const name of ["docs/decisions", "packages"]) mkdirSync(join(folder, name), { recursive: true });
    for (const name of ["ARCHITECTURE.md", "CONTRIBUTING.md"]) writeFileSync(join(folder, name), "# A page\n");
    writeFileSync(join(folder, "docs/index.md"), "# A page\n\n[gone](gone.md)\n");
    expect(() => stage(folder, join(folder, "out"))).toThrow("docs/index.md links to gone.md, which is not there");
    writeFileSync(join(folder, "docs/index.md"), "# A page\n\n[there](../CONTRIBUTING.md)\n");
    stage(folder, join(folder, "out"));
    expect(readFileSync(join(folder, "out/index.md"), "utf8")).toContain("[there](/contributing.md)");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("relink", () => {
  it("replaces links and pictures, and leaves code and the rest alone", () => {
    const page = "See [`a` b](x.md), `[no](y.md)` and ![c](z.png).\n\n```md\n[no](w.md)\n```";
    const hrefs: string[] = [];
    const changed = relink(page, ({ shown, href, isPicture }) => {
      hrefs.push(href);
      return isPicture ? undefined : `<${shown}>`;
    });
    expect(hrefs).toEqual(["x.md", "z.png"]);
    expect(changed).toBe("See <`a` b>, `[no](y.md)` and ![c](z.png).\n\n```md\n[no](w.md)\n```");
  });
});

// The site's tools are no part of the default install: `pnpm docs:build` brings them.
describe.skipIf(!existsSync(join(site, "node_modules")))("the site", () => {
  afterAll(killAll);

  const runTool = (tool: string, ...args: readonly string[]) =>
    runProcess(process.execPath, [join(site, "node_modules", tool), ...args], {
      cwd: site,
      env: shellEnvironment(),
      timeoutMs: 200_000,
    });

  it("has a reference of every public name, none without a docstring", async () => {
    const { code, stdout, stderr } = await runTool("typedoc/bin/typedoc");
    if (code !== 0) expect.fail(`${stdout}${stderr}`);
    const reference = readFileSync(join(site, "api/swarmgraph.md"), "utf8");
    expect(reference).toContain("### SwarmAgent");
    expect(reference).toContain("### Session");
  });

  it("builds whole, without a dead link", async () => {
    const { code, stdout, stderr } = await runTool("vitepress/bin/vitepress.js", "build");
    if (code !== 0) expect.fail(`${stdout}${stderr}`);
    const built = (file: string): string => join(site, "dist", pathOnSite(file).replace(/\.md$/u, ".html"));
    expect(pages.filter((file) => !existsSync(built(file)))).toEqual([]);
    expect(existsSync(join(site, "dist/llms.txt"))).toBe(true);
    expect(existsSync(join(site, "dist/api/swarmgraph.html"))).toBe(true);
  });
});
