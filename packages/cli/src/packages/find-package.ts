import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** A package as it is installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** The real directory: two of them are two copies. */
  readonly directory: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly optionalPeers: ReadonlySet<string>;
  readonly engines: Readonly<Record<string, string>>;
}

/**
 * The package that code in a directory gets when it imports a name, `undefined` where there is none. It is looked for as
 * Node does, since a package need not let its package.json be imported.
 */
export function findPackage(name: string, from: string): InstalledPackage | undefined {
  for (const directory of upwards(from)) {
    const own = readPackage(directory);
    // A package may import itself by its name.
    if (own?.name === name) return own;
    const found = readPackage(join(directory, "node_modules", name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The nearest directory with a package.json; the one given where there is none. */
export function projectRoot(from: string): string {
  return upwards(from).find((directory) => existsSync(join(directory, "package.json"))) ?? from;
}

/** A directory's package, where it is one. */
export function readPackage(directory: string): InstalledPackage | undefined {
  const file = join(directory, "package.json");
  if (!existsSync(file)) return undefined;
  try {
    const data = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    return {
      name: String(data["name"] ?? ""),
      version: String(data["version"] ?? ""),
      directory: realpathSync(directory),
      peerDependencies: (data["peerDependencies"] ?? {}) as Record<string, string>,
      optionalPeers: new Set(Object.keys((data["peerDependenciesMeta"] ?? {}) as object)),
      engines: (data["engines"] ?? {}) as Record<string, string>,
    };
  } catch {
    return undefined;
  }
}

function upwards(from: string): string[] {
  const directories = [from];
  for (let next = dirname(from); next !== directories.at(-1); next = dirname(next)) directories.push(next);
  return directories;
}
