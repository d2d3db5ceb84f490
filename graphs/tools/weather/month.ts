const names = "january february march april may june july august september october november december".split(" ");

/**
 * Reads a month as people and models write it: `November`, `nov`, `11`, `2026-11`, `2026-11-05`, `this month`.
 *
 * Returns 0 for January to 11 for December, or `undefined` where the weather of now is meant (nothing, `now`, `today`).
 * Throws an `Error` with one sentence for everything else.
 */
export function toMonth(text: string | undefined, now: Date): number | undefined {
  const word = (text ?? "").trim().toLowerCase();
  if (["", "now", "today", "current", "currently"].includes(word)) return undefined;
  if (["this month", "current month"].includes(word)) return now.getUTCMonth();
  const digits = /^(?:\d{4}-)?(\d{1,2})(?:-\d{1,2})?$/.exec(word)?.[1];
  const letters = /^([a-z]{3,})\.?(?:\s+\d{4})?$/.exec(word)?.[1];
  const month = letters === undefined ? Number(digits) - 1 : names.findIndex((name) => isShortFor(letters, name));
  if (Number.isInteger(month) && month >= 0 && month < 12) return month;
  throw new Error(`${JSON.stringify(text)} is not a month; give its name, e.g. November, or leave it out for now.`);
}

function isShortFor(letters: string, name: string): boolean {
  return name.startsWith(letters) || (letters === "sept" && name === "september");
}
