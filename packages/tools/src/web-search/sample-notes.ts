/** A text that an offline collection can find. */
export interface OfflineDocument {
  readonly title: string;
  readonly text: string;
  /** A public `http(s)` URL that the result cites; a document at a private address is never found. */
  readonly url: string;
  readonly favicon?: string;
}

/** What the collection without documents of one's own is called in its results. */
export const sampleLabel = "Bundled sample";

const notes: readonly (readonly [id: string, title: string, text: string])[] = [
  [
    "fed-funds-rate",
    "United States Fed Funds Interest Rate",
    "United States Fed Funds Interest Rate 4.50 percent: the interest rate of the US central bank. The upper bound of the target range that the Federal Reserve set in December 2024, with the lower bound at 4.25 percent; it was left there through the first half of 2025.",
  ],
  [
    "fed-how",
    "How the Federal Reserve sets interest rates",
    "The Federal Open Market Committee (FOMC) meets eight times a year and votes on a target range for the federal funds rate, the rate at which banks in the United States lend reserves to each other overnight.",
  ],
  [
    "ecb-deposit-rate",
    "ECB deposit facility rate",
    "European Central Bank (ECB) deposit facility interest rate 2.00 percent from 11 June 2025, down from 2.25 percent. It steers monetary policy in the euro area: banks earn it on money left overnight.",
  ],
  [
    "ecb-refinancing-rate",
    "ECB main refinancing operations rate",
    "European Central Bank (ECB) interest rate on the main refinancing operations 2.15 percent and on the marginal lending facility 2.40 percent from 11 June 2025.",
  ],
  [
    "ecb-rate-history",
    "ECB deposit rate over time",
    "Deposit facility rate of the European Central Bank at year end: 2019 -0.50 percent, 2020 -0.50, 2021 -0.50, 2022 2.00, 2023 4.00, 2024 3.00 percent.",
  ],
  [
    "boe-bank-rate",
    "Bank of England Bank Rate",
    "United Kingdom Bank Rate 4.25 percent from 8 May 2025, set by the Monetary Policy Committee of the Bank of England, down from 4.50 percent.",
  ],
  [
    "boj-policy-rate",
    "Bank of Japan policy rate",
    "Japan short-term policy interest rate 0.50 percent from January 2025, after the Bank of Japan ended negative rates in March 2024.",
  ],
  [
    "inflation-target",
    "What an inflation target is",
    "Many central banks, the Federal Reserve and the ECB among them, aim at inflation of two percent a year, low enough to keep money useful and high enough to stay away from deflation.",
  ],
  [
    "compound-interest",
    "Compound interest",
    "Money that earns compound interest grows as principal times (1 + rate) to the power of the years: 1000 at 4.5 percent for 10 years becomes about 1552.97.",
  ],
  [
    "rule-of-72",
    "The rule of 72",
    "Divide 72 by the yearly interest rate in percent to estimate in how many years an amount doubles: at 6 percent in about 12 years.",
  ],
  [
    "apr-apy",
    "Nominal and effective interest rates",
    "A nominal yearly rate (APR) leaves compounding out; the effective rate (APY) counts it. Twelve percent compounded monthly is about 12.68 percent effective.",
  ],
  [
    "bond-yield",
    "Why bond prices fall when rates rise",
    "A bond pays a fixed coupon, so when newer bonds pay more its price falls until its yield matches; long maturities move most.",
  ],
  [
    "yield-curve",
    "The yield curve",
    "The yield curve draws government bond yields by maturity. It is called inverted when short rates exceed long ones, which has often come before a recession.",
  ],
  [
    "euro",
    "The euro",
    "The euro is the currency of twenty countries of the European Union from 2023 to 2025; coins and notes have circulated since 2002. Croatia joined in 2023.",
  ],
  [
    "exchange-rate",
    "Exchange rates",
    "An exchange rate is the price of one currency in another. Higher interest rates tend to attract capital and to strengthen a currency.",
  ],
  [
    "gdp",
    "Gross domestic product",
    "Gross domestic product (GDP) adds up the value of final goods and services made in a country in a year; real GDP takes price changes out.",
  ],
  [
    "langgraph",
    "LangGraph",
    "LangGraph is a library for building agents as graphs: nodes do the work, edges decide what runs next, and a checkpointer keeps the state of a thread.",
  ],
  [
    "agent-handoff",
    "Handing a conversation from one agent to another",
    "In a swarm of agents each agent knows one field, and a handoff passes the whole conversation to the agent that fits the request better.",
  ],
  [
    "mcp",
    "Model Context Protocol",
    "The Model Context Protocol (MCP) lets a program offer tools and resources to language models, over standard input and output or over HTTP.",
  ],
  [
    "vega-lite",
    "Vega-Lite charts",
    "Vega-Lite describes a chart as JSON: data, a mark such as line or bar, and an encoding of fields to axes and colours.",
  ],
  [
    "searxng",
    "SearXNG",
    "SearXNG is a metasearch engine that anyone can host; it asks other engines and needs no key of its own.",
  ],
];

/** Notes in our own words for trying things out without a network; each result says what it is. Not kept up to date. */
export const sampleNotes: readonly OfflineDocument[] = notes.map(([id, title, text]) => ({
  title: `${title} (${sampleLabel.toLowerCase()})`,
  text: `${sampleLabel}, not a live search: ${text}`,
  url: `https://sample.example/${id}`,
}));
