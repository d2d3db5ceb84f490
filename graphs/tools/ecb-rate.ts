import { readFileSync } from "node:fs";
import { tool } from "@langchain/core/tools";
import { z } from "zod";

/** The ECB's three key rates from one day on, in percent. */
export interface KeyRates {
  /** The first day, `YYYY-MM-DD`. */
  readonly since: string;
  readonly depositFacility: number;
  readonly mainRefinancing: number;
  readonly marginalLending: number;
}

interface Table {
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly rows: readonly (readonly [string, number, number, number])[];
}

const table = JSON.parse(readFileSync(new URL("../data/ecb-key-rates.json", import.meta.url), "utf8")) as Table;

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** `YYYY-MM-DD` for a day or a month as models write it; `undefined` for anything else. A month is its first day. */
function toDay(text: string): string | undefined {
  const iso = /^\s*(\d{4})-(\d{2})(?:-(\d{2}))?(?:T.*)?\s*$/u.exec(text);
  const named = /^\s*(?:(\d{1,2})\.?\s+)?([a-z]{3,9})\.?(?:\s+(\d{1,2}))?,?\s+(\d{4})\s*$/iu.exec(text);
  const month = MONTHS.indexOf(named?.[2]?.slice(0, 3).toLowerCase() ?? "") + 1;
  const [year, monthOfYear, day] =
    iso === null ? [named?.[4], String(month), named?.[1] ?? named?.[3] ?? "1"] : [iso[1], iso[2], iso[3] ?? "1"];
  const date = `${year}-${monthOfYear?.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const read = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(date) ? date : undefined;
}

/**
 * The ECB's key rates on a day from the bundled table, which goes from 27 July 2022 to the end of 2025.
 *
 * @throws Error with one sentence, which a model can act on, for what is no day and for a day outside the table.
 */
export function keyRatesOn(text: string): KeyRates & { readonly day: string } {
  const day = toDay(text);
  if (day === undefined) {
    throw new Error(`${JSON.stringify(text.slice(0, 40))} is no day; write it as YYYY-MM-DD, e.g. 2025-01-31.`);
  }
  if (day < table.from || day > table.until) {
    throw new Error(`The ${table.name} goes from ${table.from} to ${table.until} and holds nothing for ${day}.`);
  }
  const [since, depositFacility, mainRefinancing, marginalLending] = table.rows.findLast(([from]) => from <= day) as [
    string,
    number,
    number,
    number,
  ];
  return { day, since, depositFacility, mainRefinancing, marginalLending };
}

/**
 * The seed's function `get_european_central_bank_interest_rate({ date })`: the key rates in force on a day, the deposit
 * facility's first, from a bundled table that the answer names. Nothing is asked of a network.
 *
 * @example
 * ```ts
 * import { ecbInterestRate } from "@swarmgraph/graphs/tools/ecb-rate.ts";
 *
 * await ecbInterestRate.invoke({ date: "2025-01-01" }); // "ECB deposit facility rate on 2025-01-01: 3.00 percent …"
 * ```
 */
export const ecbInterestRate = tool(
  ({ date }) => {
    const { day, since, ...rates } = keyRatesOn(date);
    return (
      `ECB deposit facility rate on ${day}: ${rates.depositFacility.toFixed(2)} percent ` +
      `(main refinancing operations ${rates.mainRefinancing.toFixed(2)} percent, marginal lending facility ` +
      `${rates.marginalLending.toFixed(2)} percent), in force since ${since}. From the ${table.name}, not live.`
    );
  },
  {
    name: "get_european_central_bank_interest_rate",
    description: "Retrieve the real interest rate of European central bank.",
    schema: z.object({ date: z.string().describe("The day, YYYY-MM-DD") }),
  },
);
