const PERIODS: Readonly<Record<string, number>> = { monthly: 12, quarterly: 4, daily: 365, weekly: 52 };

/**
 * Interest in mathjs's notation, from a rate, a time and a sum in any order. Compound interest comes to the final sum,
 * other interest to the interest alone.
 */
export function interestOf(text: string): string | undefined {
  if (!/\binterest\b/.test(text)) return undefined;
  const rate = /(\d+(?:\.\d+)?)\s*%/.exec(text);
  if (rate === null) return undefined;
  const time = /(\d+(?:\.\d+)?)[\s-]*(years?|yrs?|y|months?)\b/.exec(text);
  const rest = [rate[0], time?.[0]].reduce<string>((left, part) => (part ? left.replace(part, " ") : left), text);
  const sum = /\d+(?:\.\d+)?/.exec(rest)?.[0];
  if (sum === undefined) return undefined;
  const amount = time?.[1] ?? "1";
  const years = time?.[2]?.startsWith("month") ? `(${amount}/12)` : amount;
  if (!/\bcompound/.test(text)) return `${sum}*${rate[1]}/100${years === "1" ? "" : `*${years}`}`;
  const periods = PERIODS[/\b(monthly|quarterly|daily|weekly)\b/.exec(text)?.[1] ?? ""];
  return periods === undefined
    ? `${sum}*(1+${rate[1]}/100)^${years}`
    : `${sum}*(1+${rate[1]}/100/${periods})^(${periods}*${years})`;
}
