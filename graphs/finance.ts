import { SwarmAgent } from "swarmgraph";
import type { AgentTool, ModelSource } from "swarmgraph";
import { chooseSearchProvider, codeInterpreterTool, webSearchTool } from "@swarmgraph/tools";
import { z } from "zod";
import { chooseModel } from "./model.ts";
import { calculator } from "./tools/calculator.ts";
import { ecbInterestRate } from "./tools/ecb-rate.ts";

/** Options of {@link createFinance}. */
export interface FinanceOptions {
  /** Default: see `chooseModel`. */
  readonly model?: ModelSource | undefined;
  /** Default: `web_search` with the provider that the environment names, else the bundled sample. */
  readonly search?: AgentTool | undefined;
  /** Default: `code_interpreter`, whose charts nobody else can read: pass one with a file store to keep them. */
  readonly interpreter?: AgentTool | undefined;
}

/** What the calculator answers with; JSON schema `CalcResult` of Mistral's handoff guide. */
export const CalcResult = z.object({ reasoning: z.string(), result: z.string() });

/**
 * The five agents of Mistral's handoff guide: finance hands to the ECB agent or the web search, and these to the one that
 * draws or the one that calculates. Nobody hands back.
 *
 * A language model reads, reasons and writes here. The local model only routes: it searches with the part of the request
 * that is about searching, reads the first rate out of the result, and calculates or draws the growth of one unit (or of
 * the sum that is named) at that rate. It weighs nothing, knows no country and checks no source; its `CalcResult` holds
 * the calculator's line and the name of the tool, not an explanation. What it draws is that growth, and no other graph.
 */
export function createFinance({ model, search, interpreter }: FinanceOptions = {}) {
  return new SwarmAgent({
    name: "finance",
    entry: "finance-agent",
    model: chooseModel(model).model,
    agents: {
      "finance-agent": {
        description: "Agent used to answer financial related requests",
        prompt: "You answer financial requests. Hand over to the agent that can find the rate which the request needs.",
        canHandoffTo: ["ecb-interest-rate-agent", "websearch-agent"],
      },
      "websearch-agent": {
        description:
          "Can search online for any information: the current US bank interest rate, the Federal Reserve, the Bank of England, prices, markets and news",
        prompt: "Search before you say anything, and name the page. Then hand over what is to be calculated or drawn.",
        tools: [search ?? webSearchTool({ provider: chooseSearchProvider(process.env) })],
        canHandoffTo: ["graph-drawing-agent", "calculator-agent"],
      },
      "ecb-interest-rate-agent": {
        description: "European Central Bank (ECB): finds its interest rate for the euro area",
        prompt:
          "Look the rate up with get_european_central_bank_interest_rate. Then hand over what is to be calculated or drawn.",
        tools: [ecbInterestRate],
        canHandoffTo: ["graph-drawing-agent", "calculator-agent"],
      },
      "graph-drawing-agent": {
        description: "Agent used to create graphs using the code interpreter tool: plots, draws and charts figures.",
        prompt: "Use the code interpreter tool when you have to draw a graph.",
        tools: [interpreter ?? codeInterpreterTool()],
        canHandoffTo: [],
      },
      "calculator-agent": {
        description: "Agent used to make detailed calculations, e.g. to compute compound interest",
        prompt:
          "When doing calculations explain step by step what you are doing. Compute with calculate, never in your head.",
        tools: [calculator],
        canHandoffTo: [],
        responseFormat: CalcResult,
      },
    },
  });
}

/** The definition. */
export const finance = createFinance();

/** The compiled graph. */
export const graph = finance.compile();
