import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the scripts read of a `package.json`. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly license?: string | { readonly type?: string };
  readonly engines?: Readonly<Record<string, string>>;
  readonly os?: unknown;
  readonly cpu?: unknown;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A package of this repository that is published. */
export interface WorkspacePackage {
  readonly manifest: Manifest;
  /** Its folder, from the root of the repository: `"."` or `"packages/<folder>"`. */
  readonly folder: string;
}

/** The root of this repository. */
export const ROOT: string = join(import.meta.dirname, "..");

/** Reads the `package.json` of a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** Lists what is published: the root's package and those in `packages/`, also those outside the main workspace. */
export function publishedPackages(root: string = ROOT): readonly WorkspacePackage[] {
  const folders = readdirSync(join(root, "packages"), { withFileTypes: true })
    .filter(({ name }) => existsSync(join(root, "packages", name, "package.json")))
    .map(({ name }) => `packages/${name}`)
    .sort();
  return [".", ...folders]
    .map((folder) => ({ folder, manifest: readManifest(join(root, folder)) }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** Lists those published packages that the main workspace leaves out: the workspaces of their tests install them. */
export function outsidePackages(root: string = ROOT): readonly WorkspacePackage[] {
  const settings = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
  const left = [...settings.matchAll(/^ +- "!packages\/(?<start>[\w-]+)\*"$/gmu)].map(
    ({ groups }) => groups?.["start"] ?? "",
  );
  return publishedPackages(root).filter(({ folder }) => left.some((start) => folder.startsWith(`packages/${start}`)));
}
