import { readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, inject, it } from "vitest";
import { readManifest, ROOT } from "../../scripts/workspace.ts";

/** ESM alone is published: `require` of it works where Node 20.19 and newer allow that, and no earlier resolution. */
const NOT_PROMISED = new Set(["node10", "node16-cjs"]);

const FOREIGN = /(?:^|\/)(?:test|eval|node_modules)\/|\.test\.|\.tsbuildinfo$|tsconfig\.build\.json$/u;

it("builds and packs every package", () => expect(inject("failures")).toEqual([]));

describe.each(inject("packages"))("$manifest.name", ({ manifest, unpacked, tarball, files }) => {
  const paths = files.map(({ path }) => path);

  it("gives publint nothing to say", async () => {
    const { messages } = await publint({ pkgDir: unpacked, level: "suggestion", strict: true, pack: false });
    const packed = { ...readManifest(unpacked) };
    expect(messages.map((message) => formatMessage(message, packed))).toEqual([]);
  });

  it("has the right types for everyone who imports it", async () => {
    const analysis = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
    const problems = analysis.types === false ? ["no types"] : analysis.problems;
    const held = problems.filter((problem) => {
      if (typeof problem === "string" || !("resolutionKind" in problem)) return true;
      return !NOT_PROMISED.has(problem.resolutionKind);
    });
    expect(held).toEqual([]);
  });

  it("has a licence, a README and what it is built into; no tests, no settings of the build", () => {
    expect(paths).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist/index.js", "dist/index.d.ts"]));
    expect(paths.filter((path) => FOREIGN.test(path))).toEqual([]);
  });

  it("names no folder of the machine that built it", () => {
    const folders = [ROOT, `${homedir()}/`, `${tmpdir()}/swarmgraph-`];
    const named = paths.filter((path) => {
      const content = readFileSync(join(unpacked, path), "utf8");
      return folders.some((folder) => content.includes(folder));
    });
    expect(named).toEqual([]);
  });

  it("depends on nothing that is only in this repository", () => {
    const ranges = Object.values({ ...manifest.dependencies, ...manifest.peerDependencies });
    expect(ranges.filter((range) => /^(?:workspace|link|file):/u.test(range))).toEqual([]);
  });

  it("maps its sources to files that it has", () => {
    const missing = paths
      .filter((path) => path.endsWith(".map"))
      .flatMap((path) => sourcesOf(unpacked, path))
      .filter((source) => !paths.includes(source));
    expect(missing).toEqual([]);
  });
});

function sourcesOf(unpacked: string, path: string): readonly string[] {
  const { sources } = JSON.parse(readFileSync(`${unpacked}/${path}`, "utf8")) as {
    readonly sources: readonly string[];
  };
  return sources.map((source) => new URL(source, `file:///${path}`).pathname.slice(1));
}
