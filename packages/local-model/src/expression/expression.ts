import { longestArithmetic } from "./arithmetic.ts";
import { interestOf } from "./interest.ts";
import { PHRASES } from "./phrases.ts";
import { conversionOf } from "./units.ts";

/** Words without which, and without an operator, a text holds no arithmetic. Cheap, and never wrong by a "no". */
const HINT =
  /[+*/^×÷=%!−-]|\b(?:plus|minus|times|multipl|divid|square|cube|root|power|sum|total|average|mean|median|product|difference|add|subtract|percent|per cent|half|double|triple|third|quarter|fifth|tenth|thirds|quarters|fifths|tenths|interest|factorial|log|convert|how many|how much|increase|decrease|reduce|sqrt|x|mod|modulo|to|in|into|sin|cos|tan|abs|exp|round|floor|ceil|max|min|ln|largest|smallest|maximum|minimum|absolute)/i;

/** Whether a text may hold arithmetic at all. */
export function mayHoldExpression(text: string): boolean {
  return HINT.test(text);
}

/**
 * The arithmetic that a text asks for, in mathjs's notation: percentages, powers and roots, interest, lists of numbers,
 * conversions of units, linear equations in x, and expressions as they are. Numbers in words have to be digits already.
 *
 * @returns `undefined` where there is none.
 */
export function expressionOf(text: string): string | undefined {
  const plain = plainDigits(text);
  const special = interestOf(plain) ?? conversionOf(plain) ?? solutionOf(plain);
  if (special !== undefined) return special;
  const rewritten = PHRASES.reduce((left, [pattern, into]) => left.replace(pattern, into as string), plain);
  return longestArithmetic(rewritten);
}

/** Lower case, one sign per operator, no currency, no commas in numbers, and no dates, which look like subtractions. */
function plainDigits(text: string): string {
  return text
    .toLowerCase()
    .replace(/[×·]/g, "*")
    .replace(/÷/g, "/")
    .replace(/[−–]/g, "-")
    .replace(/\*\*/g, "^")
    .replace(/\d{1,4}([-/.])\d{1,2}\1\d{2,4}|\b24\/7\b/g, "#")
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, "")
    .replace(/\b(?:eur|usd|gbp|chf)\b|[$€£]/g, "")
    .replace(/(?<=\d)\s*(?:dollars|euros|pounds sterling|francs)\b/g, "")
    .replace(/\s*(?:percent|per cent)\b(?!age)/g, (all, at: number, whole: string) =>
      /\d$/.test(whole.slice(0, at)) ? "%" : all,
    )
    .replace(/\bmodulo\b/g, "mod")
    .replace(/\s+/g, " ");
}

/** The solution of a linear equation in x, e.g. `(18+6)/4` for `4x - 6 = 18`. */
function solutionOf(text: string): string | undefined {
  const found = /(-?\d+(?:\.\d+)?)?\s*\*?\s*\bx\b\s*(?:([-+])\s*(\d+(?:\.\d+)?))?\s*=\s*(-?\d+(?:\.\d+)?)/.exec(
    text.replace(/(?<=\d)x\b/g, " x"),
  );
  if (found === null) return undefined;
  const [, factor, sign, shift, right = ""] = found;
  const moved = shift === undefined ? right : `(${right}${sign === "-" ? "+" : "-"}${shift})`;
  return factor === undefined ? `${moved}/1` : `${moved}/${factor.startsWith("-") ? `(${factor})` : factor}`;
}
