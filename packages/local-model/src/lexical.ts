/** Words that say nothing about what a request is about. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "a an and any are as at be been but by can could did do does for from get give had has have he her him his how i if in " +
    "into is it its just let like may me more most much many my need no not now of on one or our out please right say she " +
    "should so some such tell than that the their them then there these they this those to up us use want was we were " +
    "what when where which while who whom why will with would you your am about also only very here make know thing"
  ).split(" "),
);

/** Signs that stand for a word of a tool's description. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/%/g, " percentage "],
  [/[$€£]\s?(?=\d)/g, " money "],
  [/\d\s*[-+*/^×÷=]\s*(?=[\d(])/g, " arithmetic calculate equation "],
];

/**
 * The content words of a text as stems, in order: lower case, without stop words, with the signs `%`, `$` and arithmetic
 * operators written out.
 */
export function stemsOf(text: string): string[] {
  const spelt = SIGNS.reduce((spelling, [sign, words]) => spelling.replace(sign, words), text.toLowerCase());
  const words =
    spelt
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word)).map(stem);
}

/** The stem of a lower-case English word: plurals, `-ing`, `-ed`, `-ment`, `-ion`, `-ly` and a final `e` or `y` go. */
export function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return word;
  const singular = word
    .replace(/(ss|us|is)$/, "$1#")
    .replace(/ies$/, "y")
    .replace(/(s|x|z|ch|sh)es$/, "$1")
    .replace(/s$/, "")
    .replace("#", "");
  const bare = singular.replace(/(?<=\p{L}{3})(ing|ed|ment|ion|ly)$/u, "");
  return bare.replace(/([bdfgmnprt])\1$/, "$1").replace(/(?<=\p{L}{3})[ey]$/u, "");
}

/** How much a document's words say: rare ones more than common ones. */
export interface LexicalIndex {
  /** The share of a request's weight that each document covers, from 0 to 1, in the documents' order. */
  overlap(request: string): number[];
}

/** Indexes documents for idf-weighted overlap. Building is O(words); a request costs O(its words × documents). */
export function lexicalIndex(documents: readonly string[]): LexicalIndex {
  const stems = documents.map((document) => new Set(stemsOf(document)));
  const frequency = new Map<string, number>();
  for (const set of stems) for (const word of set) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const weightOf = (word: string): number => Math.log(1 + stems.length / (frequency.get(word) ?? 0.5));
  return {
    overlap(request) {
      const words = [...new Set(stemsOf(request))];
      const total = words.reduce((sum, word) => sum + weightOf(word), 0);
      if (total === 0) return stems.map(() => 0);
      return stems.map(
        (document) => words.filter((word) => document.has(word)).reduce((sum, word) => sum + weightOf(word), 0) / total,
      );
    },
  };
}
