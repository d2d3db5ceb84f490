/** A number, also negative, or a group in parentheses without a further group in it. */
const N = String.raw`(-?\d+(?:\.\d+)?|\([^()]*\))`;

/** A rewriting of one English phrase into mathjs's notation. */
type Phrase = readonly [RegExp, string | ((...groups: string[]) => string)];

function phrase(pattern: string, into: Phrase[1]): Phrase {
  return [new RegExp(pattern.replaceAll("N", N), "g"), into];
}

/**
 * Tried in this order, each as often as it fits, on lower-case text with plain digits. A percentage is written
 * `x/100`, since mathjs reads `%` before an operand as "modulo".
 */
export const PHRASES: readonly Phrase[] = [
  phrase(String.raw`\bhalf of N`, "($1/2)"),
  phrase(String.raw`\bdouble N`, "(2*$1)"),
  phrase(String.raw`\btriple N`, "(3*$1)"),
  phrase(String.raw`\b(?:a |one )?(?:1\/)?(third|quarter|fifth|tenth) of N`, (_all, part = "", whole = "") =>
    [whole, DIVISORS[part]].join("/"),
  ),
  phrase(
    String.raw`\b(two|three|2|3) (thirds|quarters|fifths|tenths) of N`,
    (_all, count = "", part = "", whole = "") =>
      [`${COUNTS[count] ?? count}/${DIVISORS[part.slice(0, -1)]}`, whole].join("*"),
  ),
  phrase(String.raw`(?:square root|sqrt) of N`, "sqrt($1)"),
  phrase(String.raw`cube root of N`, "cbrt($1)"),
  phrase(String.raw`factorial of N`, "$1!"),
  phrase(String.raw`N factorial`, "$1!"),
  phrase(String.raw`(?:absolute value|modulus) of N`, "abs($1)"),
  phrase(String.raw`natural log(?:arithm)? of N`, "log($1)"),
  phrase(String.raw`log(?:arithm)? of N`, "log10($1)"),
  phrase(String.raw`N squared`, "$1^2"),
  phrase(String.raw`N cubed`, "$1^3"),
  phrase(String.raw`N (?:raised )?to the (?:power of )?N(?:th|rd|nd|st)?(?: power)?`, "$1^$2"),
  phrase(String.raw`what (?:percent|percentage|per cent)(?:age)? of N is N`, "$2/$1*100"),
  phrase(String.raw`N is what (?:percent|percentage|per cent|%) of N`, "$1/$2*100"),
  phrase(String.raw`N as a percent(?:age)? of N`, "$1/$2*100"),
  phrase(String.raw`percent(?:age)? (?:change|increase|decrease) from N to N`, "($2-$1)/$1*100"),
  phrase(String.raw`increase N by N%`, "$1*(1+$2/100)"),
  phrase(String.raw`(?:decrease|reduce) N by N%`, "$1*(1-$2/100)"),
  phrase(String.raw`add N% to N`, "$2*(1+$1/100)"),
  phrase(String.raw`N% (?:off|discount on) (?:of )?N`, "$2*(1-$1/100)"),
  phrase(String.raw`N (?:plus|\+) N%`, "$1*(1+$2/100)"),
  phrase(String.raw`N (?:minus|less|-) N%`, "$1*(1-$2/100)"),
  phrase(String.raw`N% (?:tip |tax |interest )?(?:of|on) (?:a |an )?N`, "$1/100*$2"),
  phrase(String.raw`\bsubtract N from N`, "$2-$1"),
  phrase(String.raw`\badd N (?:and|to) N`, "$1+$2"),
  phrase(String.raw`\bmultiply N (?:by|and|with) N`, "$1*$2"),
  phrase(String.raw`\bdivide N by N`, "$1/$2"),
  phrase(String.raw`\bdifference (?:between|of) N and N`, "$1-$2"),
  phrase(String.raw`\bproduct of N and N`, "$1*$2"),
  phrase(
    String.raw`\b(sum|total|average|mean|median|largest|smallest|maximum|minimum) of ((?:N(?:, and |, | and )?)+)`,
    listOf,
  ),
  phrase(String.raw`\bplus\b`, "+"),
  phrase(String.raw`\bminus\b`, "-"),
  phrase(String.raw`\b(?:times|multiplied by)\b`, "*"),
  phrase(String.raw`\bdivided by\b`, "/"),
  phrase(String.raw`(?<=[\d)])\s*x\s*(?=[\d(])`, "*"),
];

const COUNTS: Readonly<Record<string, string>> = { two: "2", three: "3" };

const DIVISORS: Readonly<Record<string, string>> = { third: "3", quarter: "4", fifth: "5", tenth: "10" };

const LIST_FUNCTIONS: Readonly<Record<string, string>> = {
  sum: "sum",
  total: "sum",
  average: "mean",
  mean: "mean",
  median: "median",
  largest: "max",
  maximum: "max",
  smallest: "min",
  minimum: "min",
};

function listOf(_all: string, word = "", list = ""): string {
  const numbers = list.match(/-?\d+(?:\.\d+)?/g) ?? [];
  return `${LIST_FUNCTIONS[word]}(${numbers.join(",")}) `;
}
