import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package as it lies on disk after an installation. */
export interface InstalledPackage {
  readonly name: string;
  readonly folder: string;
  /** It asks to run something when it is installed. */
  readonly hasInstallScript: boolean;
  /** It holds what a compiler leaves behind. */
  readonly isCompiled: boolean;
}

const HOOKS = ["preinstall", "install", "postinstall"];

/** Lists the packages of pnpm's virtual store. */
export function installedPackages(virtualStore: string): readonly InstalledPackage[] {
  return readdirSync(virtualStore).flatMap((entry) => {
    const modules = join(virtualStore, entry, "node_modules");
    if (!existsSync(modules)) return [];
    return foldersOf(modules).flatMap((folder) => inspect(join(modules, folder)));
  });
}

/** Reads which packages `allowBuilds` of a `pnpm-workspace.yaml` names, and which of them it allows to build. */
export function deniedBuilds(workspace: string): {
  readonly names: readonly string[];
  readonly allowed: readonly string[];
} {
  const section = /^allowBuilds:\n(?<lines>(?: +.*\n)*)/mu.exec(workspace)?.groups?.["lines"] ?? "";
  const entries = [...section.matchAll(/^ +["']?(?<name>[^"':]+)["']?: *(?<value>\S+)/gmu)].map(({ groups }) => groups);
  const nameOf = (groups: (typeof entries)[number]): string => groups?.["name"] ?? "";
  return { names: entries.map(nameOf), allowed: entries.filter((groups) => groups?.["value"] !== "false").map(nameOf) };
}

/** The real folders of packages, those of a scope included; links lead to packages listed elsewhere. */
function foldersOf(modules: string): string[] {
  return readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      name.startsWith("@") ? foldersOf(join(modules, name)).map((inner) => join(name, inner)) : [name],
    );
}

function inspect(folder: string): InstalledPackage[] {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return [];
  const read = JSON.parse(readFileSync(manifest, "utf8")) as { name?: string; scripts?: Record<string, string> };
  const hasHook = HOOKS.some((hook) => read.scripts?.[hook] !== undefined);
  // Without a script of its own, a package with a gyp file is compiled by node-gyp all the same.
  const hasInstallScript = hasHook || existsSync(join(folder, "binding.gyp"));
  const isCompiled = ["build/config.gypi", "build/Makefile", "build/Release"].some((path) =>
    existsSync(join(folder, path)),
  );
  return [{ name: read.name ?? folder, folder, hasInstallScript, isCompiled }];
}
