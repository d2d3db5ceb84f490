import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Commands of pnpm that are no scripts of a package. */
const OWN_COMMANDS = new Set([
  "add",
  "create",
  "dlx",
  "exec",
  "i",
  "install",
  "pack",
  "publish",
  "remove",
  "up",
  "update",
]);

const CALL = /(?:^|[\s;&|(])(?:npx -y pnpm@12|pnpm)(?<words>(?: +[^\s;&|)#]+)*)/gmu;

/** Lists what a shell block calls with pnpm and no package.json has. Reads the packages' files, runs nothing. */
export function unknownScripts(root: string, code: string): readonly string[] {
  return [...code.matchAll(CALL)].flatMap(({ groups }) => {
    const words = (groups?.["words"] ?? "").trim().split(/ +/u);
    const filter = words.indexOf("--filter");
    const folder = filter === -1 ? root : folderOf(root, words[filter + 1] ?? "");
    if (folder === undefined) return [`there is no package ${words[filter + 1]}`];
    if (filter !== -1) words.splice(filter, 2);
    const [first = "install", second = ""] = words.filter((word) => !word.startsWith("-") && word !== "");
    const script = first === "run" ? second : first;
    if (OWN_COMMANDS.has(script) || scriptsOf(folder).includes(script)) return [];
    return [`\`pnpm ${script}\` is no script of ${join(folder, "package.json").slice(root.length + 1)}`];
  });
}

function scriptsOf(folder: string): string[] {
  const { scripts = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { scripts?: object };
  return Object.keys(scripts);
}

function folderOf(root: string, name: string): string | undefined {
  const folders = ["graphs", ...readdirSync(join(root, "packages")).map((folder) => `packages/${folder}`)];
  return folders
    .map((folder) => join(root, folder))
    .find(
      (folder) => (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name: string }).name === name,
    );
}
