import { existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CliError } from "../errors.ts";
import { codeOf, explain, messageOf } from "../explain.ts";
import { EXIT } from "../exit.ts";
import type { Io } from "../io.ts";
import { projectRoot } from "../packages/find-package.ts";

/** A module of the user's, loaded. */
export interface LoadedModule {
  /** The absolute path. */
  readonly file: string;
  readonly exports: Readonly<Record<string, unknown>>;
  /** The project's own files that were loaded with it, itself first. */
  readonly files: readonly string[];
}

/** The absolute path of a file. @throws CliError `FILE_MISSING`. */
export function existingFile(path: string, cwd: string): string {
  const file = resolve(cwd, path);
  if (!existsSync(file)) {
    throw new CliError("FILE_MISSING", `there is no file "${path}".`, {
      hint: "Check the path: it is read from here.",
    });
  }
  if (!statSync(file).isFile()) {
    throw new CliError("FILE_MISSING", `"${path}" is not a file.`, { hint: "Name the file in it." });
  }
  return file;
}

/**
 * Loads a JavaScript or TypeScript file as it is, without a build. A `version` above 0 loads the project's files anew.
 *
 * @throws CliError `FILE_BROKEN`, `PACKAGE_MISSING`, `KEY_MISSING`; what a definition is refused with.
 */
export async function importModule(file: string, io: Io, version = 0): Promise<LoadedModule> {
  const root = `${pathToFileURL(projectRoot(resolve(file, ".."))).href}/`;
  const query = version === 0 ? "" : `?swarmgraph=${version}&root=${encodeURIComponent(root)}`;
  let namespace: Record<string, unknown>;
  try {
    namespace = (await import(`${pathToFileURL(file).href}${query}`)) as Record<string, unknown>;
  } catch (error) {
    throw loadError(file, error);
  }
  // The loader tells of modules by messages, which are only read when nothing else is to be done.
  await new Promise((settled) => setTimeout(settled, 0));
  const own = [...io.loaded].filter((url) => url.startsWith(root) && !url.slice(root.length).includes("node_modules/"));
  const files = own.map((url) => fileURLToPath(url.replace(/\?.*$/su, "")));
  return { file, exports: exportsOf(namespace), files: [...new Set([file, ...files])] };
}

/** A CommonJS module, as TypeScript writes one, has its exports on its default. */
function exportsOf(namespace: Record<string, unknown>): Record<string, unknown> {
  const held = namespace["default"];
  const isWrapped = typeof held === "object" && held !== null && "__esModule" in held;
  return isWrapped ? { ...held } : { ...namespace };
}

function loadError(file: string, error: unknown): unknown {
  const explained = explain(error);
  if (explained.code !== "RUN_FAILED") return error;
  const name = basename(file);
  const message = messageOf(error);
  const missing = /Cannot find (?:package|module) '([^']+)'/u.exec(message)?.[1];
  if (missing !== undefined && codeOf(error) === "ERR_MODULE_NOT_FOUND") {
    const isPackage = !/^(?:\.|\/|file:|[A-Za-z]:)/u.test(missing);
    const hint = isPackage ? `Run "npm install ${packageOf(missing)}".` : "Check the import's path.";
    return new CliError("PACKAGE_MISSING", `${name} imports "${missing}", which is not there.`, { hint, cause: error });
  }
  const lines = message.split("\n").filter((line) => line.trim() !== "");
  const [first = "", second] = lines;
  const said = first.endsWith(":") && second !== undefined ? `${first} ${second}` : first;
  const hint = "Run it again with --verbose to see where.";
  return new CliError("FILE_BROKEN", `${name} could not be loaded: ${said}`, {
    hint,
    exitCode: EXIT.usage,
    cause: error,
  });
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
