import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../scripts/run-command.ts";
import type { PackedPackage } from "../../scripts/stage.ts";
import { readManifest, ROOT } from "../../scripts/workspace.ts";

/** Who installs: npm what is newest in range, pnpm the versions that this repository is developed with. */
export type PackageManager = "npm" | "pnpm";

/** What a project has beside the packages. */
const BESIDE = ["@langchain/core", "@langchain/langgraph", "@opentelemetry/api", "vitest", "zod"];

const COMMANDS: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"],
  pnpm: ["npx", "-y", "pnpm@12", "install", "--ignore-scripts"],
};

/** Installs a project of nothing but the tarballs and what stands beside them, and runs no package's scripts for it. */
export async function installProject(
  manager: PackageManager,
  { folder, packages }: { readonly folder: string; readonly packages: readonly PackedPackage[] },
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  cpSync(join(import.meta.dirname, "installed"), folder, { recursive: true });
  const tarballs = Object.fromEntries(packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]));
  const project = { name: "empty", version: "0.0.0", private: true, type: "module" };
  const write = (path: string, content: unknown): void =>
    writeFileSync(join(folder, path), JSON.stringify(content, undefined, 2));
  // Overrides stand for the registry: by them, the packages find each other as they would there.
  if (manager === "npm") {
    const overrides = Object.fromEntries(Object.keys(tarballs).map((name) => [name, `$${name}`]));
    write("package.json", { ...project, dependencies: { ...tarballs, ...versionsBeside("^") }, overrides });
  } else {
    write("package.json", { ...project, dependencies: { ...tarballs, ...versionsBeside("") } });
    const overrides = { ...tarballs, "@langchain/langgraph-sdk": developedSdk() };
    // JSON is YAML.
    write("pnpm-workspace.yaml", { packages: [], overrides, strictDepBuilds: false, strictPeerDependencies: true });
  }
  const [command = manager, ...args] = COMMANDS[manager];
  await runCommand(command, args, { cwd: folder, env: plainEnvironment() });
}

/** The versions that this repository is developed with, each behind the sign of a range. */
function versionsBeside(sign: string): Readonly<Record<string, string>> {
  const manifests = [".", "packages/otel"].map((folder) => readManifest(join(ROOT, folder)).devDependencies);
  const versions: Readonly<Record<string, string>> = Object.assign({}, ...manifests);
  return Object.fromEntries(BESIDE.map((name) => [name, `${sign}${versions[name]}`]));
}

/** LangGraph takes whatever SDK is newest; one that fits the other versions is named in the workspace's settings. */
function developedSdk(): string {
  const settings = readFileSync(join(ROOT, "pnpm-workspace.yaml"), "utf8");
  const version = /"@langchain\/langgraph-sdk": (?<version>\S+)/u.exec(settings)?.groups?.["version"];
  return version ?? "*";
}

/** This environment without what whoever runs the tests left in it, and without anybody's key. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const isForeign = (name: string): boolean =>
    /^(?:npm_|pnpm_|VITEST)|^NODE_(?:ENV|OPTIONS|PATH)$|_API_KEY$/iu.test(name) &&
    !/^npm_config_(?:registry|cache|userconfig)$/iu.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForeign(name)));
}
