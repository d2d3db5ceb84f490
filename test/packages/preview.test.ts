import { describe, expect, it } from "vitest";
import type { PlannedRelease } from "../../scripts/release/plan.ts";
import { previewText } from "../../scripts/release/preview.ts";
import type { PackedPackage } from "../../scripts/stage.ts";

const packed = (name: string): PackedPackage => ({
  manifest: { name, version: "0.1.0" },
  folder: ".",
  tarball: "a.tgz",
  packedSize: 1500,
  unpacked: ".",
  files: [
    { path: "dist/index.js", size: 2000 },
    { path: "package.json", size: 1000 },
  ],
});

const release = (name: string, type: PlannedRelease["type"], newVersion: string): PlannedRelease => ({
  name,
  type,
  newVersion,
});

describe("previewText", () => {
  it("says what each package would become", () => {
    const packages = ["raised", "as-it-is", "unnamed"].map(packed);
    const releases = [release("raised", "minor", "0.2.0"), release("as-it-is", "none", "0.1.0")];
    expect(previewText({ packages, releases, hasFiles: false })).toBe(`raised 0.1.0 -> 0.2.0 (minor)
  2 files, 1.5 kB packed, 3.0 kB unpacked

as-it-is 0.1.0 (no changeset names it)
  2 files, 1.5 kB packed, 3.0 kB unpacked

unnamed 0.1.0 (no changeset names it)
  2 files, 1.5 kB packed, 3.0 kB unpacked

3 packages
`);
  });

  it("lists the files if asked", () => {
    const text = previewText({ packages: [packed("only")], releases: [], hasFiles: true });
    expect(text).toContain("        2.0 kB  dist/index.js\n        1.0 kB  package.json\n");
  });
});
