import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { readManifest, ROOT, type Manifest } from "../workspace.ts";

/** A package that others depend on. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
  /** As the package names it, in SPDX's terms. */
  readonly licence: string;
}

/** The dependencies of a repository; a package is in the first list that it belongs to, each list is ordered by name. */
export interface Dependencies {
  /** What comes with the published packages: their dependencies and required peers, and what those depend on. */
  readonly published: readonly Dependency[];
  /** What their optional peers, and the test runner, bring for those who install them. */
  readonly optional: readonly Dependency[];
  /** What it takes to develop them. */
  readonly development: readonly Dependency[];
}

interface Installed {
  readonly manifest: Manifest;
  readonly folder: string;
}

/**
 * Reads from disk what the packages in these folders depend on.
 *
 * @throws an `Error` if a dependency is not installed that has to be.
 */
export function collectDependencies(folders: readonly string[]): Dependencies {
  const roots = folders.map((folder) => ({ folder: realpathSync(folder), manifest: readManifest(folder) }));
  const shipped = roots.filter(({ manifest }) => manifest.private !== true);
  const lists = [
    closure(shipped, requiredNames),
    closure(shipped, ({ peerDependencies }) => Object.keys(peerDependencies ?? {})),
    closure(roots, ({ devDependencies, ...rest }) => [...requiredNames(rest), ...Object.keys(devDependencies ?? {})]),
  ];
  const [published = [], optional = [], development = []] = lists.map((list, index) => {
    const earlier = new Set(lists.slice(0, index).flatMap((others) => others.map(({ folder }) => folder)));
    return toList(list.filter((item) => isForeign(item) && !earlier.has(item.folder)));
  });
  return { published, optional, development };
}

/** The test runner, a peer of what is used in tests, is there for whoever tests. */
const TEST_RUNNER = "vitest";

function requiredNames({ dependencies, peerDependencies, peerDependenciesMeta }: Manifest): readonly string[] {
  const isRequired = (name: string): boolean => name !== TEST_RUNNER && peerDependenciesMeta?.[name]?.optional !== true;
  return [...Object.keys(dependencies ?? {}), ...Object.keys(peerDependencies ?? {}).filter(isRequired)];
}

/** What these packages lead to: by the names that `startNames` takes from each, and from there on by dependencies. */
function closure(
  roots: readonly Installed[],
  startNames: (manifest: Manifest) => readonly string[],
): readonly Installed[] {
  const found = new Map<string, Installed>();
  const start = roots.flatMap((root) => startNames(root.manifest).map((name) => load(name, root)));
  const open = start;
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    const { folder, manifest } = item;
    if (found.has(folder)) continue;
    found.set(folder, item);
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const isOptional = manifest.optionalDependencies?.[name] !== undefined;
      if (!isOptional || findPackage(name, folder) !== undefined) open.push(load(name, item));
    }
  }
  return [...found.values()];
}

function load(name: string, from: Installed): Installed {
  const folder = findPackage(name, from.folder);
  if (folder === undefined) {
    throw new Error(`"${name}", which "${from.manifest.name}" depends on, is not installed. Run an install first.`);
  }
  return { folder, manifest: readManifest(folder) };
}

/** The folder that Node would take a package from. */
function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate);
  }
  return undefined;
}

/** Neither a package of this repository, nor the build for one platform of a package that is listed itself. */
function isForeign({ folder, manifest }: Installed): boolean {
  const isOwn = folder.startsWith(ROOT) && !folder.includes("node_modules");
  return !isOwn && manifest.os === undefined && manifest.cpu === undefined;
}

function toList(items: readonly Installed[]): readonly Dependency[] {
  const list = new Map(
    items.map(({ manifest: { name, version, license } }) => [
      `${name}@${version}`,
      { name, version, licence: (typeof license === "string" ? license : license?.type) ?? "none named" },
    ]),
  );
  return [...list].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, dependency]) => dependency);
}
