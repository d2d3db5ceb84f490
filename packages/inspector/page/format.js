/** Values as short texts. Pure. */

/** `950 ms`, `3.4 s`, `2 min 5 s`. */
export function duration(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** A number with its thousands apart. */
export function count(number) {
  return number.toLocaleString("en-US");
}

/** Any value as text: a text as it is, else JSON over several lines. */
export function pretty(value) {
  if (typeof value === "string") return value;
  return value === undefined ? "" : JSON.stringify(value, undefined, 2);
}

/** Any value on one line, cut. */
export function brief(value, length = 80) {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const line = text.replaceAll(/\s+/gu, " ").trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** The part of an id that tells it from others. */
export function shortId(id = "") {
  return id.length > 13 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id;
}
