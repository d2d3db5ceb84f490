let last = { ms: Number.NaN, text: "" };

/** The time, as ISO 8601. Many hops fit into a millisecond, and writing one down takes ten looks at the clock. */
export function isoNow(): string {
  const ms = Date.now();
  if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() };
  return last.text;
}
