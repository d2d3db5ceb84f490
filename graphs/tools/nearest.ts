/** Which of `names` look most like `name`, best first: by shared pairs of letters, so that typing errors still meet. */
export function nearest(name: string, names: readonly string[], limit = 3): readonly string[] {
  const wanted = pairs(name);
  return names
    .map((candidate) => ({ candidate, score: overlap(wanted, pairs(candidate)) }))
    .toSorted((a, b) => b.score - a.score || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** Lower case, without accents and punctuation, words parted by one space: the form in which names are compared. */
export function toPlain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/ø/g, "o")
    .replace(/ı/g, "i")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function pairs(text: string): ReadonlySet<string> {
  const padded = ` ${toPlain(text)} `;
  return new Set(Array.from({ length: padded.length - 1 }, (_, at) => padded.slice(at, at + 2)));
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return (2 * [...a].filter((pair) => b.has(pair)).length) / (a.size + b.size);
}
