import type { Mistral } from "@mistralai/mistralai";

/** The program of Mistral's handoff guide, in TypeScript: five agents, whose handoffs are assigned once all are there. */
export interface FiveAgents {
  readonly finance: string;
  readonly web: string;
  readonly ecb: string;
  readonly graph: string;
  readonly calculator: string;
}

/** The guide's two requests. */
export const US_RATE =
  "Fetch the current US bank interest rate and calculate the compounded effect if investing for the next 10y";
export const ECB_RATE =
  "Given the interest rate of the European Central Bank as of jan 2025, plot a graph of the compounded interest rate over the next 10 years";

const model = "mistral-large-latest";

export const calcResult = {
  title: "CalcResult",
  type: "object",
  properties: {
    reasoning: { title: "Reasoning", type: "string" },
    result: { title: "Result", type: "string" },
  },
  required: ["reasoning", "result"],
};

export const rateFunction = {
  name: "get_european_central_bank_interest_rate",
  description: "Retrieve the real interest rate of European central bank.",
  parameters: { type: "object", properties: { date: { type: "string" } }, required: ["date"] },
};

/** The five agents before they know each other. */
export async function createFive({ beta: { agents } }: Mistral) {
  return {
    finance: await agents.create({
      model,
      description: "Agent used to answer financial related requests",
      name: "finance-agent",
    }),
    web: await agents.create({
      model,
      description: "Agent that can search online for any information if needed",
      name: "websearch-agent",
      tools: [{ type: "web_search" }],
    }),
    ecb: await agents.create({
      model,
      description: "Can find the current interest rate of the European central bank",
      name: "ecb-interest-rate-agent",
      tools: [{ type: "function", function: rateFunction }],
    }),
    graph: await agents.create({
      model,
      name: "graph-drawing-agent",
      description: "Agent used to create graphs using the code interpreter tool.",
      instructions: "Use the code interpreter tool when you have to draw a graph.",
      tools: [{ type: "code_interpreter" }],
    }),
    calculator: await agents.create({
      model,
      name: "calculator-agent",
      description: "Agent used to make detailed calculations",
      instructions: "When doing calculations explain step by step what you are doing.",
      completionArgs: {
        responseFormat: { type: "json_schema", jsonSchema: { name: "calc_result", schemaDefinition: calcResult } },
      },
    }),
  };
}

/** The five agents with their handoffs; gives their ids. */
export async function setUp(client: Mistral): Promise<FiveAgents> {
  const { finance, web, ecb, graph, calculator } = await createFive(client);
  const assign = async (agentId: string, handoffs: string[]) =>
    client.beta.agents.update({ agentId, updateAgentRequest: { handoffs } });
  await assign(finance.id, [ecb.id, web.id]);
  await assign(ecb.id, [graph.id, calculator.id]);
  await assign(web.id, [graph.id, calculator.id]);
  return { finance: finance.id, web: web.id, ecb: ecb.id, graph: graph.id, calculator: calculator.id };
}
