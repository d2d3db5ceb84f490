import type { PackedPackage } from "../stage.ts";
import type { PlannedRelease } from "./plan.ts";

/** What a release is made of. */
export interface PreviewInput {
  readonly packages: readonly PackedPackage[];
  readonly releases: readonly PlannedRelease[];
  /** Every file is listed, not only how many there are. */
  readonly hasFiles: boolean;
}

/** Says as text which packages a release would publish, in which versions, with which files and sizes. */
export function previewText({ packages, releases, hasFiles }: PreviewInput): string {
  const sections = packages.map((item) => section(item, { release: releases.find(isOf(item)), hasFiles }));
  return `${sections.join("\n")}\n${packages.length} packages\n`;
}

const isOf =
  ({ manifest }: PackedPackage) =>
  ({ name }: PlannedRelease): boolean =>
    name === manifest.name;

function section(
  { manifest, files, packedSize }: PackedPackage,
  { release, hasFiles }: { readonly release: PlannedRelease | undefined; readonly hasFiles: boolean },
): string {
  const unpackedSize = files.reduce((sum, { size }) => sum + size, 0);
  const lines = [
    `${manifest.name} ${versionText(manifest.version, release)}`,
    `  ${files.length} files, ${kilobytes(packedSize)} packed, ${kilobytes(unpackedSize)} unpacked`,
    ...(hasFiles ? files.map(({ path, size }) => `    ${kilobytes(size).padStart(10)}  ${path}`) : []),
  ];
  return `${lines.join("\n")}\n`;
}

function versionText(version: string, release: PlannedRelease | undefined): string {
  if (release === undefined || release.type === "none") return `${version} (no changeset names it)`;
  return `${version} -> ${release.newVersion} (${release.type})`;
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
