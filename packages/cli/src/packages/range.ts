type Version = readonly [major: number, minor: number, patch: number];

/**
 * Whether a version is in a range of package.json, of the forms that packages write: `>=1.2.0 <2`, `^1.2.0`, `~1.2.0`,
 * `1.2.3`, `1.x`, `*`, joined with `||`. A range of another form counts as fitting: nobody is warned of what is not known.
 */
export function satisfies(version: string, range: string): boolean {
  const given = parse(version);
  if (given === undefined) return true;
  return range.split("||").some((part) => comparators(part).every((fits) => fits(given)));
}

/** Whether two versions of one package promise to work together: the same major, and below 1.0.0 the same minor. */
export function isCompatible(one: string, other: string): boolean {
  return satisfies(one, `^${other}`) || satisfies(other, `^${one}`);
}

const COMPARATOR = /(>=|<=|>|<|=|\^|~)?\s*v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:[-+][\w.+-]*)?/gu;

function comparators(part: string): ((version: Version) => boolean)[] {
  return [...part.matchAll(COMPARATOR)].map(([, sign = "", ...parts]) => {
    const given = parts.filter((one) => one !== undefined && /^\d+$/u.test(one)).map(Number);
    const [major = 0, minor = 0, patch = 0] = given;
    const low: Version = [major, minor, patch];
    if (given.length === 0) return () => true;
    switch (sign) {
      case ">=":
        return (version) => compare(version, low) >= 0;
      case ">":
        return (version) => compare(version, low) > 0;
      case "<=":
        return (version) => compare(version, low) <= 0;
      case "<":
        return (version) => compare(version, low) < 0;
      default:
        return (version) => compare(version, low) >= 0 && compare(version, ceiling(sign, low, given.length)) < 0;
    }
  });
}

/** The first version that is too high. */
function ceiling(sign: string, [major, minor, patch]: Version, length: number): Version {
  if (sign === "^") {
    if (major > 0 || length === 1) return [major + 1, 0, 0];
    return minor > 0 || length === 2 ? [0, minor + 1, 0] : [0, 0, patch + 1];
  }
  if (length === 1) return [major + 1, 0, 0];
  if (sign === "~" || length === 2) return [major, minor + 1, 0];
  return [major, minor, patch + 1];
}

function compare(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

/** A version without its prerelease, which counts as the version itself here. */
function parse(version: string): Version | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)/u.exec(version) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}
