const PERIODS: Readonly<Record<string, number>> = { monthly: 12, quarterly: 4, daily: 365, weekly: 52 };

/** A year that stands for a time, not for a sum. */
const YEAR =
  /\b(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?:\d{1,2},?\s+)?|(?:in|as of|since|until|from|by|of)\s+)(?:19|20)\d\d\b/g;

/** Compound growth. */
export interface Growth {
  /** Percent a year. */
  readonly rate: number;
  readonly years: number;
  /** What grows; 1 where no sum is named. */
  readonly sum: number;
}

interface Terms {
  readonly rate: string;
  /** The number before "years" or "months"; `undefined` where no time is named. */
  readonly amount: string | undefined;
  readonly inMonths: boolean;
  readonly sum: string | undefined;
}

/** The rate, the time and the sum of a lower-case text, in any order; `undefined` without a rate. */
function termsOf(text: string): Terms | undefined {
  const rate = /(\d+(?:\.\d+)?)\s*(?:%|per ?cent\b)/.exec(text);
  if (rate === null) return undefined;
  const time = /(\d+(?:\.\d+)?)[\s-]*(years?|yrs?|y|months?)\b/.exec(text);
  const rest = [rate[0], time?.[0]].reduce<string>(
    (left, part) => (part ? left.replace(part, " ") : left),
    text.replace(YEAR, " "),
  );
  return {
    rate: rate[1] as string,
    amount: time?.[1],
    inMonths: time?.[2]?.startsWith("month") === true,
    sum: /\d+(?:\.\d+)?/.exec(rest)?.[0],
  };
}

/** Compound growth over years that a lower-case text speaks of; `undefined` where the rate or the time is missing. */
export function growthOf(text: string): Growth | undefined {
  const terms = /\bcompound/.test(text) ? termsOf(text) : undefined;
  if (terms?.amount === undefined) return undefined;
  const years = Number(terms.amount) / (terms.inMonths ? 12 : 1);
  return { rate: Number(terms.rate), years, sum: Number(terms.sum ?? 1) };
}

/**
 * Interest in mathjs's notation, from a rate, a time and a sum in any order. Compound interest comes to the final sum,
 * other interest to the interest alone. Compound interest over a time on no named sum is what one unit becomes.
 */
export function interestOf(text: string): string | undefined {
  if (!/\binterest\b/.test(text)) return undefined;
  const terms = termsOf(text);
  if (terms === undefined) return undefined;
  const { rate, amount = "1" } = terms;
  const isCompound = /\bcompound/.test(text);
  const sum = terms.sum ?? (isCompound && terms.amount !== undefined ? "1" : undefined);
  if (sum === undefined) return undefined;
  const years = terms.inMonths ? `(${amount}/12)` : amount;
  if (!isCompound) return `${sum}*${rate}/100${years === "1" ? "" : `*${years}`}`;
  const periods = PERIODS[/\b(monthly|quarterly|daily|weekly)\b/.exec(text)?.[1] ?? ""];
  return periods === undefined
    ? `${sum}*(1+${rate}/100)^${years}`
    : `${sum}*(1+${rate}/100/${periods})^(${periods}*${years})`;
}
