/** The longest line. */
const WIDTH = 120;

/** A JSON value as the repository's formatter writes it: on one line where it fits. */
export function prettyJson(value: unknown): string {
  return written(JSON.parse(JSON.stringify(value)), { indent: "", used: 0 });
}

interface Place {
  readonly indent: string;
  /** Characters of the line that are taken already, the indent aside. */
  readonly used: number;
}

function written(value: unknown, { indent, used }: Place): string {
  const flat = inline(value);
  // A comma may follow.
  const fits = flat !== undefined && indent.length + used + flat.length < WIDTH;
  if (fits || typeof value !== "object" || value === null) return flat ?? JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => inner + written(item, { indent: inner, used: 0 }));
    return `[\n${items.join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value).map(([key, item]) => {
    const name = `${JSON.stringify(key)}: `;
    return inner + name + written(item, { indent: inner, used: name.length });
  });
  return `{\n${entries.join(",\n")}\n${indent}}`;
}

/** A value on one line; `undefined` where a list in it has to be broken. */
function inline(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = value.map(inline);
    return hasToBreak(value) || items.includes(undefined) ? undefined : `[${items.join(", ")}]`;
  }
  const entries = Object.entries(value).map(([key, item]) => [JSON.stringify(key), inline(item)]);
  if (entries.length === 0) return "{}";
  if (entries.some(([, item]) => item === undefined)) return undefined;
  return `{ ${entries.map(([key, item]) => `${key}: ${item}`).join(", ")} }`;
}

/** The formatter's rule: several objects of several keys each stand on lines of their own. */
function hasToBreak(list: readonly unknown[]): boolean {
  const sizes = list.map((item) => (typeof item === "object" && item !== null ? Object.keys(item).length : 0));
  return list.length > 1 && sizes.every((size) => size > 1);
}
