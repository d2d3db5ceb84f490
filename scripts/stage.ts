import { cpSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { runCommand } from "./run-command.ts";
import { publishedPackages, readManifest, ROOT, type Manifest, type WorkspacePackage } from "./workspace.ts";

/** A file of a package, with its size in bytes. */
export interface PackedFile {
  readonly path: string;
  readonly size: number;
}

/** A package as a registry would get it. */
export interface PackedPackage {
  /** The manifest in the tarball: `workspace:` ranges are replaced in it. */
  readonly manifest: Manifest;
  /** The package's folder in the repository. */
  readonly folder: string;
  readonly tarball: string;
  /** The size of the tarball in bytes. */
  readonly packedSize: number;
  /** Where the tarball is unpacked. */
  readonly unpacked: string;
  readonly files: readonly PackedFile[];
}

/** What is packed. */
export interface StageOptions {
  /** The names of the packages. Default: all that are published. */
  readonly only?: readonly string[];
  /** Is told of a package that cannot be built or packed; the others go on. Default: the first failure is thrown. */
  readonly onFailure?: (name: string, error: unknown) => void;
}

/**
 * Builds and packs published packages in a copy of the repository, so that neither a file of an earlier build nor one
 * that version control ignores gets into a tarball, and nothing in the repository changes.
 *
 * @param into an empty folder for the copy, the tarballs and what is in them.
 */
export async function stagePackages(
  into: string,
  { only, onFailure }: StageOptions = {},
): Promise<readonly PackedPackage[]> {
  const copy = join(into, "repository");
  await copyRepository(copy);
  const packages = publishedPackages(copy).filter(({ manifest }) => only?.includes(manifest.name) ?? true);
  for (const { folder } of packages) {
    const installed = join(ROOT, folder, "node_modules");
    if (!existsSync(installed)) throw new Error(`${folder} is not installed. \`pnpm test:packages\` does that.`);
    symlinkSync(installed, join(copy, folder, "node_modules"));
  }
  // One after the other: each compiler takes as many processors as it finds.
  const packed: PackedPackage[] = [];
  for (const item of packages) {
    try {
      await runCommand(join(ROOT, "node_modules/.bin/tsc"), ["-p", "tsconfig.build.json"], {
        cwd: join(copy, item.folder),
      });
      packed.push(await pack(item, { copy, into }));
    } catch (error) {
      if (onFailure === undefined) throw error;
      onFailure(item.manifest.name, error);
    }
  }
  return packed;
}

async function copyRepository(copy: string): Promise<void> {
  const places = [":(glob)*", "src", "packages"];
  const listed = await runCommand("git", ["ls-files", "-z", "-co", "--exclude-standard", "--", ...places], {
    cwd: ROOT,
  });
  for (const path of listed.split("\0").filter((path) => path !== "")) {
    // Deleted, and still in the index.
    if (statSync(join(ROOT, path), { throwIfNoEntry: false }) === undefined) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(ROOT, path), join(copy, path));
  }
}

async function pack(
  { folder }: WorkspacePackage,
  { copy, into }: { readonly copy: string; readonly into: string },
): Promise<PackedPackage> {
  const name = folder === "." ? "core" : folder.replace("packages/", "");
  const destination = join(into, "tarballs", name);
  const unpacked = join(into, "unpacked", name);
  for (const path of [destination, unpacked]) mkdirSync(path, { recursive: true });
  await runCommand("npx", ["-y", "pnpm@12", "pack", "--pack-destination", destination], { cwd: join(copy, folder) });
  const tarball = join(destination, readdirSync(destination)[0] ?? "");
  await runCommand("tar", ["-xzf", tarball, "--strip-components=1", "-C", unpacked], { cwd: into });
  return {
    manifest: readManifest(unpacked),
    folder,
    tarball,
    packedSize: statSync(tarball).size,
    unpacked,
    files: filesBelow(unpacked),
  };
}

function filesBelow(folder: string): readonly PackedFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(folder, path), size: statSync(path).size }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}
