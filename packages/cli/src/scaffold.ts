import { cp, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { CliError } from "./errors.ts";
import { codeOf, messageOf } from "./explain.ts";

/** What a new swarm can begin with; each runs without a key. */
export const TEMPLATES = {
  blank: "two agents, and one handoff between them",
  "support-desk": "four agents with tools, an approval and scenarios, on a model that follows rules",
  local:
    "three agents with tools, routed by a small model on this machine; takes a provider's model where a key is set",
} as const;

/** The name of a template. */
export type TemplateName = keyof typeof TEMPLATES;

/** The templates' directory: beside `src` and `dist` alike. */
const HOME = new URL("../templates/", import.meta.url);

/** A published package cannot hold a `.gitignore`. */
const RENAMED: readonly (readonly [string, string])[] = [["_gitignore", ".gitignore"]];

/**
 * Writes a template into a directory, which is made where there is none. Gives the names of its files.
 *
 * @throws CliError `DIRECTORY_NOT_EMPTY`, `FILE_MISSING` where it cannot be written.
 */
export async function scaffold(
  template: TemplateName,
  { path, cwd }: { readonly path: string; readonly cwd: string },
): Promise<readonly string[]> {
  const directory = resolve(cwd, path);
  if ((await entriesOf(directory, path)).length > 0) {
    throw new CliError("DIRECTORY_NOT_EMPTY", `"${path}" is not empty.`, { hint: "Name a new directory." });
  }
  try {
    await mkdir(directory, { recursive: true });
    await cp(new URL(`${template}/`, HOME), directory, { recursive: true });
    for (const [from, to] of RENAMED) await rename(join(directory, from), join(directory, to));
    await setName(join(directory, "package.json"), packageName(directory));
  } catch (cause) {
    throw new CliError("FILE_MISSING", `"${path}" cannot be written: ${messageOf(cause)}.`, { cause });
  }
  return (await readdir(directory)).sort();
}

async function entriesOf(directory: string, path: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return [];
    throw new CliError("DIRECTORY_NOT_EMPTY", `"${path}" is no directory.`, { hint: "Name a new one.", cause });
  }
}

async function setName(file: string, name: string): Promise<void> {
  const data = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  await writeFile(file, `${JSON.stringify({ ...data, name }, undefined, 2)}\n`);
}

/** A directory's name as npm takes one. */
function packageName(directory: string): string {
  const name = basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/gu, "-")
    .replace(/^[._-]+|-+$/gu, "");
  return name === "" ? "my-swarm" : name;
}
