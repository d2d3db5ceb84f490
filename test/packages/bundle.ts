import { gzipSync } from "node:zlib";
import { build, stop } from "esbuild";
import type { PackedPackage } from "../../scripts/stage.ts";

/** What a package weighs for whoever imports something of it. */
export interface BundleSize {
  /** Minified and compressed, in bytes. */
  readonly gzip: number;
  /** Minified, in bytes. */
  readonly minified: number;
  /** The modules that take the most, minified, largest first. */
  readonly largest: readonly { readonly path: string; readonly bytes: number }[];
}

/** Bundles what is imported of a package, `"*"` or `"{ names }"`, with everything that it needs, without its peers. */
export async function bundleSize(
  { unpacked, manifest }: PackedPackage,
  { imported }: { readonly imported: string },
): Promise<BundleSize> {
  const peers = Object.keys(manifest.peerDependencies ?? {});
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export ${imported} from "./dist/index.js";`, resolveDir: unpacked },
    absWorkingDir: unpacked,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: peers.flatMap((name) => [name, `${name}/*`]),
    metafile: true,
    write: false,
    outdir: "bundle",
  });
  // Its service would outlive the tests.
  await stop();
  const [file] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (file === undefined || output === undefined) throw new Error(`esbuild wrote no file for "${imported}".`);
  const largest = Object.entries(output.inputs)
    .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
    .sort((one, other) => other.bytes - one.bytes)
    .slice(0, 15);
  return { gzip: gzipSync(file.contents, { level: 9 }).length, minified: file.contents.length, largest };
}
