import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Module hooks of the command line.
 *
 * - Inside the repository, packages resolve to their sources.
 * - TypeScript is a module wherever it lies, and so is JavaScript that imports or exports: as CommonJS they would get
 *   second copies of packages that have both forms.
 * - Whoever imports a module with `?swarmgraph=<number>&root=<url>` gets the modules below that URL by the same number, so
 *   that a changed project can be loaded again in the same process. What it has in `node_modules` stays the one copy that
 *   it is.
 */

const VERSION = /[?&]swarmgraph=\d+&root=([^&]+)/u;
const TYPESCRIPT = /\.tsx?$/u;
const JAVASCRIPT = /\.jsx?$/u;
const MODULE_SYNTAX = /^\s*(?:import\s*["'{*\w]|export\s*[{*\w])/mu;

let conditions = [];

export function initialize(data) {
  conditions = data?.conditions ?? [];
}

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, { ...context, conditions: [...context.conditions, ...conditions] });
  if (resolved.url.includes("/node_modules/")) return resolved;
  const format = resolved.format === "commonjs" && isModule(resolved.url) ? "module" : resolved.format;
  const [query, root] = VERSION.exec(context.parentURL ?? "") ?? [];
  const isVersioned = query === undefined || VERSION.test(resolved.url);
  if (isVersioned || !resolved.url.startsWith(decodeURIComponent(root))) return { ...resolved, format };
  return { ...resolved, format, url: `${resolved.url}${resolved.url.includes("?") ? "&" : "?"}${query.slice(1)}` };
}

function isModule(url) {
  const [path] = url.split("?", 1);
  return (
    TYPESCRIPT.test(path) || (JAVASCRIPT.test(path) && MODULE_SYNTAX.test(readFileSync(fileURLToPath(path), "utf8")))
  );
}
