import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { stagePackages } from "../scripts/stage.ts";

/* Packs the packages that deploy/app names as files into deploy/packages. */

const manifest = readFileSync(join(import.meta.dirname, "app/package.json"), "utf8");
const { dependencies } = JSON.parse(manifest) as { readonly dependencies: Readonly<Record<string, string>> };
const files = new Map(Object.entries(dependencies).filter(([, range]) => range.startsWith("file:")));
const folder = mkdtempSync(join(tmpdir(), "swarmgraph-deploy-"));
const packages = join(import.meta.dirname, "packages");
try {
  rmSync(packages, { recursive: true, force: true });
  mkdirSync(packages);
  for (const { manifest: packed, tarball } of await stagePackages(folder, { only: [...files.keys()] })) {
    cpSync(tarball, join(packages, basename(files.get(packed.name) ?? "")));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
