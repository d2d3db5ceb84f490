import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { projectFile } from "../paths.ts";
import { Skip } from "../skip.ts";
import type { MeasureKind } from "./kind.ts";

interface Esbuild {
  build(options: Readonly<Record<string, unknown>>): Promise<{ outputFiles: { contents: Uint8Array }[] }>;
}

/** Everything that a package exports, minified for Node with all that it needs, in bytes. */
export const measureBundle: MeasureKind = async ({ name, entry }) => {
  if (entry === undefined) throw new Skip(`${name} is no package`);
  const esbuild = findEsbuild();
  const folder = fileURLToPath(projectFile(entry.from === "root" ? "." : "bench/peers/"));
  const { outputFiles } = await esbuild.build({
    stdin: { contents: `export * from "${entry.specifier}";`, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "node",
    logLevel: "silent",
  });
  const whole = outputFiles[0]?.contents ?? new Uint8Array();
  return { bytes: whole.length, gzipBytes: gzipSync(whole).length };
};

/** esbuild as the project has it: of its own, or with tsx. */
function findEsbuild(): Esbuild {
  const require = createRequire(projectFile("package.json"));
  for (const place of [require, createRequire(require.resolve("tsx/package.json"))]) {
    try {
      return place("esbuild") as Esbuild;
    } catch {
      // Not there: look in the next place.
    }
  }
  throw new Skip("esbuild is not there");
}
