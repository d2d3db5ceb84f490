/** A channel's version: a saver's `getNextVersion` makes them. */
export type Version = string | number;

/** Versions as whole numbers. */
export interface VersionCodes {
  /** The number of a version: the version itself where there is no table, else its place there. */
  codeOf(version: Version): number;
  readonly table: readonly Version[] | undefined;
}

/** Numbers for versions, the later one the larger. No table is needed where all are whole numbers already. */
export function codesOf(versions: readonly Version[]): VersionCodes {
  if (versions.every((version) => typeof version === "number" && Number.isSafeInteger(version) && version >= 0)) {
    return { codeOf: (version) => version as number, table: undefined };
  }
  const table = [...new Set(versions)].sort(inOrder);
  const codes = new Map(table.map((version, index) => [version, index]));
  return { codeOf: (version) => codes.get(version) ?? 0, table };
}

function inOrder(a: Version, b: Version): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}
